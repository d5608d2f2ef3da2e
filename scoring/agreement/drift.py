"""Whether somebody has changed, and since when."""

from dataclasses import dataclass

import numpy as np
from scipy.special import kolmogorov

from scoring.agreement.figure import Figure, known
from scoring.agreement.ratings import Floats
from scoring.sampling.interval import t_reach

LEAST_CALLS = 20
LEAST_SIDE = 5
"""Calls before and after the change: fewer are an accident."""

CHANCE = 0.01
"""How often somebody who has not changed is said to have: with ten inspectors a false alarm in ten looks."""


@dataclass(frozen=True, slots=True)
class Change:
    """`place` is the first value after the change; `by` how much the mean is higher since (Welch's interval).

    The place was chosen because the difference is large there, so that `by` is if anything too large.
    """

    place: int
    by: Figure


def change(values: Floats, *, least: int = LEAST_CALLS) -> Change | None:
    """The change of the mean in a series, None where there is none or the series is short.

    CUSUM of the deviations from the mean, against the Brownian bridge (Kolmogorov's distribution): W. Ploberger,
    W. Krämer, "The CUSUM test with OLS residuals", Econometrica 60, 1992.
    """
    n = len(values)
    deviation = float(values.std(ddof=1)) if n > 1 else 0.0
    if n < least or deviation < 1e-12:
        return None
    path = np.abs(np.cumsum(values - values.mean())) / (deviation * n**0.5)
    if kolmogorov(path.max()) >= CHANCE:
        return None
    inside = path[LEAST_SIDE - 1 : n - LEAST_SIDE]
    place = int(inside.argmax()) + LEAST_SIDE
    return Change(place, _welch(values[:place], values[place:]))


def _welch(before: Floats, after: Floats) -> Figure:
    """The difference of two means: B. L. Welch, Biometrika 34, 1947."""
    parts = [float(side.var(ddof=1)) / len(side) for side in (before, after)]
    spread = sum(parts)
    freedom = spread**2 / max(
        sum(part**2 / (len(side) - 1) for part, side in zip(parts, (before, after), strict=True)), 1e-300
    )
    value, reach = float(after.mean() - before.mean()), t_reach(spread**0.5, freedom)
    return known(value, value - reach, value + reach, len(before) + len(after))
