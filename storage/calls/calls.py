"""Reading calls: one page of a list, and what belongs to a single call.

Lists are paged by key, not by offset: a page continues after the last row shown, so rows that arrive meanwhile
neither repeat nor push out others, and page 1000 costs what page 1 costs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.person import EVERYTHING, Scope
from models.tables import (
    CallRow,
    RecordingRow,
    ReviewRow,
    RoutingRow,
    ScoreRow,
    SourceRow,
    TranscriptRow,
)
from models.tables.review import IS_WAITING
from storage.calls.call_filter import WAITS, CallFilter, call_conditions
from storage.review.assignments import MOST_URGENT

AT_ONCE = 500
"""Ids asked for in one query: below every database's limit of parameters."""


class Order(StrEnum):
    """NEWEST by the call's start; RECEIVED by intake; QUEUED what waits for a person.

    All latest first, but QUEUED: the most urgent, and of these the longest waiting first.
    """

    NEWEST = "newest"
    RECEIVED = "received"
    QUEUED = "queued"
    LOWEST = "lowest"
    HIGHEST = "highest"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: the sorted value of its last row (None among the rows that have none) and its id."""

    value: datetime | float | None
    id: int


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call as a list shows it. `reasons`, `review_reasons` and `reason` are stored `Reason`s.

    `queued` is routing's word on the score that is shown; whether a person is waited for says `review_state`.
    """

    id: int
    recording_id: int
    file: str
    state: str
    seconds: float | None
    received_at: datetime
    updated_at: datetime
    reason: dict[str, Any] | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    agent_stage: str | None
    direction: str | None
    call_type: str | None
    started_at: datetime | None
    customer_number: str | None
    score_id: int | None
    total: float | None
    grade: str | None
    fatal: bool | None
    coverage: float | None
    queued: bool | None
    reasons: list[Any] | None
    review_id: int | None
    review_state: str | None
    review_reasons: list[Any] | None
    priority: float | None
    due_at: datetime | None


_COLUMNS: dict[str, InstrumentedAttribute[Any]] = {
    **{f.name: getattr(CallRow, f.name) for f in fields(CallLine) if hasattr(CallRow, f.name)},
    **{name: getattr(RecordingRow, name) for name in ("file", "state", "seconds", "updated_at", "reason")},
    "received_at": RecordingRow.created_at,
    **{name: getattr(ScoreRow, name) for name in ("total", "grade", "fatal", "coverage")},
    "queued": RoutingRow.queued,
    "reasons": RoutingRow.reasons,
    "review_id": ReviewRow.id,
    "review_state": ReviewRow.state,
    "review_reasons": ReviewRow.reasons,
    "priority": ReviewRow.priority,
    "due_at": ReviewRow.due_at,
}


def find_calls(
    session: Session,
    wanted: CallFilter,
    order: Order,
    *,
    after: Place | None,
    limit: int,
    only: Iterable[ColumnElement[bool]] = (),
) -> tuple[tuple[CallLine, ...], Place | None]:
    """One page of at most `limit` calls, and where the next begins, None on the last.

    `only` are conditions on the calls that may be shown at all.
    """
    found: list[int] = []
    conditions = (*call_conditions(session, wanted), *only)
    for step in _steps(order, after, few=wanted.agent_id is not None):
        found += session.scalars(step.where(*conditions).limit(limit + 1 - len(found)))
        if len(found) > limit:
            break
    lines = _lines_of(session, found[:limit])
    return lines, _place(lines[-1], order) if lines and len(found) > limit else None


def find_call_ids(
    session: Session, wanted: CallFilter, *, limit: int | None = None, only: Iterable[ColumnElement[bool]] = ()
) -> tuple[int, ...]:
    """The calls a list narrowed like this would show, latest received first; `only` are conditions beside."""
    query = _lines().with_only_columns(CallRow.id, maintain_column_froms=True).where(*call_conditions(session, wanted))
    return tuple(session.scalars(query.where(*only).order_by(CallRow.id.desc()).limit(limit)))


def call_line(session: Session, call_id: int) -> CallLine | None:
    row = session.execute(_lines().where(CallRow.id == call_id)).one_or_none()
    return CallLine(**row._mapping) if row else None  # noqa: SLF001


def lines_of_recordings(session: Session, recording_ids: Sequence[int]) -> dict[int, CallLine]:
    """The calls of these recordings, by recording."""
    lines: dict[int, CallLine] = {}
    for start in range(0, len(recording_ids), AT_ONCE):
        some = CallRow.recording_id.in_(recording_ids[start : start + AT_ONCE])
        for row in session.execute(_lines().where(some)):
            lines[row.recording_id] = CallLine(**row._mapping)  # noqa: SLF001
    return lines


def call_rows(session: Session, call_id: int) -> tuple[CallRow, RecordingRow] | None:
    query = select(CallRow, RecordingRow).join(RecordingRow, RecordingRow.id == CallRow.recording_id)
    row = session.execute(query.where(CallRow.id == call_id)).one_or_none()
    return (row[0], row[1]) if row else None


def call_of_recording(session: Session, recording_id: int) -> int | None:
    return session.scalar(select(CallRow.id).where(CallRow.recording_id == recording_id))


