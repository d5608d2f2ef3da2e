"""How many calls somebody took before and after, and in how many of them something went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scoring.wilson import share


@dataclass(frozen=True, slots=True)
class AgentCounts:
    """One agent's calls in both windows, and those with an error on any of the items looked at."""

    agent_id: str
    calls_before: int
    errors_before: int
    calls_after: int
    errors_after: int

    @property
    def in_both(self) -> bool:
        return self.calls_before > 0 and self.calls_after > 0

    @property
    def before(self) -> float:
        """Share of calls with an error; asked of those with calls only."""
        return self.errors_before / self.calls_before

    @property
    def after(self) -> float:
        return self.errors_after / self.calls_after


class Rate(NamedTuple):
    """Errors among the calls of so many agents. The bounds are Wilson's, wide enough for one person's calls.

    They say how sure the share is, not whether it changed: the calls of one person are alike.
    """

    calls: int
    errors: int
    agents: int
    rate: float | None
    low: float
    high: float


def rate_before(agents: Sequence[AgentCounts]) -> Rate:
    return _rate([(one.calls_before, one.errors_before) for one in agents])


def rate_after(agents: Sequence[AgentCounts]) -> Rate:
    return _rate([(one.calls_after, one.errors_after) for one in agents])


def _rate(counts: Sequence[tuple[int, int]]) -> Rate:
    calls, errors = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
    said = share(errors, calls)
    return Rate(calls, errors, sum(one > 0 for one, _ in counts), said.share, said.low, said.high)
