"""The roster (花名册): who takes the calls, in which team, at which stage, since when."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.call import AgentStage
from models.errors import BadInput, NotFound, Stale
from models.person import Viewer
from models.reason import Fact
from models.tables import AgentRow
from pipeline.people.roster_file import Entry
from storage.people import roster
from storage.people.audit import record
from storage.people.roster import AgentFilter

LONGEST = 60
EARLIEST = date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class Agent:
    """One of the roster."""

    agent_id: str
    name: str | None
    team: str | None
    stage: AgentStage | None
    joined_on: date | None
    active: bool
    revision: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Details:
    """What is entered about an agent."""

    name: str | None = None
    team: str | None = None
    stage: AgentStage | None = None
    joined_on: date | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Agents:
    """`next` is the id after which the following page begins, None on the last."""

    agents: tuple[Agent, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Imported:
    """How many agents of a file were new, changed, and as they were."""

    added: int
    changed: int
    same: int


def list_agents(session: Session, wanted: AgentFilter, *, after: str | None, limit: int) -> Agents:
    rows, place = roster.list_agents(session, wanted, after=after, limit=limit)
    return Agents(tuple(_agent(row) for row in rows), place)


def read_agent(session: Session, agent_id: str) -> Agent:
    """One agent.

    Raises:
        NotFound: the roster does not have them.
    """
    row = roster.find_agent(session, agent_id)
    if row is None:
        raise NotFound("pipeline.no_agent", id=agent_id)
    return _agent(row)


def teams(session: Session) -> tuple[str, ...]:
    return roster.agent_teams(session)


def edit_agent(
    session: Session, viewer: Viewer, agent_id: str, details: Details, *, revision: int, now: datetime
) -> Agent:
    """Change an agent as they were at `revision`. Calls keep what they were received with.

    Raises:
        NotFound: the roster does not have them.
        Stale: somebody changed the entry meanwhile.
        BadInput: a text is too long, or the day cannot be.
    """
    wanted = _checked(details, now)
    row = roster.hold_agent(session, agent_id)
    if row is None:
        raise NotFound("pipeline.no_agent", id=agent_id)
    if row.revision != revision:
        raise Stale("pipeline.agent_changed", id=agent_id, revision=revision, stored=row.revision)
    if facts := _put(row, wanted, now):
        record(session, viewer, "agent.changed", now, target="agent", target_id=agent_id, facts=facts)
    return _agent(row)


def import_roster(session: Session, viewer: Viewer, entries: tuple[Entry, ...], now: datetime) -> Imported:
    """Enter what a file says (`pipeline.people.roster_file`); cells it leaves empty change nothing."""
    known = roster.hold_agents(session, [entry.agent_id for entry in entries])
    added = changed = 0
    for entry in entries:
        row = known.get(entry.agent_id)
        if row is None:
            row = AgentRow(agent_id=entry.agent_id, active=True, revision=1, updated_at=now)
            session.add(row)
            added += 1
            _put(row, Details(**entry.given), now)
            row.revision = 1
            continue
        changed += bool(_put(row, Details(**{**_details(row), **entry.given}), now))
    same = len(entries) - added - changed
    facts: dict[str, Fact] = {"added": added, "changed": changed, "same": same}
    record(session, viewer, "roster.imported", now, target="agent", facts=facts)
    return Imported(added, changed, same)


def _checked(details: Details, now: datetime) -> Details:
    name, team = (" ".join((text or "").split()) for text in (details.name, details.team))
    if max(len(name), len(team)) > LONGEST:
        raise BadInput("pipeline.name_long", most=LONGEST)
    if details.joined_on is not None and not EARLIEST <= details.joined_on <= now.date().replace(year=now.year + 1):
        raise BadInput("pipeline.bad_joined", day=details.joined_on.isoformat())
    return Details(name or None, team or None, details.stage, details.joined_on, details.active)


def _put(row: AgentRow, details: Details, now: datetime) -> dict[str, Fact]:
    """Write the details into the row; what changed, for the audit log."""
    facts: dict[str, Fact] = {}
    for field in fields(Details):
        before, after = getattr(row, field.name), getattr(details, field.name)
        if before != after:
            setattr(row, field.name, after)
            facts |= {f"{field.name}_before": _fact(before), field.name: _fact(after)}
    if facts:
        row.revision = (row.revision or 0) + 1
        row.updated_at = now
    return facts


def _details(row: AgentRow) -> dict[str, object]:
    return {field.name: getattr(row, field.name) for field in fields(Details)}


def _agent(row: AgentRow) -> Agent:
    return Agent(
        agent_id=row.agent_id,
        name=row.name,
        team=row.team,
        stage=AgentStage(row.stage) if row.stage else None,
        joined_on=row.joined_on,
        active=row.active,
        revision=row.revision,
        updated_at=row.updated_at,
    )


def _fact(value: str | date | bool | None) -> Fact:  # noqa: FBT001  (a value, not a switch)
    if isinstance(value, bool):
        return int(value)
    return "" if value is None else str(value)
