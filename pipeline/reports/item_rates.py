"""How often agents' calls have an error on any of some items: what effects of training and actions are measured by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from storage.reports.item_counts import call_type_counts, count_by_day
from storage.reports.wanted import Wanted


@dataclass(frozen=True, slots=True)
class AgentItemCount:
    """Calls of one agent on one day, and in how many of them any of the items cost points. Days without calls: none."""

    agent_id: str
    day: date
    calls: int
    errors: int


def item_counts(  # noqa: PLR0917  (which items, whose calls, when)
    session: Session,
    card: str,
    items: Collection[str],
    agents: Collection[str] | None,
    first: date,
    last: date,
    *,
    by_people: bool = False,
) -> tuple[AgentItemCount, ...]:
    """By agent and day, of the calls scored on `card` from `first` to `last`, both included.

    All calls as the machine scored them: nobody chose them, so they compare fairly. With `by_people` only those with a
    final score, which were picked for review. `agents` None is everybody who is known.
    """
    whose = None if agents is None else sorted(set(agents))
    counted = count_by_day(session, card, sorted(set(items)), whose, Wanted(first, last), by_people=by_people)
    return tuple(AgentItemCount(*row) for row in counted)


def agents_call_types(
    session: Session, card: str, first: date, last: date, agents: Collection[str] | None = None
) -> dict[str, dict[str, int]]:
    """How many calls of each type every agent had on `card`: agent id → call type → calls. Whom to compare with whom.

    "" is a type that is not known.
    """
    found: dict[str, dict[str, int]] = {}
    whose = None if agents is None else sorted(set(agents))
    for agent, call_type, calls in call_type_counts(session, card, Wanted(first, last), whose):
        found.setdefault(agent, {})[call_type] = calls
    return found
