"""Estimates where the textbook's formula is known, where everything was heard, and where too little was."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.sampling.draw import draw
from scoring.sampling.drawn import picks_of, remember
from scoring.sampling.estimate import Lack, estimate
from scoring.sampling.frame import Frame
from scoring.sampling.inclusion import Strata
from scoring.sampling.interval import Interval, combined, t_reach, wilson
from scoring.sampling.picks import REST, Picks, responses
from scoring.sampling.plan import SamplingPlan
from scoring.wilson import share
from tests.scoring.test_sampling_draw import frames


def sampled(values: list[float], *, size: int, certain: int = 0) -> Picks:
    """Calls of one agent: the first so many were certain, the rest a simple random sample of `size` calls."""
    count = len(values)
    taken = count - certain
    missed = np.full(count, 1 - taken / size)
    missed[:certain] = 0
    one = np.zeros(count, np.int64)
    tie = Strata(np.array([size]), np.array([taken])).ties
    return Picks(
        part=np.where(np.arange(count) < certain, 0, REST),
        missed=missed,
        agent_group=one,
        agent_tie=np.full(count, tie[0]),
        type_group=one,
        type_tie=np.ones(count),
        stratum=one,
        kin=one,
        draw=one,
        values=np.array([values]),
    )


def everything(picks: Picks) -> np.ndarray:  # type: ignore[type-arg]
    return np.ones(len(picks), np.bool_)


def test_a_simple_random_sample_has_the_textbooks_interval() -> None:
    values = [90.0, 70, 85, 60, 95, 88, 79, 91]
    picks = sampled(values, size=50)
    (made,) = estimate(picks, responses(picks), everything(picks), 50, (False,))
    deviation = np.sqrt((1 - 8 / 50) * np.var(values, ddof=1) / 8)
    assert made.interval is not None
    assert made.interval.value == pytest.approx(np.mean(values))
    assert made.interval.high - made.interval.value == pytest.approx(t_reach(float(deviation), 7))
    assert (made.heard, made.picked, made.population) == (8, 8, 50)


def test_certain_calls_count_as_themselves_and_no_more() -> None:
    picks = sampled([10.0, 10, *[90.0] * 6], size=48, certain=2)
    (made,) = estimate(picks, responses(picks), everything(picks), 48, (False,))
    assert made.interval is not None
    assert made.interval.value == pytest.approx((2 * 10 + 48 * 90) / 50)
    assert made.interval.low == pytest.approx(made.interval.high), "nothing varies: nothing is unsure"


def test_where_all_calls_were_heard_nothing_is_unsure() -> None:
    picks = sampled([50.0, 80, 90], size=3)
    (made,) = estimate(picks, responses(picks), everything(picks), 3, (False,))
    assert made.interval is not None
    assert (made.interval.low, made.interval.high) == (pytest.approx(220 / 3), pytest.approx(220 / 3))


@pytest.mark.parametrize(
    ("values", "certain", "lack"),
    [
        ([np.nan] * 6, 0, Lack.NOTHING),
        ([90.0] * 4 + [np.nan], 0, Lack.FEW),
        ([50.0, np.nan, np.nan] + [90.0] * 5, 3, Lack.ON_PURPOSE),
    ],
)
def test_too_little_heard_is_said_and_no_number_is(values: list[float], certain: int, lack: Lack) -> None:
    picks = sampled(values, size=40, certain=certain)
    (made,) = estimate(picks, responses(picks), everything(picks), 40, (False,))
    assert (made.interval, made.lack) == (None, lack)


def test_shares_are_wilsons() -> None:
    picks = sampled([1.0, *[0.0] * 29], size=10**9)
    (made,) = estimate(picks, responses(picks), everything(picks), 10**9, (True,))
    known = share(1, 30)
    assert made.interval is not None
    assert 0 < made.interval.low <= known.low, "a little wider, for the few degrees of freedom"
    assert known.high <= made.interval.high < known.high + 0.02
    assert wilson(1 / 30, 30, 10**9).high == pytest.approx(known.high, abs=1e-6)


def test_parts_are_joined_by_their_reaches() -> None:
    whole = combined([(0.25, Interval(0.5, 0.5, 0.5)), (0.75, Interval(0.1, 0.06, 0.18))])
    assert whole == Interval(pytest.approx(0.2), pytest.approx(0.17), pytest.approx(0.26))  # type: ignore[arg-type]


def test_those_not_heard_are_stood_for_by_their_like() -> None:
    """Of the first agent half was heard, of the second none: the colleague of the same team stands for both."""
    picks = sampled([90.0, np.nan, 90, np.nan, np.nan, np.nan, 50, 50], size=80)
    columns = {name: getattr(picks, name) for name in picks.__dataclass_fields__}
    picks = Picks(
        **{
            **columns,
            "stratum": np.array([0, 0, 0, 0, 1, 1, 2, 2]),
            "kin": np.array([0, 0, 0, 0, 0, 0, 1, 1]),
        }
    )
    heard = responses(picks)[picks.heard]
    assert heard.tolist() == [pytest.approx(1 / 3), pytest.approx(1 / 3), 1, 1]


@settings(max_examples=80, deadline=None)
@given(frames(), st.integers(0, 2**32 - 1), st.sampled_from([1.0, 0.6]))
def test_an_interval_always_has_its_value_within_and_its_population_right(
    frame: Frame, seed: int, heard: float
) -> None:
    made = draw(frame, SamplingPlan(), str(seed))
    rng = np.random.default_rng(seed)
    count = int(made.picked.sum())
    values = np.array([rng.uniform(0, 100, count), rng.random(count) < 0.3], np.float64)
    values[:, rng.random(count) > heard] = np.nan
    picks = picks_of([remember(frame, made, SamplingPlan())], [values])
    rest = int((~made.certain).sum())
    mean, rate = estimate(picks, responses(picks), np.ones(count, np.bool_), rest, (False, True))
    assert mean.population == len(frame)
    for one in (mean, rate):
        assert (one.interval is None) is (one.lack is not None)
    if mean.interval is not None and rate.interval is not None:
        assert mean.interval.low <= mean.interval.value <= mean.interval.high
        assert -1e-9 <= rate.interval.low <= rate.interval.value <= rate.interval.high <= 1 + 1e-9
        assert -1e-9 <= mean.interval.value <= 100 + 1e-9
