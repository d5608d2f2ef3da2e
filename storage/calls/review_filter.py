"""Narrowing a list of calls by what became of them: received, scored, queued, heard, published, set aside."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, cast, exists, false, func, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.ledger import RecordingState
from models.review import ReviewState
from models.tables import CallRow, RecordingRow, ReviewRow, ScoreRow
from models.tables.page_indexes import IS_SET_ASIDE
from models.tables.review import IS_WAITING

WAITING = frozenset({ReviewState.QUEUED, ReviewState.IN_REVIEW})


FEW_DAYS = timedelta(days=8)
"""What happened within so long is found before the calls are, see `_among`."""

FEW = 3000
"""Calls that are quickly looked up one by one."""


class DayOf(StrEnum):
    """Which time of a call is meant. SET_ASIDE: when it was quarantined."""

    RECEIVED = "received"
    SCORED = "scored"
    QUEUED = "queued"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Days:
    """From `start` to before `end`."""

    of: DayOf
    start: datetime | None = None
    end: datetime | None = None

    @property
    def are_few(self) -> bool:
        return self.start is not None and self.end is not None and self.end - self.start <= FEW_DAYS


_TIMES: dict[DayOf, InstrumentedAttribute[Any]] = {
    DayOf.RECEIVED: RecordingRow.created_at,
    DayOf.SCORED: ScoreRow.created_at,
    DayOf.SET_ASIDE: RecordingRow.updated_at,
    DayOf.QUEUED: ReviewRow.queued_at,
    DayOf.SUBMITTED: ReviewRow.submitted_at,
    DayOf.PUBLISHED: ReviewRow.published_at,
}


def review_conditions(
    session: Session,
    *,
    states: frozenset[ReviewState] | None,
    overdue_at: datetime | None,
    reason: str | None,
    days: Days | None,
) -> Iterator[ColumnElement[bool]]:
    """Conditions on a query of calls joined with their recordings and shown scores."""
    of_review: list[ColumnElement[bool] | TextClause] = []
    few = states == WAITING or overdue_at is not None
    if states is not None:
        of_review.append(_in_states(states))
    if overdue_at is not None:
        of_review += [_in_states(WAITING), ReviewRow.due_at < overdue_at]
    if reason is not None:
        of_review.append(_has_reason(session, reason))
    if days is not None:
        time = _TIMES[days.of]
        bounds = [*([time >= days.start] if days.start else []), *([time < days.end] if days.end else [])]
        if days.of is DayOf.SET_ASIDE:
            bounds.append(RecordingRow.state == RecordingState.QUARANTINED.value)
        few = few or days.are_few
        if time.class_ is ReviewRow:
            of_review += bounds
        elif days.are_few and _is_postgresql(session):
            of_call = CallRow.score_id if time.class_ is ScoreRow else CallRow.recording_id
            yield _among(session, of_call, select(time.class_.id).where(*bounds), f"{days.of}_then")
        else:
            yield from bounds
    if of_review:
        found = select(ReviewRow.call_id).where(*of_review)
        if few and reason is not None and _is_postgresql(session):
            yield CallRow.id.in_(_first(found, "reviewed"))  # counting them would read each review's reasons
        else:
            yield _among(session, CallRow.id, found, "reviewed") if few else CallRow.id.in_(found)


def set_aside(session: Session) -> ColumnElement[bool]:
    """Calls whose recording is quarantined; they are few."""
    if not _is_postgresql(session):
        return RecordingRow.state == RecordingState.QUARANTINED.value
    return _among(session, CallRow.recording_id, select(RecordingRow.id).where(IS_SET_ASIDE), "set_aside")


def reason_codes(session: Session, reviews: Select[int, Any]) -> Select[str, int]:
    """How many of some reviews (`id` and `reasons`) have each reason, most first; who has it twice counts once."""
    some = reviews.subquery()
    each = _each(session, some.c.reasons)
    code = _code(session, each.c.value)
    count = func.count(some.c.id.distinct())
    return select(code, count).select_from(some).join(each, true()).group_by(code).order_by(count.desc(), code)


def _among(session: Session, column: InstrumentedAttribute[Any], ids: Select[Any], name: str) -> ColumnElement[bool]:
    """`column IN (ids)`, for some thousands of ids that are not spread evenly over the list.

    PostgreSQL thinks they are, and would look up call after call, past tens of thousands that are newer than the first
    of them. So few ids are found first and their calls sorted; many are put into a table of hashes, to which each call
    of the walk is held. IN by itself would be made a join; within another function it stays a test.
    """
    # Not EXISTS anywhere: SQLite would ask it for call after call, however few reviews there are.
    if not _is_postgresql(session):
        return column.in_(ids)
    some = ids.limit(FEW).subquery()
    if (session.scalar(select(func.count()).select_from(some)) or 0) < FEW:
        return column.in_(_first(ids, name))
    return func.coalesce(column.in_(ids), false())


def _first(ids: Select[Any], name: str) -> Select[Any]:
    """Found before anything else is."""
    return select(ids.cte(name).prefix_with("MATERIALIZED"))


def _in_states(states: frozenset[ReviewState]) -> ColumnElement[bool] | TextClause:
    """Waiting ones as their index says it: only then do both planners use it."""
    if states == WAITING:
        return IS_WAITING
    return ReviewRow.state.in_(sorted(state.value for state in states))


def _has_reason(session: Session, code: str) -> ColumnElement[bool]:
    if _is_postgresql(session):
        return cast(ReviewRow.reasons, JSONB).contains([{"code": code}])
    each = _each(session, ReviewRow.reasons)
    return exists(select(1).select_from(each).where(_code(session, each.c.value) == code))


def _each(session: Session, reasons: Any) -> Any:
    elements = func.jsonb_array_elements if _is_postgresql(session) else func.json_each
    return elements(reasons).table_valued("value", name="each")


def _code(session: Session, reason: Any) -> Any:
    if _is_postgresql(session):
        return cast(reason, JSONB)["code"].astext
    return func.json_extract(reason, "$.code")


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
