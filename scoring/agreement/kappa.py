"""Cohen's κ for two raters."""

from typing import Literal

import numpy as np
from sklearn.metrics import cohen_kappa_score

from scoring.agreement.beyond_chance import Disagreement, coefficient
from scoring.agreement.figure import LEAST_CALLS, Figure
from scoring.agreement.ratings import Floats, Ratings

Weights = Literal["none", "linear", "quadratic"]
"""How bad it is to be further apart: by ranks of the categories, or not at all."""


def cohen_kappa(ratings: Ratings, weights: Weights = "none", *, least: int = LEAST_CALLS) -> Figure:
    """Agreement beyond chance of the first two raters: J. Cohen, "A Coefficient of Agreement for Nominal Scales", 1960.

    Weighted: J. Cohen, "Weighted kappa", Psychological Bulletin 70, 1968. From scikit-learn; the interval by calls.
    """
    if ratings.values.shape[1] < 2:
        return coefficient(np.empty((0, 1)), disagreement_of(np.zeros((1, 1))), lambda: np.nan, least=least)
    pairs = Ratings(ratings.values[:, :2], ratings.calls).pairable
    categories = pairs.categories
    ranks = np.searchsorted(categories, pairs.values)
    units = np.zeros((len(ranks), len(categories) ** 2))
    units[np.arange(len(ranks)), ranks[:, 0] * len(categories) + ranks[:, 1]] = 1
    kind = None if weights == "none" else weights

    def value() -> float:
        return float(cohen_kappa_score(ranks[:, 0], ranks[:, 1], weights=kind))

    apart = distances(len(categories), weights)
    return coefficient(pairs.by_call(units), disagreement_of(apart), value, least=least)


def distances(count: int, weights: Weights) -> Floats:
    """How bad each pair of categories is: 0 the same, 1 the worst."""
    ranks = np.arange(count)
    apart: Floats = np.abs(ranks[:, None] - ranks[None, :]).astype(float)
    if weights == "none":
        return np.asarray(apart > 0, float)
    power = 2 if weights == "quadratic" else 1
    return np.asarray((apart / max(1, count - 1)) ** power)


def disagreement_of(apart: Floats) -> Disagreement:
    """Of contingency tables, flat."""

    def disagreement(sums: Floats) -> tuple[Floats, Floats]:
        tables = sums.reshape(len(sums), *apart.shape)
        size = np.maximum(tables.sum(axis=(1, 2)), 1)
        expected = np.einsum("bi,bj,ij->b", tables.sum(axis=2), tables.sum(axis=1), apart) / size**2
        return np.einsum("bij,ij->b", tables, apart) / size, expected

    return disagreement
