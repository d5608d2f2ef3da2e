"""How much each inspector has to do, who is away, and what waits for somebody. No function here commits."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from models.person import RIGHTS, Right, UserRole
from models.review import AssignmentState, Purpose
from models.tables import (
    AbsenceRow,
    AssignmentRow,
    CalibrationCallRow,
    ReviewRow,
    UserRow,
    VerdictDraftRow,
)
from models.tables.review import IS_TO_DO
from storage.calibration.calibrations import talked_over
from storage.review.assignment_lines import TO_DO as TO_DO_OF_IT
from storage.review.assignments import MOST_URGENT, is_pooled

USUAL_SECONDS = 180.0
"""The length of a call whose length nobody knows."""

SECONDS = func.coalesce(AssignmentRow.seconds, USUAL_SECONDS)
REVIEWERS = tuple(role for role, rights in RIGHTS.items() if Right.REVIEW in rights)


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has before them. `seconds` of sound, of what is open or begun; `done` since a moment."""

    user_id: int
    name: str
    team: str | None
    agent_id: str | None
    absent: bool
    open: int
    started: int
    seconds: float
    done: int
    done_seconds: float


@dataclass(frozen=True, slots=True)
class Shareable:
    """An assignment nobody has, and what must be known to give it to somebody."""

    id: int
    review_id: int
    call_id: int
    team: str | None
    agent_id: str | None
    seconds: float
    priority: float
    due_at: datetime | None


def loads(session: Session, day: date, since: datetime) -> tuple[Load, ...]:
    """Every active inspector, and who else has or did something, by name. Work is shared out to inspectors only."""
    people = session.scalars(select(UserRow).where(UserRow.role.in_(REVIEWERS))).all()
    ids = [person.id for person in people]
    to_do, done, away = _to_do(session, ids), _done(session, ids, since), _away(session, day)
    busy = [p for p in people if (p.active and p.role == UserRole.INSPECTOR) or p.id in to_do or p.id in done]
    return tuple(
        Load(
            user_id=person.id,
            name=person.name,
            team=person.team,
            agent_id=person.agent_id,
            absent=person.id in away or not person.active or person.role != UserRole.INSPECTOR,
            open=to_do.get(person.id, (0, 0, 0.0))[0],
            started=to_do.get(person.id, (0, 0, 0.0))[1],
            seconds=to_do.get(person.id, (0, 0, 0.0))[2],
            done=done.get(person.id, (0, 0.0))[0],
            done_seconds=done.get(person.id, (0, 0.0))[1],
        )
        for person in sorted(busy, key=lambda one: (one.name, one.id))
    )


def shareable(session: Session, now: datetime, *, limit: int, lock: bool) -> list[Shareable]:
    """What nobody has and nobody began, the most urgent first; `lock` keeps it from others meanwhile."""
    query = (
        select(AssignmentRow, ReviewRow.agent_id)
        .join(ReviewRow, ReviewRow.id == AssignmentRow.review_id)
        .where(TO_DO_OF_IT, AssignmentRow.priority <= MOST_URGENT)
        .where(AssignmentRow.state == AssignmentState.OPEN, is_pooled(now))
        .order_by(AssignmentRow.priority.desc(), AssignmentRow.id)
        .limit(limit)
    )
    if lock:
        query = query.with_for_update(skip_locked=True, key_share=True, of=AssignmentRow)
    rows = session.execute(query.execution_options(populate_existing=True))
    return [
        Shareable(
            id=row.id,
            review_id=row.review_id,
            call_id=row.call_id,
            team=row.team,
            agent_id=agent_id,
            seconds=USUAL_SECONDS if row.seconds is None else row.seconds,
            priority=row.priority,
            due_at=row.due_at,
        )
        for row, agent_id in rows
    ]


