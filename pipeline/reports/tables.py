"""Teams, agents and call types beside each other."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import AgentRow
from pipeline.reports.totals import Totals, totals_of
from storage.reports.figures import CallSum, call_sums
from storage.reports.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Line:
    """`key` is a team, an agent id or a call type; "" where it is not known. `name` is an agent's, where known.

    An agent who changed teams has a line in each.
    """

    key: str
    name: str
    team: str
    totals: Totals


def teams(session: Session, wanted: Wanted) -> tuple[Line, ...]:
    """By name."""
    found = call_sums(session, wanted, ("team",))
    return tuple(Line(one.key[0], one.key[0], one.key[0], totals_of(one)) for one in found)


def agents(session: Session, wanted: Wanted) -> tuple[Line, ...]:
    """The lowest machine mean first, those without one last."""
    found = call_sums(session, wanted, ("team", "agent_id"))
    query = select(AgentRow.agent_id, AgentRow.name)
    names = {key: name for key, name in session.execute(query) if name}
    lines = [Line(one.key[1], names.get(one.key[1], ""), one.key[0], totals_of(one)) for one in found]
    return tuple(sorted(lines, key=_lowest_first))


def call_types(session: Session, wanted: Wanted) -> tuple[Line, ...]:
    """Most calls first."""
    found = sorted(call_sums(session, wanted, ("call_type",)), key=_most_first)
    return tuple(Line(one.key[0], one.key[0], "", totals_of(one)) for one in found)


def _most_first(one: CallSum) -> tuple[int, str]:
    return (-one.calls, one.key[0])


def _lowest_first(line: Line) -> tuple[bool, float, str, str]:
    value = line.totals.machine.mean.value
    return (value is None, value or 0.0, line.key, line.team)
