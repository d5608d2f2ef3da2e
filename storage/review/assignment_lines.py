"""Lists of assignments and reviews, with what of their calls a list shows.

Paged by key, as `storage.calls.calls` does: a page goes on after the last row shown.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.review import AssignmentState, Purpose
from models.tables import AssignmentRow, CallRow, RecordingRow, ReviewRow, UserRow, VerdictDraftRow, VerdictRow
from storage.review.assignments import AFTER_CALIBRATIONS, IS_TO_DO_OF_IT, MOST_URGENT, is_held, is_pooled

TO_DO = text("assignments.state IN ('open', 'started')")
"""As IS_TO_DO, where other tables have a state too."""


@dataclass(frozen=True, slots=True)
class AssignmentFilter:
    """What a list is narrowed to; None asks nothing. `pooled`: nobody has it; `user_id`: whose it is.

    `due_before` asks for what is due by then.
    """

    user_id: int | None = None
    pooled: bool | None = None
    state: AssignmentState | None = None
    purpose: str | None = None
    team: str | None = None
    call_type: str | None = None
    due_before: datetime | None = None
    review_id: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended."""

    priority: float
    id: int


@dataclass(frozen=True, slots=True)
class Line:
    """An assignment as a list shows it. `reasons` are stored `Reason`s; `started_at` is the call's."""

    id: int
    review_id: int
    call_id: int
    slot: int
    purpose: str
    state: str
    review_state: str
    priority: float
    user_id: int | None
    user_name: str | None
    lease_until: datetime | None
    due_at: datetime | None
    created_at: datetime
    submitted_at: datetime | None
    revision: int
    reasons: list[Any]
    blind: bool
    file: str
    customer_number: str | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None
    seconds: float | None
    draft_at: datetime | None


@dataclass(frozen=True, slots=True)
class Holder:
    """An assignment to do of a call; `name` is who has it now, if anybody. `state` and `due_at` are the review's."""

    call_id: int
    state: str
    due_at: datetime | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """A verdict as its writer's list shows it; `call_seconds` is the call's length, `seconds` the time spent."""

    assignment_id: int
    review_id: int
    call_id: int
    purpose: str
    file: str
    customer_number: str | None
    agent_id: str | None
    agent_name: str | None
    call_seconds: float | None
    seconds: float | None
    total: float | None
    grade: str | None
    fatal: bool
    submitted_at: datetime


def to_do_lines(
    session: Session, wanted: AssignmentFilter, now: datetime, *, after: Place | None, limit: int, drafts_of: int | None
) -> tuple[tuple[Line, ...], Place | None]:
    """What is open or begun, the most urgent first, and where the next page begins."""
    lines: list[Line] = []
    for step in _steps(after):
        query = _lines(drafts_of).where(TO_DO, step, *_conditions(wanted, now))
        query = query.order_by(AssignmentRow.priority.desc(), AssignmentRow.id).limit(limit + 1 - len(lines))
        lines += [_line(row) for row in session.execute(query)]
        if len(lines) > limit:
            break
    more = len(lines) > limit
    lines = lines[:limit]
    return tuple(lines), Place(lines[-1].priority, lines[-1].id) if more else None


