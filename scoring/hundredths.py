"""Points counted in whole hundredths: sums of what a person sees with two decimals are then exact, in any order."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache


@lru_cache(maxsize=10_000)
def hundredths(points: float, weight: float = 1.0) -> int:
    """Points times weight, as written in decimals; half a hundredth is rounded up. 0.125 → 13.

    What is more than nothing stays at least one hundredth.
    """
    weighted = int((Decimal(str(points)) * Decimal(str(weight)) * 100).to_integral_value(ROUND_HALF_UP))
    return max(weighted, 1) if points > 0 else weighted


def points(hundredths: int) -> float:
    """The float nearest to so many hundredths: 30 → 0.3."""
    return hundredths / 100


def percentage(part: int, whole: int) -> int:
    """100 × part / whole in hundredths, half rounded up. 2 of 3 → 6667."""
    return (2 * 10_000 * part + whole) // (2 * whole)
