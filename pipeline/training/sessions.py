"""Sessions (场次): a course at a time and a place, for those who are asked to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.errors import BadInput, NotFound
from models.person import Viewer
from models.tables import (
    AttendanceRow,
    CourseRow,
    EffectRow,
    ExamRow,
    PlanEntryRow,
    TrainingPlanRow,
    TrainingSessionRow,
    UserRow,
)
from models.training import AttendanceState, PlanState, SessionState
from pipeline.reports.span import today
from pipeline.training.changing import Facts, changing, check_state, find, hold, hours_of, moment_of, title_of, words_of
from storage.people.audit import record
from storage.training import attendance, rows
from storage.training.people import Person, people

MOST_PEOPLE = 300


@dataclass(frozen=True, slots=True)
class SessionDetails:
    """What is entered about a session. `hours` long from `starts_at`; `urgent`: it is written down afterwards."""

    title: str
    starts_at: datetime
    hours: float = 1.0
    place: str = ""
    teacher: str = ""
    teacher_id: int | None = None
    exam_id: int | None = None
    notice: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class SessionPage:
    """`people` are, by session, how many were asked and how many came."""

    sessions: tuple[TrainingSessionRow, ...]
    people: Mapping[int, tuple[int, int]]
    next: int | None


@dataclass(frozen=True, slots=True)
class Attendee:
    row: AttendanceRow
    person: Person | None

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.row.agent_id


@dataclass(frozen=True, slots=True)
class TrainingSession:
    """A session with what it is of and who is asked to it."""

    row: TrainingSessionRow
    course: CourseRow
    entry: PlanEntryRow | None
    exam: ExamRow | None
    attendees: tuple[Attendee, ...]

    @property
    def ends_at(self) -> datetime:
        return ends_at(self.row)

    def count(self, state: AttendanceState) -> int:
        return sum(one.row.state == state for one in self.attendees)


def right_day(effect: EffectRow) -> date:
    """The day between the weeks before and after, which the training is held on: on another it would be in one."""
    return effect.before_to + timedelta(days=1)


def ends_at(row: TrainingSessionRow) -> datetime:
    return row.starts_at + timedelta(hours=row.hours)


def listed(
    session: Session,
    *,
    state: SessionState | None = None,
    entry_id: int | None = None,
    after: int | None,
    limit: int,
) -> SessionPage:
    conditions: list[ColumnElement[bool]] = []
    if state is not None:
        conditions.append(TrainingSessionRow.state == state)
    if entry_id is not None:
        conditions.append(TrainingSessionRow.entry_id == entry_id)
    found, following = rows.page(session, TrainingSessionRow, *conditions, after=after, limit=limit)
    return SessionPage(found, attendance.counts(session, [row.id for row in found]), following)


def read(session: Session, session_id: int) -> TrainingSession:
    """Raises NotFound where there is none."""
    row = find(session, TrainingSessionRow, session_id)
    asked = attendance.attendance_of(session, row.id)
    known = people(session, [one.agent_id for one in asked])
    return TrainingSession(
        row,
        find(session, CourseRow, row.course_id),
        None if row.entry_id is None else session.get(PlanEntryRow, row.entry_id),
        None if row.exam_id is None else session.get(ExamRow, row.exam_id),
        tuple(Attendee(one, known.get(one.agent_id)) for one in asked),
    )


def make(
    session: Session,
    viewer: Viewer,
    details: SessionDetails,
    *,
    course_id: int,
    entry_id: int | None,
    agents: Collection[str],
    now: datetime,
) -> TrainingSessionRow:
    """A session of a plan's entry, or by itself; its agents are told of it on their page.

    Raises:
        NotFound: there is no such course, entry, exam, teacher or agent.
        Conflict: the entry's plan is not approved.
        BadInput: something is too long, a day no centre plans, in the past unless it is urgent, or not the day that the
            entry's effect is fixed around.
    """
    if not details.urgent and details.starts_at <= now:
        raise BadInput("pipeline.training_session_past")
    course = find(session, CourseRow, course_id)
    if entry_id is not None:
        _approved_entry(session, entry_id)
        _check_day(session, entry_id, details.starts_at)
    row = TrainingSessionRow(
        course_id=course.id,
        entry_id=entry_id,
        state=SessionState.PLANNED,
        urgent=details.urgent,
        record="",
        made_by=viewer.name,
        made_at=now,
        revision=1,
    )
    _put(session, row, details)
    session.add(row)
    session.flush()
    _ask(session, row, agents)
    facts: Facts = {"title": row.title, "agents": len(set(agents))}
    record(session, viewer, "training_session.made", now, target="training_session", target_id=row.id, facts=facts)
    return row


def edit(
    session: Session, viewer: Viewer, session_id: int, details: SessionDetails, *, revision: int, now: datetime
) -> TrainingSessionRow:
    """Another time, place, teacher or notice, before it is held.

    Raises:
        NotFound, Stale, Conflict: as `changing`.
        BadInput: as `make`.
    """
    row = changing(session, TrainingSessionRow, session_id, revision, SessionState.PLANNED)
    if details.starts_at != row.starts_at and details.starts_at <= now and not details.urgent:
        raise BadInput("pipeline.training_session_past")
    if row.entry_id is not None and details.starts_at != row.starts_at:
        _check_day(session, row.entry_id, details.starts_at)
    row.urgent = details.urgent
    _put(session, row, details)
    changed(session, viewer, row, "training_session.edited", now)
    return row


def set_agents(
    session: Session, viewer: Viewer, session_id: int, agents: Collection[str], *, revision: int, now: datetime
) -> TrainingSessionRow:
    """Who is asked to it, before it is held; who has signed in already stays.

    Raises:
        NotFound, Stale, Conflict: as `changing`; or there is no such agent.
        BadInput: too many.
    """
    row = changing(session, TrainingSessionRow, session_id, revision, SessionState.PLANNED)
    there = {one.agent_id: one for one in attendance.attendance_of(session, row.id)}
    for agent_id, one in there.items():
        if agent_id not in agents and one.state == AttendanceState.INVITED:
            session.delete(one)
    session.flush()
    _ask(session, row, [one for one in agents if one not in there])
    changed(session, viewer, row, "training_session.asked", now)
    return row


def cancel(
    session: Session, viewer: Viewer, session_id: int, why: str, *, revision: int, now: datetime
) -> TrainingSessionRow:
    """Call it off.

    Raises:
        NotFound, Stale, Conflict: as `changing`.
        BadInput: no reason.
    """
    row = changing(session, TrainingSessionRow, session_id, revision, SessionState.PLANNED)
    said = words_of(why, 500)
    if not said:
        raise BadInput("pipeline.training_words", most=500)
    row.state = SessionState.CANCELLED
    row.record = said
    changed(session, viewer, row, "training_session.cancelled", now)
    return row


def changed(session: Session, viewer: Viewer, row: TrainingSessionRow, action: str, now: datetime) -> None:
    row.revision += 1
    session.flush()
    record(session, viewer, action, now, target="training_session", target_id=row.id, facts={"title": row.title})


def _approved_entry(session: Session, entry_id: int) -> None:
    entry = find(session, PlanEntryRow, entry_id)
    check_state(hold(session, TrainingPlanRow, entry.plan_id), PlanState.APPROVED)


def on_other_days(session: Session, effect: EffectRow) -> tuple[TrainingSessionRow, ...]:
    """Sessions of the effect's training not held on its day, so that weeks before and after it are not quite that."""
    query = (
        select(TrainingSessionRow)
        .join(PlanEntryRow, PlanEntryRow.id == TrainingSessionRow.entry_id)
        .where(PlanEntryRow.effect_id == effect.id, TrainingSessionRow.state != SessionState.CANCELLED)
        .order_by(TrainingSessionRow.starts_at)
    )
    return tuple(one for one in session.scalars(query) if today(one.starts_at) != right_day(effect))


