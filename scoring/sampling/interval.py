"""95 % intervals: Student's t for means, Wilson's for shares, and the sum of two parts."""

from dataclasses import dataclass
from math import sqrt

from scipy.special import stdtrit

from scoring.wilson import NINETY_FIVE_PERCENT

UPPER = 0.975


@dataclass(frozen=True, slots=True)
class Interval:
    value: float
    low: float
    high: float


def t_reach(deviation: float, freedom: float) -> float:
    """Half the width of the interval around a mean with this standard deviation and degrees of freedom."""
    return float(stdtrit(max(freedom, 1), UPPER)) * deviation


def wilson(share: float, size: float, freedom: int) -> Interval:
    """Of a share that is as sure as one counted in `size` cases, which need not be whole.

    The effective size is made smaller for few degrees of freedom: E. L. Korn, B. I. Graubard, "Confidence intervals for
    proportions with small expected number of positive counts estimated from survey data", Survey Methodology 24, 1998,
    with Wilson's interval in place of the exact one.
    """
    size *= (NINETY_FIVE_PERCENT / float(stdtrit(max(freedom, 1), UPPER))) ** 2
    z2 = NINETY_FIVE_PERCENT**2
    middle = (share + z2 / (2 * size)) / (1 + z2 / size)
    reach = NINETY_FIVE_PERCENT / (1 + z2 / size) * sqrt(share * (1 - share) / size + z2 / (4 * size * size))
    return Interval(share, min(share, max(0.0, middle - reach)), max(share, min(1.0, middle + reach)))


def combined(parts: list[tuple[float, Interval]]) -> Interval:
    """The weighted sum of independent parts, each with its own interval: from the parts' reaches (MOVER).

    G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 27, 2008.
    """
    value = sum(weight * part.value for weight, part in parts)
    below = sqrt(sum((weight * (part.value - part.low)) ** 2 for weight, part in parts))
    above = sqrt(sum((weight * (part.high - part.value)) ** 2 for weight, part in parts))
    return Interval(value, value - below, value + above)
