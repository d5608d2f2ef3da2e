"""Agents by their numbers, as training names them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.call import AgentStage
from models.tables import AgentRow


@dataclass(frozen=True, slots=True)
class Person:
    """One of the roster; `name` is their number where no name is known."""

    agent_id: str
    name: str
    team: str | None
    stage: AgentStage | None
    joined_on: date | None
    active: bool


def people(session: Session, agent_ids: Collection[str]) -> dict[str, Person]:
    """Those of them the roster knows."""
    if not agent_ids:
        return {}
    query = select(AgentRow).where(AgentRow.agent_id.in_(sorted(set(agent_ids))))
    return {row.agent_id: person(row) for row in session.scalars(query)}


def named(session: Session, agent_ids: Collection[str]) -> dict[str, str]:
    """Names by number, the number itself where there is none."""
    known = people(session, agent_ids)
    return {one: known[one].name if one in known else one for one in agent_ids}


def active(session: Session, team: str | None = None) -> tuple[Person, ...]:
    """Who takes calls now, by number; of one team where one is given."""
    query = select(AgentRow).where(AgentRow.active.is_(True)).order_by(AgentRow.agent_id)
    if team:
        query = query.where(AgentRow.team == team)
    return tuple(person(row) for row in session.scalars(query))


def before_regular(session: Session) -> tuple[Person, ...]:
    """Active agents who still have a gate before them."""
    query = select(AgentRow).where(
        AgentRow.active.is_(True),
        AgentRow.stage.in_([AgentStage.INTERN, AgentStage.TRAINEE, AgentStage.PROBATION]),
    )
    return tuple(person(row) for row in session.scalars(query.order_by(AgentRow.stage, AgentRow.agent_id)))


def person(row: AgentRow) -> Person:
    stage = AgentStage(row.stage) if row.stage else None
    return Person(row.agent_id, row.name or row.agent_id, row.team, stage, row.joined_on, row.active)