def sources(session: Session, recording_id: int) -> tuple[str, ...]:
    """Every file name the recording came under, oldest first."""
    query = select(SourceRow.file).where(SourceRow.recording_id == recording_id).order_by(SourceRow.id)
    return tuple(session.scalars(query))


def shown_transcript(session: Session, call: CallRow) -> dict[str, Any] | None:
    """The JSON of the transcript the shown score was made from; without a score, of the newest one."""
    query = select(TranscriptRow.body).where(TranscriptRow.recording_id == call.recording_id)
    if call.score_id is not None:
        query = query.join(ScoreRow, ScoreRow.transcript_id == TranscriptRow.id).where(ScoreRow.id == call.score_id)
    return session.scalar(query.order_by(TranscriptRow.id.desc()).limit(1))


def count_queued(session: Session, *, at_most: int, within: Scope = EVERYTHING) -> int:
    """Calls that wait for a person, counted no further than `at_most`."""
    wanted = ((ReviewRow.team, within.team), (ReviewRow.agent_id, within.agent_id))
    narrowed = [column == value for column, value in wanted if value is not None]
    if within.published:
        narrowed.append(ReviewRow.final_id.is_not(None))
    # Each said as the index says it that has what is narrowed by.
    some = select(ReviewRow.id).where(IS_WAITING if narrowed else WAITS, *narrowed).limit(at_most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _lines() -> Select[Any]:
    return (
        select(*(column.label(name) for name, column in _COLUMNS.items()))
        .select_from(CallRow)
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .outerjoin(ScoreRow, ScoreRow.id == CallRow.score_id)
        .outerjoin(RoutingRow, RoutingRow.score_id == CallRow.score_id)
        .outerjoin(ReviewRow, ReviewRow.call_id == CallRow.id)
    )


def _ids() -> Select[int]:
    """The calls with what they may be narrowed or sorted by, whose page is then read whole by its ids.

    Planners leave out what is not asked about.
    """
    return (
        select(CallRow.id)
        .select_from(CallRow)
        .outerjoin(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .outerjoin(ScoreRow, ScoreRow.id == CallRow.score_id)
        .outerjoin(RoutingRow, RoutingRow.score_id == CallRow.score_id)
    )


def _lines_of(session: Session, call_ids: Sequence[int]) -> tuple[CallLine, ...]:
    """In the order of the ids."""
    if not call_ids:
        return ()
    rows = session.execute(_lines().where(CallRow.id.in_(call_ids)))
    lines = {row.id: CallLine(**row._mapping) for row in rows}  # noqa: SLF001  the public name of a row's columns
    return tuple(lines[id_] for id_ in call_ids if id_ in lines)


def _steps(order: Order, after: Place | None, *, few: bool) -> Iterator[Select[int]]:
    """The queries whose rows, one after the other, are the list after that place.

    Where `few` are asked for they are found first and sorted then: PostgreSQL would rather walk through all scores.
    Rows without the sorted value are a step of their own: the databases disagree on where nulls sort, and neither
    could walk its index if told.
    """
    past = None if after is None else after.id
    if order is Order.RECEIVED:
        yield (_ids() if past is None else _ids().where(CallRow.id < past)).order_by(CallRow.id.desc())
        return
    if order is Order.QUEUED:
        yield from _waiting(after)
        return
    value: Any = CallRow.started_at if order is Order.NEWEST else ScoreRow.total
    if few and order is not Order.NEWEST:
        value = ScoreRow.total + literal(0.0)  # no index has this
    tie = CallRow.id if order is Order.NEWEST else ScoreRow.id
    if after is None or after.value is not None:
        step = _ids().where(value.is_not(None))
        if after is not None:
            here, there = tuple_(value, tie), tuple_(literal(after.value, value.type), literal(after.id, tie.type))
            step = step.where(here > there if order is Order.LOWEST else here < there)
        yield step.order_by(*((value, tie) if order is Order.LOWEST else (value.desc(), tie.desc())))
    step = _ids().where(value.is_(None))
    if after is not None and after.value is None:
        step = step.where(CallRow.id < after.id)
    yield step.order_by(CallRow.id.desc())


def _waiting(after: Place | None) -> Iterator[Select[int]]:
    """Within the priority of the last row, then below it: so the index is walked, however deep the page."""
    step = _ids().join(ReviewRow, ReviewRow.call_id == CallRow.id).where(WAITS)
    step = step.order_by(ReviewRow.priority.desc(), ReviewRow.id)
    if after is None:
        yield step.where(ReviewRow.priority <= MOST_URGENT)
        return
    priority = literal(float(after.value or 0), ReviewRow.priority.type)  # type: ignore[arg-type]  # no time here
    yield step.where(ReviewRow.priority == priority, ReviewRow.id > after.id)
    yield step.where(ReviewRow.priority < priority)


def _place(line: CallLine, order: Order) -> Place:
    if order is Order.RECEIVED:
        return Place(None, line.id)
    if order is Order.QUEUED:
        return Place(line.priority or 0.0, line.review_id or 0)
    if order is Order.NEWEST:
        return Place(line.started_at, line.id)
    return Place(None, line.id) if line.total is None else Place(line.total, line.score_id or 0)