def _check_day(session: Session, entry_id: int, starts_at: datetime) -> None:
    entry = find(session, PlanEntryRow, entry_id)
    effect = None if entry.effect_id is None else session.get(EffectRow, entry.effect_id)
    if effect is None or today(starts_at) == right_day(effect):
        return
    raise BadInput("pipeline.training_not_its_day", title=entry.title, day=right_day(effect).isoformat())


def _put(session: Session, row: TrainingSessionRow, details: SessionDetails) -> None:
    if details.exam_id is not None:
        find(session, ExamRow, details.exam_id)
    teacher = None if details.teacher_id is None else session.get(UserRow, details.teacher_id)
    if details.teacher_id is not None and teacher is None:
        raise NotFound("pipeline.no_such_person", id=details.teacher_id)
    row.title = title_of(details.title)
    row.starts_at = moment_of(details.starts_at)
    row.hours = hours_of(details.hours)
    row.place = words_of(details.place, 200)
    row.teacher = words_of(details.teacher, 100) or (teacher.name if teacher else "")
    row.teacher_id = details.teacher_id
    row.exam_id = details.exam_id
    row.notice = words_of(details.notice)


def _ask(session: Session, row: TrainingSessionRow, agents: Collection[str]) -> None:
    wanted = list(dict.fromkeys(agents))
    known = people(session, wanted)
    for unknown in (one for one in wanted if one not in known):
        raise NotFound("pipeline.no_agent", id=unknown)
    if len(attendance.attendance_of(session, row.id)) + len(wanted) > MOST_PEOPLE:
        raise BadInput("pipeline.training_many", most=MOST_PEOPLE)
    session.add_all(AttendanceRow(session_id=row.id, agent_id=one, state=AttendanceState.INVITED) for one in wanted)
    session.flush()
