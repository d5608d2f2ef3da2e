"""Raw agreement: how often two raters say the same, chance and all."""

import numpy as np

from scoring.agreement.figure import LEAST_CASES, Figure, known, nobody_else, too_few
from scoring.agreement.ratings import Floats, Integers, Ratings
from scoring.wilson import bounds


def raw_agreement(ratings: Ratings, *, least: int = LEAST_CASES) -> Figure:
    """The share of pairs of raters who agree, each call counting once; with Wilson's interval for so many calls.

    With more than two raters a call's share is that of its pairs (J. L. Fleiss, "Measuring nominal scale agreement
    among many raters", Psychological Bulletin 76, 1971).
    """
    pairable = ratings.pairable
    n = pairable.call_count
    if n == 0:
        return nobody_else(n)
    if n < least:
        return too_few(n, least)
    counts = pairable.counts(pairable.categories)
    answered = counts.sum(axis=1)
    agreeing = (counts * (counts - 1)).sum(axis=1) / (answered * (answered - 1))
    return mean_share(agreeing, pairable.calls, least=least)


def mean_share(hits: Floats, calls: Integers, *, least: int = LEAST_CASES) -> Figure:
    """The mean of shares or yes/no answers, each call counting once; Wilson's interval for so many calls."""
    kinds, index = np.unique(calls, return_inverse=True)
    if len(kinds) < least:
        return too_few(len(kinds), least)
    value = float((np.bincount(index, hits) / np.bincount(index)).mean())
    return known(value, *bounds(value, len(kinds)), len(kinds))


def share_of(hits: int, of: int, *, least: int = LEAST_CASES) -> Figure:
    """A share counted in cases, as precision and recall are, with Wilson's interval."""
    if of < least:
        return too_few(of, least)
    return known(hits / of, *bounds(hits / of, of), of)
