"""Which days and whose calls a figure is about."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Wanted:
    """Calls from `first` to `last`, both included, of a team and an agent; None asks nothing."""

    first: date
    last: date
    team: str | None = None
    agent_id: str | None = None
