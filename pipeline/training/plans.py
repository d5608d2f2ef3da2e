"""Plans (培训计划) of a month or a year: what will be taught, how, when, by whom, to whom, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.errors import BadInput
from models.person import Viewer
from models.tables import CourseRow, PlanEntryRow, TrainingPlanRow, TrainingSessionRow
from models.training import DueDays, ItemRef, PlanKind, PlanState, due_days
from pipeline.reports.span import DaySpan, month_of, today
from pipeline.training.changing import changing, day_of, find, hours_of, title_of, words_of
from pipeline.training.courses import items_of, stored_items
from storage.people.audit import record
from storage.training import plans, rows
from storage.training.people import named

MOST_ENTRIES = 60
MOST_PEOPLE = 300


@dataclass(frozen=True, slots=True)
class PlanPage:
    """`next` is the number the following page begins after, None on the last; `entries` are counts by plan."""

    plans: tuple[TrainingPlanRow, ...]
    entries: Mapping[int, int]
    next: int | None


@dataclass(frozen=True, slots=True)
class EntryDetails:
    """What is entered about a training of a plan. `items` are of one scorecard; `audience` are agents' numbers."""

    title: str
    course_id: int | None = None
    items: tuple[ItemRef, ...] = ()
    way: str = ""
    hours: float = 1.0
    teacher: str = ""
    responsible: str = ""
    audience: tuple[str, ...] = ()
    planned_on: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with its course, its sessions and the names of its audience."""

    row: PlanEntryRow
    items: tuple[ItemRef, ...]
    course: CourseRow | None
    audience: Mapping[str, str]
    sessions: tuple[TrainingSessionRow, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`late` says which date is over though what it asks for is not done: `submit`, `approve`, or None."""

    row: TrainingPlanRow
    entries: tuple[Entry, ...]
    due: DueDays
    late: str | None


def listed(
    session: Session,
    *,
    state: PlanState | None = None,
    team: str | None = None,
    after: int | None,
    limit: int,
) -> PlanPage:
    conditions = [] if state is None else [TrainingPlanRow.state == state]
    if team is not None:
        conditions.append(TrainingPlanRow.team == team)
    found, following = rows.page(session, TrainingPlanRow, *conditions, after=after, limit=limit)
    return PlanPage(found, plans.entry_counts(session, [row.id for row in found]), following)


def read(session: Session, plan_id: int, now: datetime) -> Plan:
    """Raises NotFound where there is none."""
    row = find(session, TrainingPlanRow, plan_id)
    found = plans.entries_of(session, row.id)
    courses = rows.by_id(session, CourseRow, {one.course_id for one in found if one.course_id is not None})
    names = named(session, {agent for one in found for agent in one.audience})
    held = plans.sessions_of(session, [one.id for one in found])
    entries = tuple(
        Entry(
            one,
            items_of(one.items),
            courses.get(one.course_id or 0),
            {agent: names[agent] for agent in one.audience},
            tuple(held[one.id]),
        )
        for one in found
    )
    due = due_days(PlanKind(row.kind), row.first_day)
    return Plan(row, entries, due, late(row, today(now)))


def late(row: TrainingPlanRow, day: date) -> str | None:
    """Which of its two dates is over and not kept."""
    due = due_days(PlanKind(row.kind), row.first_day)
    if row.state == PlanState.DRAFT and day > due.submit:
        return "submit"
    return "approve" if row.state == PlanState.SUBMITTED and day > due.approve else None


def span_of(kind: PlanKind, first_day: date) -> DaySpan:
    """The month or the year the day lies in."""
    if kind is PlanKind.YEAR:
        return DaySpan(date(first_day.year, 1, 1), date(first_day.year, 12, 31))
    return month_of(first_day)


def make(
    session: Session, viewer: Viewer, kind: PlanKind, first_day: date, *, team: str, goal: str, now: datetime
) -> TrainingPlanRow:
    """An empty draft.

    Raises:
        BadInput: a day no centre plans, or something too long.
    """
    day_of(first_day)
    span = span_of(kind, first_day)
    row = TrainingPlanRow(
        kind=kind,
        first_day=span.first,
        last_day=span.last,
        team=words_of(team, 100),
        state=PlanState.DRAFT,
        goal=words_of(goal),
        made_by=viewer.name,
        user_id=viewer.user_id,
        made_at=now,
        revision=1,
    )
    session.add(row)
    session.flush()
    facts = {"kind": str(kind), "first_day": span.first.isoformat(), "team": row.team}
    record(session, viewer, "training_plan.made", now, target="training_plan", target_id=row.id, facts=facts)
    return row


