"""How sure a share is that was counted in a few cases."""

from math import sqrt
from typing import NamedTuple

NINETY_FIVE_PERCENT = 1.959964


class Share(NamedTuple):
    """`hits` of `of`, with the bounds of its 95 % interval; where `of` is 0 nothing is known: the share is None."""

    hits: int
    of: int
    share: float | None
    low: float
    high: float


def share(hits: int, of: int) -> Share:
    """With the interval of Wilson (1927), which stays within 0 and 1 and is good for small counts and extreme shares.

    See L. D. Brown, T. T. Cai, A. DasGupta, "Interval Estimation for a Binomial Proportion", Statistical Science
    16(2), 2001, equation (4).
    """
    if not of:
        return Share(0, 0, None, 0.0, 1.0)
    return Share(hits, of, hits / of, *bounds(hits / of, of))


def bounds(p: float, of: int) -> tuple[float, float]:
    """Of the share `p` in `of` cases, which need not make a whole number of hits."""
    z2 = NINETY_FIVE_PERCENT**2
    middle = (p + z2 / (2 * of)) / (1 + z2 / of)
    reach = NINETY_FIVE_PERCENT / (1 + z2 / of) * sqrt(p * (1 - p) / of + z2 / (4 * of * of))
    return max(0.0, middle - reach), min(1.0, middle + reach)
