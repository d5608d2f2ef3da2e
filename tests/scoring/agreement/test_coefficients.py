"""Every coefficient against worked examples that others published, to a millionth."""

from collections.abc import Sequence
from itertools import product

import krippendorff
import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

from scoring.agreement.alpha import Measure, krippendorff_alpha
from scoring.agreement.differences import bias, within
from scoring.agreement.gwet import gwet
from scoring.agreement.kappa import Weights, cohen_kappa
from scoring.agreement.ratings import Ratings
from scoring.agreement.raw import raw_agreement, share_of

N = None

KRIPPENDORFF_C = [
    *([1, 1, N, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4]),
    *([4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [N, 5, 5, 5], [N, N, 1, 1], [N, N, 3, N]),
]
"""Four observers, twelve units, answers missing: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011,
example C; the same data are `cac.raw4raters` of Gwet's irrCAC."""

ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
"""`cont3x3abstractors` of irrCAC (K. L. Gwet, Handbook of Inter-Rater Reliability, 4th edition)."""

DIAGNOSES = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
"""N = 200, two judges, three diagnoses: J. Cohen, "Weighted kappa", Psychological Bulletin 70, 1968, table 1."""


def table(counts: Sequence[Sequence[int]]) -> Ratings:
    size = range(len(counts))
    pairs = [pair for pair in product(size, size) for _ in range(counts[pair[0]][pair[1]])]
    return Ratings.pairs(*zip(*pairs, strict=True))


@pytest.mark.parametrize(
    ("level", "value"),
    # Printed as 0.743, 0.815 and 0.849; the digits after those follow from the paper's own counts.
    [("nominal", 1 - (40 - 1) * (0.195 / 0.76) / 39), ("ordinal", 0.815388), ("interval", 0.849107)],
)
def test_alpha_of_many_observers_with_missing_answers(level: Measure, value: float) -> None:
    assert krippendorff_alpha(Ratings.table(KRIPPENDORFF_C), level, least=1).value == pytest.approx(value, abs=1e-6)


def test_alpha_of_two_observers_and_two_answers() -> None:
    # Krippendorff 2011, example A: 1 − (20 − 1) · 4 / (14 · 6) = 0.095
    meg, owen = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    found = krippendorff_alpha(Ratings.pairs(meg, owen), least=1)
    assert found.value == pytest.approx(1 - 19 * 4 / (14 * 6), abs=1e-6)


def test_alpha_of_two_observers_and_many_categories() -> None:
    # Krippendorff 2011, example B: a, b, c, d, e as 1 … 5; α = 0.692
    ben, gerry = [1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1], [2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4]
    found = krippendorff_alpha(Ratings.pairs(ben, gerry), least=1)
    assert found.value == pytest.approx(0.692, abs=5e-4)
    exact = krippendorff.alpha(reliability_data=[ben, gerry], level_of_measurement="nominal")
    assert found.value == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize(
    ("weights", "value"),
    # irrCAC prints 0.77544 in its manual; the others are irrCAC 0.4.4's own answers.
    [("none", 0.7754440681), ("linear", 0.8587391364), ("quadratic", 0.9140007236)],
)
def test_gwet_of_many_raters_with_missing_answers(weights: Weights, value: float) -> None:
    assert gwet(Ratings.table(KRIPPENDORFF_C), weights, least=1).value == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("weights", "kappa", "ac"),
    # κ 0.7964094 and AC1 0.8493305 are printed in irrCAC's vignette "overview"; the others are irrCAC 0.4.4's.
    [
        ("none", 0.7964094, 0.8493305),
        ("linear", 0.8429020280, 0.9000227221),
        ("quadratic", 0.8921568627, 0.9402368793),
    ],
)
def test_two_raters_of_a_table(weights: Weights, kappa: float, ac: float) -> None:
    ratings = table(ABSTRACTORS)
    assert cohen_kappa(ratings, weights).value == pytest.approx(kappa, abs=1e-6)
    assert gwet(ratings, weights).value == pytest.approx(ac, abs=1e-6)
    assert krippendorff_alpha(ratings).value == pytest.approx(0.7972584977, abs=1e-6)


