"""The draw itself: what is certain, what chance picks, and with what probability."""

from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from scoring.sampling.frame import Floats, Frame, Marks, Wholes
from scoring.sampling.inclusion import Strata, missed
from scoring.sampling.plan import SamplingPlan
from scoring.sampling.quotas import agent_takes, type_takes
from scoring.sampling.targets import pick_targets

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Draw:
    """One entry a call in every array.

    `targeted` is what the plan picked on purpose, `certain` that and what was queued. `left_out` counts the targets
    beyond the capacity. `double` are those of its own picks that two people shall hear; what waited before has been
    shared out to one or two already.
    """

    picked: Marks
    certain: Marks
    targeted: Marks
    by_agent: Marks
    by_type: Marks
    by_chance: Marks
    double: Marks
    probability: Floats
    agents: Strata
    types: Strata
    left_out: int


def draw(frame: Frame, plan: SamplingPlan, seed: str, weeks: float = 1.0) -> Draw:
    """What the plan picks of the population; the same for the same seed.

    Every call has its own random number of the seed, so that a plan changed a little, or a call that came later, leaves
    most of the picks as they were (permanent random numbers: E. Ohlsson, "Coordination of samples using permanent
    random numbers", in Business Survey Methods, 1995).
    """
    targeted, left_out = pick_targets(frame, plan)
    certain = frame.queued | targeted
    agents = Strata(*agent_takes(frame, certain, plan, weeks))
    types = Strata(*type_takes(frame, certain, plan))
    by_agent = _pick(frame.agent, agents.takes, ~certain, randoms(f"{seed}/agents", frame.call))
    by_type = _pick(frame.type, types.takes, ~certain, randoms(f"{seed}/types", frame.call))
    by_chance = frame.drawn & ~certain
    picked = certain | by_agent | by_type | by_chance
    q = missed(agents.shares[frame.agent], types.shares[frame.type], frame.chance)
    return Draw(
        picked=picked,
        certain=certain,
        targeted=targeted,
        by_agent=by_agent,
        by_type=by_type,
        by_chance=by_chance,
        double=_doubles(
            picked & ~frame.queued & ~frame.drawn, plan.double_share, randoms(f"{seed}/double", frame.call)
        ),
        probability=np.where(certain, 1.0, 1 - q),
        agents=agents,
        types=types,
        left_out=left_out,
    )


def randoms(seed: str, calls: Wholes) -> NDArray[np.uint64]:
    """A random number for each call id: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), started by the seed."""
    start = np.uint64(int.from_bytes(sha256(seed.encode(errors="surrogateescape")).digest()[:8]))
    with np.errstate(over="ignore"):
        z = start + calls.astype(np.uint64) * GOLDEN
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(z ^ (z >> np.uint64(31)), np.uint64)


def _pick(stratum: Wholes, takes: Wholes, among: Marks, numbers: NDArray[np.uint64]) -> Marks:
    """The calls with the smallest numbers of each stratum."""
    index = np.flatnonzero(among)
    ordered = index[np.lexsort((numbers[index], stratum[index]))]
    own = stratum[ordered]
    first = np.searchsorted(own, np.arange(len(takes)))
    picked = np.zeros(len(stratum), np.bool_)
    picked[ordered[np.arange(len(ordered)) - first[own] < takes[own]]] = True
    return picked


def _doubles(own: Marks, share: float, numbers: NDArray[np.uint64]) -> Marks:
    index = np.flatnonzero(own)
    double = np.zeros(len(own), np.bool_)
    double[index[np.argsort(numbers[index])][: round(share * len(index))]] = True
    return double