def heard_by(session: Session, review_ids: Collection[int]) -> Mapping[int, set[int]]:
    """By review: who has, had or began a hearing of it, does not want to, or talked it over in a calibration."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    ids = list(review_ids)
    for start in range(0, len(ids), 500):
        some = AssignmentRow.review_id.in_(ids[start : start + 500])
        had = select(AssignmentRow.review_id, AssignmentRow.user_id)
        had = had.where(some, AssignmentRow.user_id.is_not(None), AssignmentRow.state != AssignmentState.CANCELLED)
        began = select(AssignmentRow.review_id, VerdictDraftRow.user_id)
        began = began.join(VerdictDraftRow, VerdictDraftRow.assignment_id == AssignmentRow.id).where(some)
        talked = talked_over().where(CalibrationCallRow.review_id.in_(ids[start : start + 500]))
        for query in (had, began, talked):
            for review_id, user_id in session.execute(query):
                found[review_id].add(int(user_id or 0))
    return found


def give(session: Session, given: Mapping[int, int]) -> None:
    """Assignment → person; the rows must be locked."""
    ids = list(given)
    for start in range(0, len(ids), 500):
        for row in session.scalars(select(AssignmentRow).where(AssignmentRow.id.in_(ids[start : start + 500]))):
            row.user_id = given[row.id]
            row.lease_until = None
            row.revision += 1
    session.flush()


def absences(session: Session, since: date) -> list[tuple[AbsenceRow, str]]:
    query = select(AbsenceRow, UserRow.name).join(UserRow, UserRow.id == AbsenceRow.user_id)
    rows = session.execute(query.where(AbsenceRow.last_day >= since).order_by(AbsenceRow.first_day, AbsenceRow.id))
    return [(row, name) for row, name in rows]


def return_of_absent(session: Session, day: date) -> dict[int, int]:
    """What was shared out to people who are away and not begun: nobody's again. Person → how many.

    A calibration waits for them: nobody else can say what they would have said.
    """
    away = _away(session, day)
    if not away:
        return {}
    query = select(AssignmentRow).where(
        AssignmentRow.user_id.in_(away),
        AssignmentRow.state == AssignmentState.OPEN,
        AssignmentRow.purpose != Purpose.CALIBRATION,
    )
    rows = session.scalars(query.with_for_update(skip_locked=True, key_share=True)).all()
    counts: Counter[int] = Counter()
    for row in rows:
        assert row.user_id is not None
        counts[row.user_id] += 1
        row.user_id = row.lease_until = None
        row.revision += 1
    session.flush()
    return dict(counts)


def count_waiting(session: Session, now: datetime, *, at_most: int) -> int:
    """Assignments nobody has, counted no further than `at_most`."""
    some = select(AssignmentRow.id).where(IS_TO_DO, is_pooled(now)).limit(at_most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _away(session: Session, day: date) -> set[int]:
    covered = (AbsenceRow.first_day <= day) & (AbsenceRow.last_day >= day)
    return set(session.scalars(select(AbsenceRow.user_id).where(covered)))


def _to_do(session: Session, user_ids: Sequence[int]) -> dict[int, tuple[int, int, float]]:
    """Person → open, begun, seconds of both."""
    is_open = case((AssignmentRow.state == AssignmentState.OPEN, 1), else_=0)
    query = select(AssignmentRow.user_id, func.sum(is_open), func.sum(1 - is_open), func.sum(SECONDS))
    rows = session.execute(query.where(IS_TO_DO, AssignmentRow.user_id.in_(user_ids)).group_by(AssignmentRow.user_id))
    return {user: (int(new), int(begun), float(length)) for user, new, begun, length in rows if user is not None}


def _done(session: Session, user_ids: Sequence[int], since: datetime) -> dict[int, tuple[int, float]]:
    """Person → verdicts, seconds heard. Whoever judged has the assignment for good."""
    person = AssignmentRow.user_id + literal(0)  # SQLite would walk all they ever did, by the index of people
    query = select(person, func.count(), func.sum(SECONDS))
    query = query.where(AssignmentRow.submitted_at >= since, person.in_(user_ids))
    rows = session.execute(query.group_by(person))
    return {user: (count, float(seconds)) for user, count, seconds in rows if user is not None}
