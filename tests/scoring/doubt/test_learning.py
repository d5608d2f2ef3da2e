"""Verdicts chosen by doubt teach faster than random ones, and estimates beside them stay honest.

benchmarks/learning.py does this at length, also on real dialogues, and prints the figures.
"""

import numpy as np
import pytest

from benchmarks.learning import corpus_centre, difference, precisions
from benchmarks.taught_calls import Week, by_chance, by_doubt, learn, week

SEEDS, WEEKS = 12, 40


def test_verdicts_chosen_by_doubt_teach_faster_than_random_ones() -> None:
    """The same model and calls to begin with; people are wrong about one item in twenty."""
    chosen, drawn = (
        precisions([learn(corpus_centre(seed), choose, seed, rounds=5, batch=20) for seed in range(SEEDS)])
        for choose in (by_doubt, by_chance)
    )
    assert (chosen[:, 0] == drawn[:, 0]).all()
    mean, low, _ = difference(chosen[:, 1:].mean(axis=1), drawn[:, 1:].mean(axis=1))
    assert mean > 0.01
    assert low > 0, "over seeds, not by luck"
    gained = chosen.mean(axis=0)[2] - drawn.mean(axis=0)[0]
    assert gained > 0.8 * (drawn.mean(axis=0)[-1] - drawn.mean(axis=0)[0]), "half as many verdicts teach about as much"


@pytest.fixture(scope="module")
def weeks() -> list[Week]:
    return [week(corpus_centre(number), number) for number in range(WEEKS)]


def off(weeks: list[Week], name: str) -> tuple[float, float]:
    """The bias, and its standard error."""
    errors = np.array([getattr(one, name) - one.truth for one in weeks])
    errors = errors[~np.isnan(errors)]
    return float(errors.mean()), float(errors.std(ddof=1) / np.sqrt(len(errors)))


def test_the_chosen_calls_alone_say_too_much_is_wrong(weeks: list[Week]) -> None:
    bias, error = off(weeks, "chosen")
    assert bias > 0.05
    assert bias > 4 * error
    assert off(weeks, "heard")[0] > 0.01


def test_beside_them_the_random_stratum_keeps_estimates_unbiased(weeks: list[Week]) -> None:
    bias, error = off(weeks, "estimate")
    assert abs(bias) < 3 * error
    assert np.mean([one.certain for one in weeks]) > 0.02, "some calls were chosen"
    held = np.mean([one.low <= one.truth <= one.high for one in weeks])
    assert 0.88 <= held <= 1
