from math import isclose

import pytest

from scoring.wilson import share


# Against scipy.stats.binomtest(k, n).proportion_ci(method="wilson").
@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.277533), (10, 10, 0.722467, 1.0), (18, 20, 0.698966, 0.972134), (1, 2, 0.094531, 0.905469)],
)
def test_the_interval_of_a_share(hits: int, of: int, low: float, high: float) -> None:
    counted = share(hits, of)
    assert isclose(counted.low, low, abs_tol=2e-6)
    assert isclose(counted.high, high, abs_tol=2e-6)
    assert counted.share == hits / of


def test_of_nothing_nothing_is_known() -> None:
    assert share(0, 0) == (0, 0, None, 0.0, 1.0)
