"""Krippendorff's α: many raters, missing answers, categories or points."""

from typing import Literal

import krippendorff
import numpy as np

from scoring.agreement.beyond_chance import Disagreement, coefficient
from scoring.agreement.figure import LEAST_CALLS, Figure
from scoring.agreement.ratings import Floats, Ratings

Measure = Literal["nominal", "ordinal", "interval"]


def krippendorff_alpha(ratings: Ratings, level: Measure = "nominal", *, least: int = LEAST_CALLS) -> Figure:
    """From the library of that name; the interval by calls.

    Of points (`interval`) by their squares: the library looks at each two of all different values in each call, which
    takes seconds. A test says that they are the same.

    K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", University of Pennsylvania, 2011.
    """
    pairable = ratings.pairable
    categories = pairable.categories
    if level == "interval":
        rows = pairable.by_call(_moments(pairable, categories))
        return coefficient(rows, of_moments, lambda: _by_moments(rows), least=least)
    counts = pairable.counts(categories)

    def value() -> float:
        return float(krippendorff.alpha(value_counts=counts, value_domain=categories, level_of_measurement=level))

    disagreement = of_coincidences(len(categories), level)
    return coefficient(pairable.by_call(_coincidences(counts)), disagreement, value, least=least)


def _coincidences(counts: Floats) -> Floats:
    """Each unit's pairs of answers as a matrix, flat."""
    width = counts.shape[1]
    together = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(width)
    together /= (np.maximum(counts.sum(axis=1), 2) - 1)[:, None, None]
    return np.asarray(together.reshape(len(counts), width**2))


def of_coincidences(width: int, level: Measure) -> Disagreement:
    def disagreement(sums: Floats) -> tuple[Floats, Floats]:
        tables = sums.reshape(len(sums), width, width)
        each = tables.sum(axis=2)
        size = np.maximum(each.sum(axis=1), 2)
        apart = _apart(each, level)
        expected = np.einsum("bi,bj,bij->b", each, each, apart) / (size * (size - 1))
        return np.einsum("bij,bij->b", tables, apart) / size, expected

    return disagreement


def _apart(each: Floats, level: Measure) -> Floats:
    """Distances of categories (draws × categories × categories), 1 the worst; of ordinal ones by how many lie between.

    On the diagonal they are 0, so that a category's coincidences with itself need not be taken out.
    """
    width = each.shape[1]
    if level == "nominal":
        return np.broadcast_to(1 - np.eye(width), (len(each), width, width))
    places = np.cumsum(each, axis=1) - each / 2
    apart = (places[:, :, None] - places[:, None, :]) ** 2
    worst: Floats = apart.max(axis=(1, 2), keepdims=True)
    return apart / np.maximum(worst, 1e-300)


def _moments(pairable: Ratings, categories: Floats) -> Floats:
    """What squared differences of points come down to: those within each unit, and number, sum and squares of all."""
    scale = max(float(np.ptp(categories)), 1e-300) if len(categories) else 1.0
    values = (pairable.values - (categories.mean() if len(categories) else 0.0)) / scale
    number = (~np.isnan(values)).sum(axis=1)
    total, squares = np.nansum(values, axis=1), np.nansum(values**2, axis=1)
    within = 2 * (number * squares - total**2) / np.maximum(number - 1, 1)
    return np.column_stack([np.maximum(within, 0.0), number, total, squares])


def _by_moments(rows: Floats) -> float:
    observed, expected = of_moments(rows.sum(axis=0)[None])
    return float(1 - observed[0] / expected[0])


def of_moments(sums: Floats) -> tuple[Floats, Floats]:
    within, number, total, squares = sums.T
    number = np.maximum(number, 2)
    return within / number, 2 * (number * squares - total**2) / (number * (number - 1))
