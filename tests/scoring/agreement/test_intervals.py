"""Intervals by drawing calls anew: the same as scipy's, and as wide as they should be."""

import numpy as np
import pytest
from scipy.stats import bootstrap

from scoring.agreement.figure import Figure
from scoring.agreement.kappa import cohen_kappa
from scoring.agreement.ratings import Floats, Ratings
from scoring.agreement.raw import raw_agreement
from scoring.agreement.resampling import bca


def kappa_of(table: Floats) -> Floats:
    """Of counts (…, 4) of both no, first only, second only, both yes."""
    a, b, c, d = np.moveaxis(table / table.sum(axis=-1, keepdims=True), -1, 0)
    expected = (a + b) * (a + c) + (c + d) * (b + d)
    return np.asarray((a + d - expected) / (1 - expected))


def answers(seed: int, calls: int, agree: float = 0.85, errors: float = 0.3) -> Ratings:
    random = np.random.default_rng(seed)
    first = random.random(calls) < errors
    second = np.where(random.random(calls) < agree, first, random.random(calls) < errors)
    return Ratings.pairs(first.astype(float), second.astype(float))


def test_the_interval_is_scipy_s() -> None:
    ratings = answers(1, 120)
    rows = np.eye(4)[(2 * ratings.values[:, 0] + ratings.values[:, 1]).astype(int)]

    def statistic(index: Floats, axis: int = -1) -> Floats:
        return kappa_of(rows[index.astype(int)].sum(axis=axis if axis >= 0 else axis - 1))

    theirs = bootstrap((np.arange(120),), statistic, n_resamples=4000, method="BCa", rng=1).confidence_interval
    ours = bca(rows, kappa_of)
    assert ours == (pytest.approx(theirs.low, abs=0.015), pytest.approx(theirs.high, abs=0.015))


def test_it_holds_the_truth_as_often_as_it_says() -> None:
    # Both say error in 3 of 10; alike for sure in 7 of 10, else by chance: κ is 0.7.
    found = [cohen_kappa(answers(seed, 100, agree=0.7)) for seed in range(200)]
    covered = sum(one.low <= 0.7 <= one.high for one in found if one.low is not None and one.high is not None)
    assert 0.90 <= covered / 200 <= 0.99


def test_answers_about_one_call_count_as_one() -> None:
    once = answers(5, 40)
    values = np.repeat(once.values, 10, axis=0)
    tenfold = cohen_kappa(Ratings(values, np.repeat(np.arange(40), 10)))
    alone = cohen_kappa(once)
    assert tenfold.n == 40
    assert tenfold.value == pytest.approx(alone.value)
    assert tenfold.low == pytest.approx(alone.low, abs=0.02)


def test_perfect_agreement_about_few_calls_proves_little() -> None:
    few, many = (cohen_kappa(Ratings.pairs(both, both)) for both in ([0.0, 1.0] * 15, [0.0, 1.0] * 500))
    assert few.value == many.value == 1.0
    assert few.low is not None
    assert many.low is not None
    assert few.low < 0.8
    assert many.low > 0.99


def test_the_same_calls_give_the_same_interval_in_any_order() -> None:
    ratings = answers(7, 90)
    turned = Ratings(ratings.values[::-1], ratings.calls)
    assert cohen_kappa(ratings) == cohen_kappa(turned)


def test_no_interval_leaves_its_scale() -> None:
    figures: list[Figure] = [cohen_kappa(answers(seed, 35, errors=0.05)) for seed in range(20)]
    figures += [raw_agreement(answers(seed, 35)) for seed in range(5)]
    for figure in figures:
        if figure.value is not None:
            assert figure.low is not None
            assert figure.high is not None
            assert -1 <= figure.low <= figure.value <= figure.high <= 1