def other_lines(
    session: Session, wanted: AssignmentFilter, now: datetime, *, after: int | None, limit: int
) -> tuple[tuple[Line, ...], int | None]:
    """What is submitted, cancelled or in any state, the newest first, and the id the next page begins after."""
    query = _lines(None).where(*_conditions(wanted, now)).order_by(AssignmentRow.id.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(AssignmentRow.id < after)
    lines = [_line(row) for row in session.execute(query)]
    return tuple(lines[:limit]), lines[limit - 1].id if len(lines) > limit else None


def lines_of(session: Session, assignment_ids: list[int]) -> dict[int, Line]:
    """By id; of a page's assignments."""
    rows = session.execute(_lines(None).where(AssignmentRow.id.in_(assignment_ids)))
    return {line.id: line for line in map(_line, rows)}


def own_lines(session: Session, user_id: int, now: datetime, *, limit: int) -> tuple[Line, ...]:
    """What a person has to do: begun, given, or begun and free again; begun first, then calibrations, then as due."""
    kept = exists().where(
        VerdictDraftRow.assignment_id == AssignmentRow.id,
        VerdictDraftRow.user_id == user_id,
        VerdictDraftRow.given_back.is_(False),
    )
    began = select(VerdictDraftRow.assignment_id).where(VerdictDraftRow.user_id == user_id)
    mine = or_(
        AssignmentRow.user_id == user_id,
        AssignmentRow.id.in_(began) & is_pooled(now) & kept.correlate(AssignmentRow),
    )
    is_open = AssignmentRow.state == AssignmentState.OPEN
    query = _lines(user_id).where(IS_TO_DO_OF_IT, mine)
    query = query.order_by(
        is_open, AFTER_CALIBRATIONS, AssignmentRow.due_at.is_(None), AssignmentRow.due_at, AssignmentRow.id
    )
    return tuple(map(_line, session.execute(query.limit(limit))))


def done_since(session: Session, user_id: int, since: datetime, *, limit: int) -> tuple[Done, ...]:
    """The latest first."""
    own = ("assignment_id", "review_id", "call_id", "purpose", "seconds", "total", "grade", "fatal", "submitted_at")
    query = (
        select(
            *(getattr(VerdictRow, name) for name in own),
            RecordingRow.file,
            RecordingRow.seconds.label("call_seconds"),
            CallRow.customer_number,
            CallRow.agent_id,
            CallRow.agent_name,
        )
        .join(CallRow, CallRow.id == VerdictRow.call_id)
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .where(VerdictRow.user_id == user_id, VerdictRow.submitted_at >= since)
        .order_by(VerdictRow.submitted_at.desc(), VerdictRow.id.desc())
    )
    return tuple(Done(**row._mapping) for row in session.execute(query.limit(limit)))  # noqa: SLF001


def review_rows(
    session: Session,
    *,
    state: str | None,
    team: str | None,
    agent_id: str | None,
    after: int | None,
    limit: int,
    only: tuple[ColumnElement[bool], ...] = (),
) -> tuple[tuple[ReviewRow, ...], int | None]:
    """The newest first. `only` are conditions on `calls`."""
    query = select(ReviewRow).order_by(ReviewRow.id.desc()).limit(limit + 1)
    if only:
        query = query.join(CallRow, CallRow.id == ReviewRow.call_id).where(*only)
    asked = ((ReviewRow.state, state), (ReviewRow.team, team), (ReviewRow.agent_id, agent_id))
    query = query.where(*(column == value for column, value in asked if value is not None))
    if after is not None:
        query = query.where(ReviewRow.id < after)
    rows = tuple(session.scalars(query))
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def holders(session: Session, call_ids: Collection[int], now: datetime) -> tuple[Holder, ...]:
    """One for each assignment to do of these calls, but calibrations', by slot; at most some hundred calls."""
    query = (
        select(AssignmentRow.call_id, ReviewRow.state, ReviewRow.due_at, AssignmentRow.user_id, UserRow.name)
        .join(ReviewRow, ReviewRow.id == AssignmentRow.review_id)
        .outerjoin(UserRow, (UserRow.id == AssignmentRow.user_id) & is_held(now))
        .where(ReviewRow.call_id.in_(call_ids), IS_TO_DO_OF_IT, AssignmentRow.purpose != Purpose.CALIBRATION)
        .order_by(AssignmentRow.call_id, AssignmentRow.slot)
    )
    rows = session.execute(query)
    return tuple(Holder(row.call_id, row.state, row.due_at, row.name) for row in rows)


def count_to_do(session: Session, wanted: AssignmentFilter, now: datetime, *, at_most: int) -> int:
    """Counted no further than `at_most`."""
    query = select(AssignmentRow.id).where(TO_DO, *_conditions(wanted, now))
    if wanted.call_type is not None:
        query = query.join(CallRow, CallRow.id == AssignmentRow.call_id)
    return session.scalar(select(func.count()).select_from(query.limit(at_most).subquery())) or 0


def _steps(after: Place | None) -> Iterator[ColumnElement[bool]]:
    """Within the priority of the last row, then below it: so the index is walked, however deep the page."""
    if after is None:
        yield AssignmentRow.priority <= MOST_URGENT
        return
    yield (AssignmentRow.priority == after.priority) & (AssignmentRow.id > after.id)
    yield AssignmentRow.priority < after.priority


_OF_ASSIGNMENT = (
    *("id", "review_id", "call_id", "slot", "purpose", "state", "priority", "user_id", "lease_until", "due_at"),
    *("created_at", "submitted_at", "revision"),
)
_OF_CALL = ("customer_number", "agent_id", "agent_name", "team", "call_type", "started_at")


def _lines(drafts_of: int | None) -> Select[Any]:
    """`drafts_of`: whose drafts `draft_at` speaks of."""
    columns: list[InstrumentedAttribute[Any] | ColumnElement[Any]] = [
        *(getattr(AssignmentRow, name) for name in _OF_ASSIGNMENT),
        *(getattr(CallRow, name) for name in _OF_CALL),
        ReviewRow.state.label("review_state"),
        ReviewRow.reasons,
        ReviewRow.blind,
        RecordingRow.file,
        RecordingRow.seconds,
        UserRow.name.label("user_name"),
        VerdictDraftRow.updated_at.label("draft_at"),
    ]
    own_draft = (VerdictDraftRow.assignment_id == AssignmentRow.id) & (VerdictDraftRow.user_id == (drafts_of or 0))
    return (
        select(*columns)
        .select_from(AssignmentRow)
        .join(ReviewRow, ReviewRow.id == AssignmentRow.review_id)
        .join(CallRow, CallRow.id == AssignmentRow.call_id)
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .outerjoin(UserRow, UserRow.id == AssignmentRow.user_id)
        .outerjoin(VerdictDraftRow, own_draft)
    )


def _conditions(wanted: AssignmentFilter, now: datetime) -> Iterator[ColumnElement[bool]]:
    for column in (AssignmentRow.user_id, AssignmentRow.purpose, AssignmentRow.team, AssignmentRow.review_id):
        if (value := getattr(wanted, column.key)) is not None:
            yield column == value
    if wanted.state is not None:
        yield AssignmentRow.state == wanted.state.value
    if wanted.pooled is not None:
        yield is_pooled(now) if wanted.pooled else is_held(now)
    if wanted.call_type is not None:
        yield CallRow.call_type == wanted.call_type
    if wanted.due_before is not None:
        yield AssignmentRow.due_at <= wanted.due_before


def _line(row: Any) -> Line:
    return Line(**row._mapping)  # noqa: SLF001
