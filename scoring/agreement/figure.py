"""A number that says how sure it is, or why it is not known."""

from dataclasses import dataclass

from models.reason import Reason

LEAST_CALLS = 30
"""Fewer say too little for a coefficient corrected for chance: its interval would span most of what it can be."""

LEAST_CASES = 10
"""Fewer say too little for a share or a mean: half of ten has an interval from 24 % to 76 %."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` with its 95 % interval, from `n` calls (or cases). None is known where `insufficient` says why.

    Too few is `scoring.agreement_few` (facts `n`, `needed`); what cannot be defined at all, `scoring.agreement_alone`
    and `scoring.agreement_one_answer`.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    insufficient: Reason | None = None

    @property
    def is_known(self) -> bool:
        return self.value is not None


def known(value: float, low: float, high: float, n: int) -> Figure:
    return Figure(float(value), float(low), float(high), n)


def too_few(n: int, needed: int) -> Figure:
    return Figure(None, None, None, n, Reason("scoring.agreement_few", {"n": n, "needed": needed}))


def nobody_else(n: int) -> Figure:
    """No call has answers of two raters."""
    return Figure(None, None, None, n, Reason("scoring.agreement_alone"))


def one_answer(n: int) -> Figure:
    """Everybody always gave the same answer: agreement beyond chance is undefined then, which is not 1."""
    return Figure(None, None, None, n, Reason("scoring.agreement_one_answer", {"n": n}))
