"""Gwet's AC1 and AC2, which keep their meaning where nearly all answers are the same (κ's paradox)."""

import numpy as np

from scoring.agreement.beyond_chance import Disagreement, coefficient
from scoring.agreement.figure import LEAST_CALLS, Figure
from scoring.agreement.kappa import Weights, distances
from scoring.agreement.ratings import Floats, Ratings


def gwet(ratings: Ratings, weights: Weights = "none", *, least: int = LEAST_CALLS) -> Figure:
    """AC1, or AC2 with weights (by ranks), of any number of raters; answers may be missing.

    K. L. Gwet, "Computing inter-rater reliability and its variance in the presence of high agreement", British Journal
    of Mathematical and Statistical Psychology 61, 2008; with missing answers: "Handbook of Inter-Rater Reliability",
    4th edition, 2014, chapter 5. The one library that has it, irrCAC, wants numpy 1 and scipy before 1.13; a test holds
    this to irrCAC's numbers.
    """
    if not len(ratings.pairable.calls):
        return coefficient(np.empty((0, 1)), disagreement_of(np.zeros((1, 1))), lambda: np.nan, least=least)
    categories = ratings.categories
    apart = distances(len(categories), weights)
    counts = ratings.counts(categories)
    answered = counts.sum(axis=1)
    counts, answered, calls = counts[answered > 0], answered[answered > 0], ratings.calls[answered > 0]
    paired = answered >= 2
    differing = np.einsum("ui,uj,ij->u", counts, counts, apart)
    differing = np.where(paired, differing / np.maximum(answered * (answered - 1), 1), 0.0)
    units = np.column_stack([differing, paired, counts / answered[:, None]])
    rows = Ratings(units, calls).by_call(units)
    disagreement = disagreement_of(apart)

    def value() -> float:
        observed, expected = disagreement(rows.sum(axis=0)[None])
        return float(1 - observed[0] / expected[0])

    return coefficient(rows, disagreement, value, least=least)


def disagreement_of(apart: Floats) -> Disagreement:
    """Columns: disagreement of the units with two answers and more, how many they are, and shares of each category."""
    count = len(apart)
    agreeing = float((1 - apart).sum())

    def disagreement(sums: Floats) -> tuple[Floats, Floats]:
        shares = sums[:, 2:] / np.maximum(sums[:, 2:].sum(axis=1, keepdims=True), 1e-300)
        spread = (shares * (1 - shares)).sum(axis=1)
        chance = agreeing / (count * max(1, count - 1)) * spread
        observed = np.where(sums[:, 1] > 0, sums[:, 0] / np.maximum(sums[:, 1], 1), np.nan)
        return observed, np.where(spread < 1e-12, 0.0, 1 - chance)

    return disagreement
