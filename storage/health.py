"""How the work stands, in figures: what waits for people, who does how much, what came and went.

Every figure is counted on an index or within a bound, so that it costs the same after a million calls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Select, bindparam, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.ledger import RecordingState
from models.person import UserRole
from models.review import AssignmentState, ReviewState
from models.tables import (
    AppealRow,
    AssignmentRow,
    DefinitionRow,
    FeedbackRow,
    RecordingRow,
    ReviewRow,
    ScoreRow,
    UserRow,
    VerdictRow,
)
from models.tables.review import BY_URGENCY, IS_TO_DO, IS_WAITING
from storage.calls.review_filter import reason_codes
from storage.review.assignments import MOST_URGENT

MOST_REASONS = 2000
"""The most urgent waiting calls whose reasons are counted; each reason has to be read for it."""

COUNTED = 10_000
"""Judged calls that nobody has published are counted up to here."""


@dataclass(frozen=True, slots=True)
class TeamQueue:
    """Calls of a team's agents that wait for a person."""

    team: str | None
    queued: int
    in_review: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Load:
    """An inspector's work. `open` is shared out to them, `seconds` what one hearing took in the mean of a week."""

    user_id: int
    name: str
    open: int
    started: int
    overdue: int
    today: int
    week: int
    seconds: float | None


HAPPENED: dict[str, tuple[Any, ...]] = {
    "received": (RecordingRow.created_at,),
    "scored": (ScoreRow.created_at,),
    "queued": (ReviewRow.queued_at,),
    "submitted": (ReviewRow.submitted_at,),
    "published": (ReviewRow.published_at,),
    "appealed": (AppealRow.created_at,),
    "decided": (AppealRow.decided_at,),
    "feedback": (FeedbackRow.created_at,),
    "set_aside": (RecordingRow.updated_at, RecordingRow.state == RecordingState.QUARANTINED.value),
    "versions": (DefinitionRow.created_at, DefinitionRow.published_by.is_not(None)),
}
"""By name: the time at which it happens to a row, and what else must be true of the row."""

SIDES = ("start", "end")
"""Of a span of time."""


def team_queues(session: Session, now: datetime) -> tuple[TeamQueue, ...]:
    """The fullest first."""
    queued = func.sum(case((ReviewRow.state == ReviewState.QUEUED.value, 1), else_=0))
    overdue = func.sum(case((ReviewRow.due_at < now, 1), else_=0))
    query = select(ReviewRow.team, queued, func.count() - queued, overdue).where(IS_WAITING).group_by(ReviewRow.team)
    rows = session.execute(query).all()
    lines = (TeamQueue(row[0], int(row[1]), int(row[2]), int(row[3])) for row in rows)
    return tuple(sorted(lines, key=lambda line: (-line.queued - line.in_review, line.team or "")))


def oldest_waiting(session: Session) -> datetime | None:
    """When the call was queued that has waited longest."""
    query = select(ReviewRow.queued_at).where(IS_WAITING).order_by(ReviewRow.queued_at, ReviewRow.id).limit(1)
    return session.scalar(query)


def count_submitted(session: Session) -> int:
    """Judged and not published, counted up to `COUNTED`."""
    some = select(ReviewRow.id).where(ReviewRow.state == ReviewState.SUBMITTED.value).limit(COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def waiting_reasons(session: Session) -> tuple[tuple[str, int], ...]:
    """Codes of reasons with how many of the `MOST_REASONS` most urgent waiting calls have them."""
    waiting = select(ReviewRow.id).where(BY_URGENCY, ReviewRow.priority <= MOST_URGENT)
    urgent = waiting.order_by(ReviewRow.priority.desc(), ReviewRow.id).limit(MOST_REASONS).subquery()
    # Named by the index first: PostgreSQL would rather read everything that waits, and sort it.
    some = select(ReviewRow.id, ReviewRow.reasons).join(urgent, urgent.c.id == ReviewRow.id)
    return tuple((str(code), int(n)) for code, n in session.execute(reason_codes(session, some)))


def count_between(session: Session, time: InstrumentedAttribute[Any], start: datetime, end: datetime) -> int:
    """Rows whose `time` lies in [start, end)."""
    return session.scalar(select(_between(time, start, end))) or 0


def changes(session: Session, spans: Sequence[tuple[datetime, datetime]]) -> tuple[dict[str, int], ...]:
    """What happened in each span [start, end), by name; all asked in one statement."""
    times = {f"{side}_{n}": moment for n, span in enumerate(spans) for side, moment in zip(SIDES, span, strict=True)}
    row = session.execute(_changes(len(spans)), times).one()
    counts = [int(count) for count in row]
    names = tuple(HAPPENED)
    return tuple(dict(zip(names, counts[n * len(names) :], strict=False)) for n in range(len(spans)))


@cache
def _changes(spans: int) -> Select[*tuple[Any, ...]]:
    """The statement for so many spans: made once, for making its thirty parts takes longer than counting."""
    columns = [
        _between(time, *(bindparam(f"{side}_{n}", type_=time.type) for side in SIDES), *also).label(f"{name}_{n}")
        for n in range(spans)
        for name, (time, *also) in HAPPENED.items()
    ]
    return select(*columns)


def loads(session: Session, now: datetime, midnight: datetime, week: datetime) -> tuple[Load, ...]:
    """Of every active inspector, and of others who have work or did some since `week`; who is behind first."""
    doing = _doing(session, now)
    done = _done(session, midnight, week)
    of_role = (UserRow.role == UserRole.INSPECTOR.value) & UserRow.active
    query = select(UserRow.id, UserRow.name).where(of_role | UserRow.id.in_({*doing, *done}))
    nothing, none = (0, 0, 0), (0, 0, None)
    lines = (Load(id_, name, *doing.get(id_, nothing), *done.get(id_, none)) for id_, name in session.execute(query))
    return tuple(sorted(lines, key=lambda load: (-load.overdue, -load.open - load.started, load.name)))


def _doing(session: Session, now: datetime) -> dict[int, tuple[int, int, int]]:
    """Open, started and overdue, by person."""
    started = func.sum(case((AssignmentRow.state == AssignmentState.STARTED.value, 1), else_=0))
    overdue = func.sum(case((AssignmentRow.due_at < now, 1), else_=0))
    query = select(AssignmentRow.user_id, func.count() - started, started, overdue)
    rows = session.execute(query.where(IS_TO_DO, AssignmentRow.user_id.is_not(None)).group_by(AssignmentRow.user_id))
    return {user: (int(open_), int(began), int(late or 0)) for user, open_, began, late in rows}


def _done(session: Session, midnight: datetime, week: datetime) -> dict[int, tuple[int, int, float | None]]:
    """Today's and the week's verdicts and their mean seconds, by person."""
    today = func.sum(case((VerdictRow.submitted_at >= midnight, 1), else_=0))
    person = VerdictRow.user_id + literal(0)  # SQLite would walk all there ever were, by the index of people
    query = select(person, today, func.count(), func.avg(VerdictRow.seconds))
    rows = session.execute(query.where(VerdictRow.submitted_at >= week).group_by(person))
    return {user: (int(now), int(all_), mean if mean is None else float(mean)) for user, now, all_, mean in rows}


def _between(
    time: InstrumentedAttribute[Any],
    start: datetime | BindParameter[Any],
    end: datetime | BindParameter[Any],
    *also: ColumnElement[bool],
) -> ScalarSelect[int]:
    counted = select(func.count()).select_from(time.class_).where(time >= start, time < end, *also)
    return counted.scalar_subquery()