def test_cohen_s_own_example() -> None:
    # Observed 0.70, expected 0.41: κ = 0.29 / 0.59, printed as .492
    assert cohen_kappa(table(DIAGNOSES)).value == pytest.approx(0.29 / 0.59, abs=1e-6)


def test_the_paradox_that_ac1_was_made_for() -> None:
    # K. L. Gwet, "Kappa statistic is not satisfactory for assessing the extent of agreement between raters", 2002,
    # table 2: 118 of 125 agree on +, nobody on −. κ is −0.0234, AC1 0.9408.
    ratings = table([[118, 5], [2, 0]])
    assert cohen_kappa(ratings).value == pytest.approx(-0.0233918129, abs=1e-6)
    assert gwet(ratings).value == pytest.approx(0.9407763376, abs=1e-6)
    assert raw_agreement(ratings).value == pytest.approx(0.944)


def test_quadratic_kappa_is_the_correlation_where_both_use_the_scale_alike() -> None:
    # J. L. Fleiss, J. Cohen, "The equivalence of weighted kappa and the intraclass correlation coefficient", 1973.
    ratings = table([[20, 5, 1], [5, 30, 4], [1, 4, 10]])
    correlation = np.corrcoef(ratings.values.T)[0, 1]
    assert cohen_kappa(ratings, "quadratic").value == pytest.approx(correlation, abs=1e-9)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998,
    # table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_s_interval(hits: int, of: int, low: float, high: float) -> None:
    found = share_of(hits, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    exact = binomtest(hits, of).proportion_ci(method="wilson")
    assert (found.low, found.high) == (pytest.approx(exact.low, abs=1e-6), pytest.approx(exact.high, abs=1e-6))


def test_student_s_interval_of_a_mean_difference() -> None:
    # Student's own sleep data ("The probable error of a mean", Biometrika 6, 1908): R's `t.test(extra ~ group,
    # data = sleep, paired = TRUE)` answers −1.58 (−2.4598858, −0.7001142).
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    found = bias([a - b for a, b in zip(first, second, strict=True)])
    assert (found.value, found.low, found.high) == (
        pytest.approx(-1.58),
        pytest.approx(-2.4598858, abs=1e-6),
        pytest.approx(-0.7001142, abs=1e-6),
    )


def test_exactly_five_points_apart_is_within() -> None:
    assert within([5.0, -5.0, 5.01, 0.0] * 5).value == 0.75


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_what_is_drawn_anew_is_the_library_s_alpha(level: Measure, seed: int) -> None:
    random = np.random.default_rng(seed)
    values = np.where(
        random.random((60, 4)) < 0.3, np.nan, random.integers(0, 4, (60, 1)) + random.integers(0, 2, (60, 4))
    )
    exact = krippendorff.alpha(reliability_data=values.T, level_of_measurement=level)
    found = krippendorff_alpha(Ratings(values, np.arange(60)), level)
    assert found.value == pytest.approx(exact, abs=1e-12)
    assert found.low is not None
    assert found.high is not None
    assert found.low < exact < found.high


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_what_is_drawn_anew_is_the_library_s_kappa(weights: Weights) -> None:
    random = np.random.default_rng(3)
    first = random.integers(0, 4, 80)
    second = np.where(random.random(80) < 0.7, first, random.integers(0, 4, 80))
    exact = cohen_kappa_score(first, second, weights=None if weights == "none" else weights)
    found = cohen_kappa(Ratings.pairs(first.astype(float), second.astype(float)), weights)
    assert found.value == pytest.approx(exact, abs=1e-12)
    assert found.low is not None
    assert found.low < exact
