"""What the coefficients of agreement have in common: 1 − observed / expected disagreement, and an interval."""

from collections.abc import Callable

import numpy as np

from scoring.agreement.figure import Figure, known, nobody_else, one_answer, too_few
from scoring.agreement.ratings import Floats
from scoring.agreement.resampling import bca
from scoring.wilson import bounds

Disagreement = Callable[[Floats], tuple[Floats, Floats]]
"""From sums over calls (draws × columns) to the observed and the expected disagreement, as shares of the worst."""

LEAST_POSSIBLE = -1.0


def coefficient(rows: Floats, disagreement: Disagreement, value: Callable[[], float], *, least: int) -> Figure:
    """`rows` is calls × columns; `value` says the coefficient itself, asked only where it is defined."""
    n = len(rows)
    if n == 0:
        return nobody_else(n)
    if n < least:
        return too_few(n, least)
    observed, expected = (float(one[0]) for one in disagreement(rows.sum(axis=0)[None]))
    if expected < 1e-12:
        return one_answer(n)

    def beyond(sums: Floats) -> Floats:
        found, chance = disagreement(sums)
        chance = np.where(chance < 1e-12, np.nan, chance)
        return 1 - found / chance

    low, high = bca(rows, beyond) or _by_wilson(observed, expected, n)
    exact = value()
    return known(exact, min(low, exact), max(high, exact), n)


def _by_wilson(observed: float, expected: float, n: int) -> tuple[float, float]:
    """Where the draws tell nothing, above all where no two answers differ.

    Wilson's interval of the observed disagreement, carried through with the expected one as it is: perfect agreement
    about 30 calls is not a proof of perfect agreement.
    """
    least, most = bounds(min(observed, 1.0), n)
    return max(LEAST_POSSIBLE, 1 - most / expected), 1 - least / expected
