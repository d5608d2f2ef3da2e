"""Windows in which effects are measured."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import AgentRow, EffectRow


def agents_of(session: Session, team: str) -> tuple[str, ...]:
    """Those of a team who work there now."""
    query = select(AgentRow.agent_id).where(AgentRow.team == team, AgentRow.active).order_by(AgentRow.agent_id)
    return tuple(session.scalars(query))


def names(session: Session, agent_ids: Collection[str]) -> dict[str, str]:
    query = select(AgentRow.agent_id, AgentRow.name).where(AgentRow.agent_id.in_(list(agent_ids)))
    return {agent_id: name for agent_id, name in session.execute(query) if name}


def find(session: Session, effect_id: int) -> EffectRow | None:
    return session.get(EffectRow, effect_id)


def of_source(session: Session, source: str, source_id: int) -> EffectRow | None:
    return session.scalar(select(EffectRow).filter_by(source=source, source_id=source_id).limit(1))


def overlapping(session: Session, card: str, first: date, last: date) -> Sequence[EffectRow]:
    """Windows of that card whose days after fall into these."""
    query = select(EffectRow).where(EffectRow.card == card, EffectRow.after_to >= first, EffectRow.after_from <= last)
    return session.scalars(query).all()


def listed(
    session: Session, *, team: str | None, source: str | None, after: int | None, limit: int
) -> Sequence[EffectRow]:
    """The newest first, those before the window `after`."""
    query = select(EffectRow).order_by(EffectRow.id.desc())
    if team is not None:
        query = query.where(EffectRow.team == team)
    if source is not None:
        query = query.where(EffectRow.source == source)
    if after is not None:
        query = query.where(EffectRow.id < after)
    return session.scalars(query.limit(limit)).all()


def count(session: Session, *, team: str | None, source: str | None) -> int:
    query = select(func.count()).select_from(EffectRow)
    if team is not None:
        query = query.where(EffectRow.team == team)
    if source is not None:
        query = query.where(EffectRow.source == source)
    return int(session.scalar(query) or 0)
