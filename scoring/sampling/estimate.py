"""Means and shares of all calls from those that were heard, with 95 % intervals.

Of a domain (the centre, a team, an agent, a type) the number of calls is known, and which of them were certain. Those
are heard and counted as they are; of the rest the mean is Hájek's ratio Σ(y/π) ÷ Σ(1/π), whose variance is that of
Horvitz and Thompson's total of the residuals z_i = (y_i − ȳ)/π_i:

    v = Σ_i q_i z_i² + Σ_i≠j (Δ_ij/π_ij) z_i z_j,   over (Σ 1/π)²

which counts in that the population is finite. D. G. Horvitz, D. J. Thompson, JASA 47, 1952; A. R. Sen, 1953, and
F. Yates, P. M. Grundy, JRSS B 15, 1953, whose form is for samples of fixed size, which these are not; Särndal et al.
1992, sections 5.7 and 5.8. docs/sampling.md says why it is done so.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np

from scoring.sampling.frame import Floats, Marks, Wholes
from scoring.sampling.inclusion import joint
from scoring.sampling.interval import Interval, combined, t_reach, wilson
from scoring.sampling.picks import REST, Picks

LEAST = 5
"""Calls of the rest that must have been heard: an interval made of fewer would not hold what it promises."""

ROWS = 1024
"""Of the matrix of pairs in memory at a time."""


ROUNDING = 1e-9
"""A weighted mean of ones is not quite 1."""


class Lack(StrEnum):
    """Why there is no estimate. FEW: too few of the calls that chance picked; ON_PURPOSE: too few of the others."""

    NOTHING = "nothing"
    FEW = "few"
    ON_PURPOSE = "on_purpose"


@dataclass(frozen=True, slots=True)
class Estimate:
    """`interval` is None where there are too few calls to say anything, which `lack` then names."""

    interval: Interval | None
    heard: int
    picked: int
    population: int
    lack: Lack | None = None


@dataclass(frozen=True, slots=True)
class _Rest:
    """What chance picked and people heard: weights, the mean of each measure and its variance."""

    size: int
    heard: int
    mean: Floats
    variance: Floats
    weights: Floats


def estimate(picks: Picks, share: Floats, inside: Marks, rest: int, is_share: tuple[bool, ...]) -> list[Estimate]:
    """Of each measure in `picks.values`, for the domain of the picked calls `inside` and `rest` calls left to chance.

    `share` is what `picks.responses` said. `is_share`: the measure is 0 or 1, and its interval is one of a share.
    """
    index = np.flatnonzero(inside)
    certain = index[picks.part[index] != REST]
    population, heard = rest + len(certain), int(picks.heard[index].sum())
    lack = _lack(picks, certain, rest, heard)
    if lack is not None:
        return [Estimate(None, heard, len(index), population, lack) for _ in is_share]
    parts = _certain_parts(picks, certain)
    chosen = index[(picks.part[index] == REST) & picks.heard[index]]
    others = _rest(picks, share, chosen, rest) if rest else None
    return [
        Estimate(_interval(parts, others, m, population, as_share=as_share), heard, len(index), population)
        for m, as_share in enumerate(is_share)
    ]


def _lack(picks: Picks, certain: Wholes, rest: int, heard: int) -> Lack | None:
    if not heard:
        return Lack.NOTHING
    known = int(picks.heard[certain].sum())
    if heard - known < min(LEAST, rest):
        return Lack.FEW
    return Lack.ON_PURPOSE if known < min(2, len(certain)) else None


def _certain_parts(picks: Picks, certain: Wholes) -> list[_Rest]:
    """What was certain, by reason; as one where of some reason too little was heard. Heard in no order of its own."""
    part, heard = picks.part[certain], picks.heard[certain]
    kinds = np.unique(part)
    sizes = [(int((part == kind).sum()), int(heard[part == kind].sum())) for kind in kinds]
    if any(known < min(2, size) for size, known in sizes):
        return [_simple(picks, certain)]
    return [_simple(picks, certain[part == kind]) for kind in kinds]


def _simple(picks: Picks, index: Wholes) -> _Rest:
    """Calls of which some were heard, as by simple random sampling."""
    known = index[picks.heard[index]]
    values = picks.values[:, known]
    size, heard = len(index), len(known)
    variance = np.zeros(len(values))
    if heard < size:
        variance = (1 - heard / size) * values.var(axis=1, ddof=1) / heard
    return _Rest(size, heard, values.mean(axis=1), variance, np.ones(heard))


def _rest(picks: Picks, share: Floats, chosen: Wholes, size: int) -> _Rest:
    weights = 1 / ((1 - picks.missed[chosen]) * share[chosen])
    values = picks.values[:, chosen]
    total = weights.sum()
    mean = values @ weights / total
    if len(chosen) >= size:
        return _Rest(size, len(chosen), mean, np.zeros(len(mean)), weights)
    residuals = (values - mean[:, None]) * weights
    variance = _variance(picks, share, chosen, residuals) / total**2
    return _Rest(size, len(chosen), mean, np.maximum(variance, 0), weights)


def _variance(picks: Picks, share: Floats, chosen: Wholes, residuals: Floats) -> Floats:
    """Of the totals of the residuals z, a row for each measure.

    The last term is what Hájek's mean costs in a small sample: n/(n−1), unless the pairs have counted it in already, as
    they do within one stratum.
    """
    own = ((1 - (1 - picks.missed[chosen]) * share[chosen]) * residuals**2).sum(axis=1)
    pairs = np.zeros(len(residuals))
    for start in range(0, len(chosen), ROWS):
        some = slice(start, start + ROWS)
        pairs += ((residuals[:, some] @ _together(picks, chosen[some], chosen)) * residuals).sum(axis=1)
    return np.asarray(own + pairs + np.maximum(own / (len(chosen) - 1) - np.maximum(pairs, 0), 0), np.float64)


def _together(picks: Picks, some: Wholes, all_: Wholes) -> Floats:
    """Δ_ij/π_ij of some calls with all; 0 for those of other strata, and for a call with itself."""
    agents = picks.agent_group[some][:, None] == picks.agent_group[all_][None, :]
    types = picks.type_group[some][:, None] == picks.type_group[all_][None, :]
    tied = np.where(agents, picks.agent_tie[some][:, None], 1.0) * np.where(types, picks.type_tie[some][:, None], 1.0)
    q_some, q_all = picks.missed[some], picks.missed[all_]
    both = joint(q_some, q_all, tied)
    depends = (tied < 1) & (some[:, None] != all_[None, :]) & (both > 0)
    covariance = q_some[:, None] * q_all[None, :] * (tied - 1)
    dependence: Floats = np.divide(covariance, both, out=np.zeros_like(both), where=depends)
    return dependence


def _interval(parts: list[_Rest], others: _Rest | None, m: int, population: int, *, as_share: bool) -> Interval:
    all_ = [*parts, *([others] if others else [])]
    if as_share:
        return combined([(part.size / population, _share_interval(part, m)) for part in all_])
    value = sum(part.size * float(part.mean[m]) for part in all_) / population
    variances = [((part.size / population) ** 2 * float(part.variance[m]), part.heard - 1) for part in all_]
    unsure = [(variance, freedom) for variance, freedom in variances if variance > 0]
    whole = sum(variance for variance, _ in unsure)
    # Welch and Satterthwaite's: a part of few calls weighs by what it adds to the variance.
    freedom = whole**2 / sum(variance**2 / freedom for variance, freedom in unsure) if unsure else 1
    reach = t_reach(sqrt(whole), freedom)
    return Interval(value, value - reach, value + reach)


def _share_interval(part: _Rest, m: int) -> Interval:
    """Wilson's, by the size a simple random sample would need to have to be as sure as this one."""
    p = min(max(float(part.mean[m]), 0.0), 1.0)
    left = 1 - part.heard / part.size
    if left <= 0:
        return Interval(p, p, p)
    size = float(part.weights.sum() ** 2 / (part.weights**2).sum()) / left
    if part.variance[m] > 0 and ROUNDING < p < 1 - ROUNDING:
        size = min(size, p * (1 - p) / float(part.variance[m]))
    return wilson(p, size, part.heard - 1)
