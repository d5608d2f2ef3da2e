"""Teams, and what was found to stand about their agents from outside."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.feedback import FeedbackState
from models.tables import AgentRow, CallRow, FeedbackRow

LATELY = 5000
"""Newest calls whose teams are listed beside the roster's."""


def team_names(session: Session) -> tuple[str, ...]:
    """Of the roster and of the newest calls, in order."""
    roster = select(AgentRow.team).where(AgentRow.active, AgentRow.team.is_not(None)).distinct()
    newest = select(CallRow.team).order_by(CallRow.id.desc()).limit(LATELY).subquery()
    called = select(newest.c.team).where(newest.c.team.is_not(None)).distinct()
    return tuple(sorted({team for query in (roster, called) for team in session.scalars(query) if team}))


def standing_feedback(session: Session, agent_ids: Collection[str], since: datetime) -> dict[tuple[str, str], int]:
    """How many complaints and praises entered since then were found to stand, by agent and kind."""
    query = (
        select(FeedbackRow.agent_id, FeedbackRow.kind, func.count())
        .where(FeedbackRow.agent_id.in_(agent_ids), FeedbackRow.state == FeedbackState.STANDS.value)
        .where(FeedbackRow.created_at >= since)
        .group_by(FeedbackRow.agent_id, FeedbackRow.kind)
    )
    return {(agent or "", kind): int(n) for agent, kind, n in session.execute(query)}
