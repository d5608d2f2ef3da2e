"""Strata from which one call was taken, put together: one call says nothing about how calls vary.

Collapsed strata overstate the variance a little and never understate it on average (Särndal et al. 1992, section
3.7.2; K. M. Wolter, "Introduction to Variance Estimation", 2007, section 2.5).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from scoring.sampling.frame import Floats, Wholes
from scoring.sampling.inclusion import Strata, ties


def collapse(strata: Strata, kin: Sequence[str]) -> tuple[Wholes, Floats]:
    """Of each stratum the group it is in, and the group's ρ. Strata of the same `kin` (the team) are joined first."""
    lonely = [s for s in range(len(strata.takes)) if strata.takes[s] == 1 and strata.sizes[s] > 1]
    group = np.arange(len(strata.takes), dtype=np.int64)
    left: list[int] = []
    by_kin: defaultdict[str, list[int]] = defaultdict(list)
    for stratum in lonely:
        by_kin[kin[stratum]].append(stratum)
    for members in by_kin.values():
        if len(members) == 1:
            left += members
        _join(group, members)
    _join(group, left)
    if len(left) == 1:
        _adopt(group, strata, left[0])
    sizes = np.bincount(group, weights=strata.sizes, minlength=len(group)).astype(np.int64)
    takes = np.bincount(group, weights=strata.takes, minlength=len(group)).astype(np.int64)
    return group, ties(sizes, takes)[group]


def _join(group: Wholes, members: Sequence[int]) -> None:
    """Pairs, the last of an odd number with the pair before it."""
    for place in range(0, len(members) - 1, 2):
        _put(group, members[place : place + 2], members[place])
    if len(members) > 1 and len(members) % 2:
        group[members[-1]] = group[members[-2]]


def _put(group: Wholes, members: Iterable[int], to: int) -> None:
    for member in members:
        group[member] = to


def _adopt(group: Wholes, strata: Strata, stratum: int) -> None:
    """The last one alone joins the smallest stratum that is not: never one that was taken whole."""
    others = np.flatnonzero((strata.takes > 0) & (strata.takes < strata.sizes))
    others = others[others != stratum]
    if len(others):
        group[stratum] = group[others[np.argmin(strata.sizes[others])]]
