"""The accounts and the roster of the made-up centre. Nobody can sign in to the accounts added here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.person import UserRole, Viewer
from models.tables import AgentRow, UserRow
from pipeline.people.signing_in import viewer_of
from pipeline.simulated.parameters import TEAMS
from pipeline.simulated.people import INSPECTORS, Agent, Inspector
from storage.people.accounts import add_user


@dataclass(frozen=True)
class Staff:
    """`inspectors` in the order of `INSPECTORS`; `agents` by agent id, `team_leads` by team."""

    lead: Viewer
    trainer: Viewer
    inspectors: tuple[tuple[Inspector, Viewer], ...]
    agents: Mapping[str, Viewer]
    team_leads: Mapping[str, Viewer]


def hire(session: Session, agents: Sequence[Agent], since: datetime) -> Staff:
    """Who has no account gets one without a password; the roster learns stages and when people joined.

    Raises:
        NotFound: there is no lead or trainer: the demo's accounts come first.
    """
    rows = list(session.scalars(select(UserRow).order_by(UserRow.id)))
    lead = _somebody(rows, UserRole.LEAD)
    trainer = _somebody(rows, UserRole.TRAINER)
    by_name = {row.name: row for row in rows if row.role == UserRole.INSPECTOR.value}
    inspectors: list[tuple[Inspector, Viewer]] = []
    for number, one in enumerate(INSPECTORS, 1):
        row = by_name.get(one.name) or _added(session, f"sim-inspector{number}", one.name, UserRole.INSPECTOR, since)
        inspectors.append((one, viewer_of(row)))
    by_team = {row.team: row for row in rows if row.role == UserRole.TEAM_LEAD.value}
    team_leads = {
        team.name: viewer_of(
            by_team.get(team.name)
            or _added(session, f"sim-lead{number}", team.leader, UserRole.TEAM_LEAD, since, team=team.name)
        )
        for number, team in enumerate(TEAMS, 1)
    }
    by_agent = {row.agent_id: row for row in rows if row.agent_id}
    own = {one.agent_id: by_agent.get(one.agent_id) or _account(session, one, since) for one in agents}
    _enter(session, agents, since)
    return Staff(lead, trainer, tuple(inspectors), {id_: viewer_of(row) for id_, row in own.items()}, team_leads)


def _somebody(rows: Sequence[UserRow], role: UserRole) -> Viewer:
    found = next((row for row in rows if row.role == role.value and row.active), None)
    if found is None:
        raise NotFound("pipeline.nobody_to_simulate", role=role.value)
    return viewer_of(found)


def _account(session: Session, agent: Agent, since: datetime) -> UserRow:
    login = f"sim-{agent.agent_id}"
    return _added(session, login, agent.name, UserRole.AGENT, since, team=agent.team, agent_id=agent.agent_id)


def _added(
    session: Session,
    login: str,
    name: str,
    role: UserRole,
    since: datetime,
    *,
    team: str | None = None,
    agent_id: str | None = None,
) -> UserRow:
    return add_user(session, login=login, name=name, role=role, now=since, team=team, agent_id=agent_id)


def _enter(session: Session, agents: Sequence[Agent], since: datetime) -> None:
    known = {row.agent_id: row for row in session.scalars(select(AgentRow))}
    for agent in agents:
        row = known.get(agent.agent_id)
        if row is None:
            row = AgentRow(agent_id=agent.agent_id, active=True, updated_at=since)
            session.add(row)
        row.name, row.team, row.stage, row.joined_on = agent.name, agent.team, agent.stage.value, agent.joined_on
    session.flush()
