"""The roster of agents (花名册). Nothing here commits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models.call import Metadata
from models.tables import AgentRow
from storage.once import insert_once


@dataclass(frozen=True, slots=True)
class AgentFilter:
    """What the roster is narrowed to; None asks nothing. `text` is part of an id or a name."""

    text: str | None = None
    team: str | None = None
    stage: str | None = None
    active: bool | None = None


def note_agent(session: Session, known: Metadata, now: datetime) -> None:
    """Enter who took a call, where the roster does not know them; who is entered stays as they are."""
    if known.agent_id:
        values = {"name": known.agent_name, "team": known.team, "stage": known.agent_stage, "active": True}
        insert_once(
            session, AgentRow, {"agent_id": known.agent_id}, **values, joined_on=None, revision=1, updated_at=now
        )


def find_agent(session: Session, agent_id: str) -> AgentRow | None:
    return session.scalars(select(AgentRow).where(AgentRow.agent_id == agent_id)).one_or_none()


def hold_agent(session: Session, agent_id: str) -> AgentRow | None:
    query = select(AgentRow).where(AgentRow.agent_id == agent_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def hold_agents(session: Session, agent_ids: Iterable[str]) -> dict[str, AgentRow]:
    """By id, kept from other writers."""
    query = select(AgentRow).where(AgentRow.agent_id.in_(sorted(agent_ids))).order_by(AgentRow.id).with_for_update()
    return {row.agent_id: row for row in session.scalars(query.execution_options(populate_existing=True))}


def list_agents(
    session: Session, wanted: AgentFilter, *, after: str | None, limit: int
) -> tuple[Sequence[AgentRow], str | None]:
    """One page by id, and the id after which the next begins, None on the last."""
    query = select(AgentRow).where(*_conditions(wanted)).order_by(AgentRow.agent_id)
    if after is not None:
        query = query.where(AgentRow.agent_id > after)
    rows = session.scalars(query.limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].agent_id if len(rows) > limit else None


def agent_teams(session: Session) -> tuple[str, ...]:
    """In order."""
    query = select(AgentRow.team).where(AgentRow.team.is_not(None)).distinct().order_by(AgentRow.team)
    return tuple(team for team in session.scalars(query) if team)


def _conditions(wanted: AgentFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.text:
        fits = (column.icontains(wanted.text, autoescape=True) for column in (AgentRow.agent_id, AgentRow.name))
        conditions.append(or_(*fits))
    asked = ((AgentRow.team, wanted.team), (AgentRow.stage, wanted.stage), (AgentRow.active, wanted.active))
    conditions += [column == value for column, value in asked if value is not None]
    return conditions
