"""Complaints and praise, and the calls they may be about.

No function here commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.feedback import FeedbackState
from models.person import Scope
from models.tables import AgentRow, CallRow, FeedbackRow, RecordingRow, ReviewRow
from storage.once import insert_once

MOST_CANDIDATES = 200
"""Calls looked at for one complaint: an agent takes some 30 in four hours."""


@dataclass(frozen=True, slots=True)
class FeedbackLine:
    """A complaint or praise with the facts of its call. `review_state` is how far the hearing of the call is."""

    id: int
    kind: str
    source: str
    key: str | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_id: int | None
    file: str | None
    call_started_at: datetime | None
    review_state: str | None
    customer_number: str | None
    happened_at: datetime | None
    text: str
    state: str
    why: str | None
    decided_by: str | None
    decided_at: datetime | None
    created_by: str
    created_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """A call that a complaint or praise may be about."""

    call_id: int
    file: str
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None
    seconds: float | None
    customer_number: str | None


def enter_once(session: Session, source: str, key: str | None, **values: Any) -> tuple[FeedbackRow, bool]:
    """The row of this number at its source, made where there was none; and whether it was made.

    Without a number every entry is one of its own.
    """
    if key is not None:
        return insert_once(session, FeedbackRow, {"source": source, "key": key}, revision=1, **values)
    row = FeedbackRow(source=source, key=None, revision=1, **values)
    session.add(row)
    session.flush()
    return row, True


def locked(session: Session, feedback_id: int) -> FeedbackRow | None:
    query = select(FeedbackRow).where(FeedbackRow.id == feedback_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def line(session: Session, feedback_id: int) -> FeedbackLine | None:
    return next(iter(_lines(session, FeedbackRow.id == feedback_id, limit=1)), None)


def lines(
    session: Session,
    within: Scope,
    *,
    state: FeedbackState | None = None,
    kind: str | None = None,
    agent_id: str | None = None,
    call_id: int | None = None,
    after: int | None,
    limit: int,
) -> tuple[FeedbackLine, ...]:
    """The last entered first, those entered before the one numbered `after`."""
    wanted: list[Any] = []
    narrowed = (
        (FeedbackRow.state, state and state.value),
        (FeedbackRow.kind, kind),
        (FeedbackRow.agent_id, agent_id),
        (FeedbackRow.agent_id, within.agent_id),
        (FeedbackRow.call_id, call_id),
        (func.coalesce(CallRow.team, AgentRow.team), within.team),
    )
    wanted += [column == value for column, value in narrowed if value is not None]
    if after is not None:
        wanted.append(FeedbackRow.id < after)
    return _lines(session, *wanted, limit=limit)


def candidates(
    session: Session,
    *,
    agent_id: str | None,
    customer_number: str | None,
    moment: datetime | None,
    reach: timedelta,
) -> tuple[CandidateLine, ...]:
    """Calls of that agent or with that customer, which began within `reach` of the moment if one is known."""
    asked = ((CallRow.agent_id, agent_id), (CallRow.customer_number, customer_number))
    whose = [column == value for column, value in asked if value]
    if not whose:
        return ()
    query = (
        select(
            CallRow.id.label("call_id"),
            RecordingRow.file,
            *(getattr(CallRow, n) for n in ("agent_id", "agent_name", "team", "call_type", "started_at")),
            RecordingRow.seconds,
            CallRow.customer_number,
        )
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .where(or_(*whose))
    )
    if moment is not None:
        query = query.where(CallRow.started_at.between(moment - reach, moment + reach))
    rows = session.execute(query.order_by(CallRow.started_at.desc(), CallRow.id.desc()).limit(MOST_CANDIDATES))
    return tuple(CandidateLine(**row._mapping) for row in rows)  # noqa: SLF001


def of_agent(session: Session, agent_id: str, *, limit: int) -> tuple[FeedbackLine, ...]:
    """What was found to stand about an agent, the last decided first."""
    wanted = (FeedbackRow.agent_id == agent_id, FeedbackRow.state == FeedbackState.STANDS.value)
    return _lines(session, *wanted, limit=limit)


def known(session: Session, source: str, keys: Sequence[str]) -> dict[str, FeedbackRow]:
    """By number, those of this source that were entered before; of at most some hundred."""
    query = select(FeedbackRow).where(FeedbackRow.source == source, FeedbackRow.key.in_(keys))
    return {row.key: row for row in session.scalars(query) if row.key is not None}


def _lines(session: Session, *wanted: Any, limit: int) -> tuple[FeedbackLine, ...]:
    own = [name for name in FeedbackLine.__dataclass_fields__ if hasattr(FeedbackRow, name)]
    query = (
        select(
            *(getattr(FeedbackRow, name) for name in own),
            func.coalesce(CallRow.agent_name, AgentRow.name).label("agent_name"),
            func.coalesce(CallRow.team, AgentRow.team).label("team"),
            RecordingRow.file,
            CallRow.started_at.label("call_started_at"),
            ReviewRow.state.label("review_state"),
        )
        .outerjoin(CallRow, CallRow.id == FeedbackRow.call_id)
        .outerjoin(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .outerjoin(ReviewRow, ReviewRow.call_id == FeedbackRow.call_id)
        .outerjoin(AgentRow, AgentRow.agent_id == FeedbackRow.agent_id)
        .where(*wanted)
        .order_by(FeedbackRow.id.desc())
        .limit(limit)
    )
    return tuple(FeedbackLine(**row._mapping) for row in session.execute(query))  # noqa: SLF001
