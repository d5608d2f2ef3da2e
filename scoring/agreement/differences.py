"""How far points are from a reference: share within reach, and bias."""

from collections.abc import Sequence

import numpy as np

from scoring.agreement.figure import LEAST_CASES, Figure, known, too_few
from scoring.agreement.ratings import Floats
from scoring.agreement.raw import mean_share
from scoring.sampling.interval import t_reach

REACH = 5.0
"""Points of a total that two inspectors may be apart (design.md, section 10)."""


def within(
    differences: Sequence[float] | Floats,
    calls: Sequence[int] | None = None,
    *,
    reach: float = REACH,
    least: int = LEAST_CASES,
) -> Figure:
    """The share of differences of at most `reach` points, each call counting once; Wilson's interval."""
    near = (np.abs(np.asarray(differences, float)) <= reach + 1e-9).astype(float)
    return mean_share(near, np.arange(len(near)) if calls is None else np.asarray(calls), least=least)


def bias(
    differences: Sequence[float] | Floats, calls: Sequence[int] | None = None, *, least: int = LEAST_CASES
) -> Figure:
    """The mean signed difference, each call counting once, with Student's interval."""
    means = _means(np.asarray(differences, float), calls)
    if len(means) < max(2, least):
        return too_few(len(means), max(2, least))
    value = float(means.mean())
    reach = t_reach(float(means.std(ddof=1)) / len(means) ** 0.5, len(means) - 1)
    return known(value, value - reach, value + reach, len(means))


def _means(values: Floats, calls: Sequence[int] | None) -> Floats:
    """One number per call."""
    if calls is None:
        return values
    _, index = np.unique(np.asarray(calls), return_inverse=True)
    return np.asarray(np.bincount(index, weights=values) / np.bincount(index))
