from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from models.finding import Answer
from scoring.classifier.metrics import Guesses, Statistic, brier, draws_of, ece, item_metrics, pr_auc, roc_auc

GENERATOR = np.random.default_rng(5)
PROBABILITY = np.round(GENERATOR.random(200), 2)
ERROR = GENERATOR.random(200) < PROBABILITY


@pytest.mark.parametrize(
    ("ours", "reference"),
    [(roc_auc, roc_auc_score), (pr_auc, average_precision_score), (brier, brier_score_loss)],
)
def test_values_are_scikit_learns_with_ties_and_with_drawn_calls(
    ours: Statistic, reference: Callable[..., float]
) -> None:
    draws = draws_of(200, seed=1)[:6]
    expected = [reference(ERROR, PROBABILITY, sample_weight=draw) for draw in draws]
    assert ours(PROBABILITY, ERROR, draws) == pytest.approx(np.array(expected), abs=1e-9)


def test_calibration_error_by_hand() -> None:
    probability, error = np.array([0.05, 0.05, 0.95, 0.95]), np.array([False, True, True, True])
    assert ece(probability, error, np.ones((1, 4)))[0] == pytest.approx((2 * 0.45 + 2 * 0.05) / 4)


def guesses(n: int, errors: int) -> Guesses:
    error = np.arange(n) < errors
    return Guesses(np.where(error, 0.9, 0.1), tuple(Answer.HIT if one else Answer.CLEAN for one in error), error)


def test_every_measure_has_an_interval_or_says_how_many_are_missing() -> None:
    whole = item_metrics("card", "item", guesses(60, 20))
    for measure in (
        whole.precision,
        whole.recall,
        whole.roc_auc,
        whole.pr_auc,
        whole.brier,
        whole.ece,
        whole.abstained,
    ):
        assert measure.value is not None
        assert measure.low is not None
        assert measure.high is not None
        assert measure.low <= measure.value <= measure.high
    assert whole.precision.low is not None
    assert whole.precision.low < 1, "twenty of twenty may be luck"
    few = item_metrics("card", "item", guesses(60, 5))
    assert few.roc_auc.value is None
    assert few.roc_auc.insufficient is not None
    assert few.roc_auc.insufficient.facts == {"n": 5, "needed": 8}
    assert few.brier.value is not None
    assert item_metrics("card", "item", guesses(0, 0)).brier.value is None


def test_bins_say_how_often_there_was_an_error() -> None:
    found = item_metrics("card", "item", guesses(60, 20)).bins
    assert [(one.low, one.n, one.observed) for one in found] == [(0.1, 40, 0.0), (0.9, 20, 1.0)]