def edit(session: Session, viewer: Viewer, plan_id: int, *, goal: str, revision: int, now: datetime) -> TrainingPlanRow:
    """Another goal.

    Raises:
        NotFound, Stale, Conflict: as `changing`; only drafts are changed.
        BadInput: too long.
    """
    row = changing(session, TrainingPlanRow, plan_id, revision, PlanState.DRAFT)
    row.goal = words_of(goal)
    changed(session, viewer, row, "training_plan.edited", now)
    return row


def add_entry(
    session: Session, viewer: Viewer, plan_id: int, details: EntryDetails, *, revision: int, now: datetime
) -> PlanEntryRow:
    """One more training, by hand.

    Raises:
        NotFound, Stale, Conflict: as `changing`; or there is no such course.
        BadInput: too many, no title, items of several scorecards, or a day outside the plan.
    """
    plan = changing(session, TrainingPlanRow, plan_id, revision, PlanState.DRAFT)
    there = plans.entries_of(session, plan.id)
    if len(there) >= MOST_ENTRIES:
        raise BadInput("pipeline.training_many", most=MOST_ENTRIES)
    row = PlanEntryRow(plan_id=plan.id, position=max((one.position for one in there), default=0) + 1, why={})
    _put(session, plan, row, details)
    session.add(row)
    changed(session, viewer, plan, "training_plan.edited", now)
    return row


def edit_entry(
    session: Session,
    viewer: Viewer,
    plan_id: int,
    entry_id: int,
    details: EntryDetails,
    *,
    revision: int,
    now: datetime,
) -> PlanEntryRow:
    """Change a training; the figures it was proposed on stay as they are.

    Raises:
        NotFound, Stale, Conflict, BadInput: as `add_entry`.
    """
    plan = changing(session, TrainingPlanRow, plan_id, revision, PlanState.DRAFT)
    row = _entry(session, plan, entry_id)
    _put(session, plan, row, details)
    changed(session, viewer, plan, "training_plan.edited", now)
    return row


def drop_entry(session: Session, viewer: Viewer, plan_id: int, entry_id: int, *, revision: int, now: datetime) -> None:
    """Take a training out of a draft; the sessions already made for it stay, by themselves.

    Raises:
        NotFound, Stale, Conflict: as `changing`.
    """
    plan = changing(session, TrainingPlanRow, plan_id, revision, PlanState.DRAFT)
    row = _entry(session, plan, entry_id)
    for one in plans.sessions_of(session, [row.id])[row.id]:
        one.entry_id = None
    session.flush()
    session.delete(row)
    changed(session, viewer, plan, "training_plan.edited", now)


def changed(session: Session, viewer: Viewer, row: TrainingPlanRow, action: str, now: datetime) -> None:
    """Count the change, and write it down."""
    row.revision += 1
    session.flush()
    facts = {"first_day": row.first_day.isoformat(), "team": row.team, "state": row.state}
    record(session, viewer, action, now, target="training_plan", target_id=row.id, facts=facts)


def _entry(session: Session, plan: TrainingPlanRow, entry_id: int) -> PlanEntryRow:
    row = find(session, PlanEntryRow, entry_id)
    return row if row.plan_id == plan.id else find(session, PlanEntryRow, 0)


def _put(session: Session, plan: TrainingPlanRow, row: PlanEntryRow, details: EntryDetails) -> None:
    if details.course_id is not None:
        find(session, CourseRow, details.course_id)
    if len({one.card for one in details.items}) > 1:
        raise BadInput("pipeline.training_cards")
    if len(details.audience) > MOST_PEOPLE:
        raise BadInput("pipeline.training_many", most=MOST_PEOPLE)
    day = day_of(details.planned_on)
    if day is not None and not plan.first_day <= day <= plan.last_day:
        first, last = plan.first_day.isoformat(), plan.last_day.isoformat()
        raise BadInput("pipeline.training_outside", day=day.isoformat(), first=first, last=last)
    row.title = title_of(details.title)
    row.course_id = details.course_id
    row.items = stored_items(details.items)
    row.way = words_of(details.way, 200)
    row.hours = hours_of(details.hours)
    row.teacher = words_of(details.teacher, 100)
    row.responsible = words_of(details.responsible, 100)
    row.audience = [words_of(one, 200) for one in dict.fromkeys(details.audience) if one.strip()]
    row.planned_on = day
