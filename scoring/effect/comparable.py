"""Who the trained are compared with: those who did as they did before, on calls of the same types.

Nearest neighbours, chosen before there is anything to see afterwards (E. A. Stuart, "Matching methods for causal
inference: a review and a look forward", Statistical Science 25(1), 2010). What difference is left between the groups,
since those with the very highest rates were trained, `scoring.effect.change` takes away.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

OTHERS_EACH = 4
"""Others to each of the trained: more would be ever less like them."""
LEAST_WANTED = 30
"""Looked for even where few are trained: fewer say little about how rates move by themselves."""
LEAST_CALLS = 10
"""Before; the rate of fewer calls says nothing about who is alike."""
SHARED_TYPES = 0.5
"""At least half of the calls are of types the trained take, in like shares."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agent's calls before, those with an error on the items, and how many calls were of which type."""

    agent_id: str
    calls: int
    errors: int
    types: Mapping[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return self.errors / self.calls if self.calls else 0.0


def comparable(trained: Sequence[Candidate], candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """The others' ids, the nearest first; nobody twice. Empty where nobody is like the trained."""
    known = [one for one in trained if one.calls]
    if not known:
        return ()
    taught = {one.agent_id for one in trained}
    common = _shares(known)
    fit = [
        one
        for one in candidates
        if one.agent_id not in taught and one.calls >= LEAST_CALLS and alike(_shares([one]), common) >= SHARED_TYPES
    ]
    wanted = max(OTHERS_EACH * len(known), LEAST_WANTED)
    nearest = sorted(fit, key=lambda one: (min(abs(one.rate - other.rate) for other in known), one.agent_id))
    return tuple(one.agent_id for one in nearest[:wanted])


def alike(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """The share of calls whose types both have: 1 for the same mix, 0 for nothing in common."""
    return sum(min(first[name], second[name]) for name in first.keys() & second.keys())


def _shares(agents: Sequence[Candidate]) -> dict[str, float]:
    sums: dict[str, int] = {}
    for one in agents:
        for name, calls in (one.types or {"": one.calls}).items():
            sums[name] = sums.get(name, 0) + calls
    whole = sum(sums.values())
    return {name: calls / whole for name, calls in sums.items()} if whole else {}
