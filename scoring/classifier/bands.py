"""When to abstain: the band of probabilities in which asking a person is cheaper than deciding."""

from dataclasses import dataclass

from models.score import ItemClass

CRITICAL = 2.0
"""To miss a critical error costs so many times as much."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What mistakes cost, in the same unit: a deduction that was wrong, an error missed, and asking a person.

    A wrong deduction costs an appeal and trust in the machine, a miss one bad call unnoticed.
    """

    wrong_deduction: float = 5.0
    miss: float = 3.0
    asking: float = 1.0


@dataclass(frozen=True, slots=True)
class Band:
    """Between `low` and `high` the machine abstains: at `high` and above it says error, below `low` none."""

    low: float
    high: float


def band(costs: Costs, item_class: ItemClass = ItemClass.ORDINARY) -> Band:
    """Of calibrated probabilities: the choice of the least expected cost (Chow 1970, "On optimum recognition error").

    To say error costs (1 − p) × a wrong deduction, to say none p × a miss, to ask a person always the same. Where
    asking never is the cheapest, the band is empty.
    """
    miss = costs.miss if item_class is ItemClass.ORDINARY else costs.miss * CRITICAL
    low, high = costs.asking / miss, 1 - costs.asking / costs.wrong_deduction
    if low < high:
        return Band(low, high)
    even = costs.wrong_deduction / (costs.wrong_deduction + miss)
    return Band(even, even)
