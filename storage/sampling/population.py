"""What a draw is made from: the scored calls of a period, and the roster. No function here commits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from models.ledger import RecordingState
from models.person import UserRole
from models.tables import (
    AgentRow,
    CallRow,
    DrawRow,
    RecordingRow,
    ReviewRow,
    RoutingRow,
    ScoreRow,
    SelectionRow,
    UserRow,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Calls that began in [start, end), narrowed; those that do not say when are counted by their arrival."""

    start: datetime
    end: datetime
    direction: str | None = None
    teams: Collection[str] = ()
    least_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class AgentMean:
    """An agent's calls of a period, and the mean of the machine's totals."""

    agent_id: str
    direction: str | None
    calls: int
    mean: float


def population(session: Session, asked: Asked, *, plan_id: int | None) -> Sequence[Row[Any]]:
    """A row for each scored call that no draw of this plan has had before, by id.

    Columns: id, score_id, agent_id, agent_name, team, agent_stage, call_type, satisfaction, seconds, total, fatal,
    routed (the routing's reasons), queued, chance, state and reasons of the review, None where there is none.
    """
    own = ("id", "score_id", "agent_id", "agent_name", "team", "agent_stage", "call_type", "satisfaction")
    columns: list[Any] = [
        *(getattr(CallRow, name) for name in own),
        RecordingRow.seconds,
        ScoreRow.total,
        ScoreRow.fatal,
        case((RoutingRow.queued, RoutingRow.reasons)).label("routed"),  # the others have none: nothing to parse
        RoutingRow.queued,
        RoutingRow.inclusion_probability.label("chance"),
        ReviewRow.state,
        ReviewRow.reasons,
    ]
    query = (
        select(*columns)
        .select_from(CallRow)
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .join(ScoreRow, ScoreRow.id == CallRow.score_id)
        .outerjoin(RoutingRow, RoutingRow.score_id == CallRow.score_id)
        .outerjoin(ReviewRow, ReviewRow.call_id == CallRow.id)
        .where(*_within(asked))
        .order_by(CallRow.id)
    )
    if plan_id is not None:
        query = query.where(~_drawn_before(plan_id))
    return session.execute(query).all()


def count_drawn_before(session: Session, asked: Asked, plan_id: int) -> int:
    drawn: int | None = session.scalar(_count(asked).where(_drawn_before(plan_id)))
    return drawn or 0


def count_unscored(session: Session, asked: Asked) -> int:
    """Calls of the period that wait to be transcribed or scored."""
    waiting = (RecordingState.RECEIVED.value, RecordingState.TRANSCRIBED.value)
    count = _count(asked).where(CallRow.score_id.is_(None), RecordingRow.state.in_(waiting))
    unscored: int | None = session.scalar(count)
    return unscored or 0


def roster(session: Session) -> dict[str, AgentRow]:
    """Everybody on it, by agent id."""
    return {row.agent_id: row for row in session.scalars(select(AgentRow))}


def count_inspectors(session: Session) -> int:
    inspectors = select(func.count()).where(UserRow.role == UserRole.INSPECTOR.value, UserRow.active)
    return session.scalar(inspectors) or 0


def agent_means(session: Session, asked: Asked) -> tuple[AgentMean, ...]:
    """Of each agent and direction, from the machine's totals of every scored call."""
    query = (
        select(CallRow.agent_id, CallRow.direction, func.count(), func.avg(ScoreRow.total))
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .join(ScoreRow, ScoreRow.id == CallRow.score_id)
        .where(*_within(asked), CallRow.agent_id.is_not(None), ScoreRow.total.is_not(None))
        .group_by(CallRow.agent_id, CallRow.direction)
        .order_by(CallRow.agent_id, CallRow.direction)
    )
    return tuple(AgentMean(agent, direction, n, mean) for agent, direction, n, mean in session.execute(query))


def _count(asked: Asked) -> Select[Any]:
    query = select(func.count()).select_from(CallRow)
    return query.join(RecordingRow, RecordingRow.id == CallRow.recording_id).where(*_within(asked))


def _within(asked: Asked) -> list[ColumnElement[bool]]:
    conditions = [
        or_(
            and_(CallRow.started_at >= asked.start, CallRow.started_at < asked.end),
            and_(
                CallRow.started_at.is_(None),
                RecordingRow.created_at >= asked.start,
                RecordingRow.created_at < asked.end,
            ),
        )
    ]
    if asked.direction is not None:
        conditions.append(CallRow.direction == asked.direction)
    if asked.teams:
        conditions.append(CallRow.team.in_(asked.teams))
    if asked.least_seconds:
        conditions.append(RecordingRow.seconds >= asked.least_seconds)
    return conditions


def _drawn_before(plan_id: int) -> ColumnElement[bool]:
    mine = select(DrawRow.id).where(DrawRow.plan_id == plan_id)
    return exists().where(SelectionRow.call_id == CallRow.id, SelectionRow.draw_id.in_(mine))
