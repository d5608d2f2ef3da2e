"""What rewards and penalties are proposed for: actions, praise that stands, excellent final scores."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.action import ActionState
from models.feedback import FeedbackKind, FeedbackState
from models.tables import ActionRow, AgentRow, FeedbackRow, FinalScoreRow, ReviewRow

MOST = 500
"""Of each kind in a month; more nobody enters."""


@dataclass(frozen=True, slots=True)
class ExcellentCall:
    """A final score in force, of a call with an agent."""

    final_id: int
    call_id: int
    agent_id: str
    total: float
    published_at: datetime


def actions(session: Session, since: datetime, until: datetime, team: str | None) -> Sequence[ActionRow]:
    """About agents, opened in that time and not cancelled; the newest first."""
    query = select(ActionRow).where(
        ActionRow.agent_id.is_not(None), ActionRow.made_at >= since, ActionRow.made_at < until, is_counted()
    )
    if team is not None:
        query = query.where(ActionRow.team == team)
    return session.scalars(query.order_by(ActionRow.id.desc()).limit(MOST)).all()


def is_counted() -> ColumnElement[bool]:
    return ActionRow.state != ActionState.CANCELLED.value


def praise(session: Session, since: datetime, until: datetime, team: str | None) -> Sequence[FeedbackRow]:
    """Found to stand in that time."""
    query = select(FeedbackRow).where(
        FeedbackRow.kind == FeedbackKind.PRAISE.value,
        FeedbackRow.state == FeedbackState.STANDS.value,
        FeedbackRow.agent_id.is_not(None),
        FeedbackRow.decided_at >= since,
        FeedbackRow.decided_at < until,
    )
    query = _of_team(query, FeedbackRow.agent_id, team)
    return session.scalars(query.order_by(FeedbackRow.id.desc()).limit(MOST)).all()


def excellent_calls(
    session: Session, since: datetime, until: datetime, team: str | None, *, at_least: float
) -> tuple[ExcellentCall, ...]:
    """Published in that time with so many points; the best first."""
    query = _excellent(at_least).where(ReviewRow.final_at >= since, ReviewRow.final_at < until)
    query = _of_team(query, ReviewRow.agent_id, team)
    rows = session.execute(query.order_by(ReviewRow.final_total.desc(), ReviewRow.id.desc()).limit(MOST))
    return tuple(ExcellentCall(*row) for row in rows)


def excellent_call(session: Session, final_id: int, *, at_least: float) -> ExcellentCall | None:
    """None where it is no final score in force, or not so good."""
    row = session.execute(_excellent(at_least).where(ReviewRow.final_id == final_id)).one_or_none()
    return None if row is None else ExcellentCall(*row)


def finals_of_one_call(session: Session, final_ids: Collection[int]) -> dict[str, tuple[str, ...]]:
    """By final score, all there were of its call, as text."""
    reviews = select(FinalScoreRow.review_id).where(FinalScoreRow.id.in_(list(final_ids)))
    query = select(FinalScoreRow.review_id, FinalScoreRow.id).where(FinalScoreRow.review_id.in_(reviews))
    grouped: defaultdict[int, list[str]] = defaultdict(list)
    for review_id, final_id in session.execute(query.order_by(FinalScoreRow.id)):
        grouped[review_id].append(str(final_id))
    return {one: tuple(some) for some in grouped.values() for one in some}


def _excellent(at_least: float) -> Any:
    return select(
        ReviewRow.final_id, ReviewRow.call_id, ReviewRow.agent_id, ReviewRow.final_total, ReviewRow.final_at
    ).where(
        ReviewRow.final_id.is_not(None),
        ReviewRow.agent_id.is_not(None),
        ReviewRow.final_total >= at_least,
        ReviewRow.final_fatal.is_(False),
    )


def _of_team(query: Any, agent_id: InstrumentedAttribute[str | None], team: str | None) -> Any:
    if team is None:
        return query
    return query.where(agent_id.in_(select(AgentRow.agent_id).where(AgentRow.team == team)))
