"""Who was picked for many errors gets better without training: only what is beyond that counts as an effect."""

from math import sqrt

import pytest

from scoring.effect.change import change, simple_change
from scoring.effect.counts import AgentCounts, rate_after, rate_before
from tests.scoring.effect.simulated import Drawn, Model, draw

RUNS = 200


def naive_says_better(drawn: Drawn) -> bool:
    """What before and after alone would say: two independent shares, each with the variance of coin flips."""
    before, after = rate_before(drawn.trained), rate_after(drawn.trained)
    assert before.rate is not None
    assert after.rate is not None
    deviation = sqrt(before.rate * (1 - before.rate) / before.calls + after.rate * (1 - after.rate) / after.calls)
    return (simple_change(drawn.trained) or 0) + 1.96 * deviation < 0


def shares(model: Model) -> tuple[float, float, float]:
    """Of the runs: the interval covers the truth; it says better; before and after alone says better."""
    covers = found = naive = 0
    for seed in range(RUNS):
        drawn = draw(model, seed)
        seen = change(drawn.trained, drawn.others)
        assert seen is not None
        covers += seen.low <= drawn.true <= seen.high
        found += seen.high < 0
        naive += naive_says_better(drawn)
    return covers / RUNS, found / RUNS, naive / RUNS


@pytest.mark.parametrize("model", [Model(), Model(trained=1), Model(calls=25)], ids=["some", "one", "few calls"])
def test_training_that_does_nothing_is_not_praised(model: Model) -> None:
    covers, found, naive = shares(model)
    assert covers >= 0.91
    assert found <= 0.06
    assert naive > 2 * found + 0.05


def test_training_that_works_is_found() -> None:
    covers, found, _ = shares(Model(works=0.5, calls=100))
    assert covers >= 0.9
    assert found >= 0.85


def counted(before: float, after: float, number: int, calls: int = 100) -> AgentCounts:
    return AgentCounts(str(number), calls, round(before * calls), calls, round(after * calls))


def test_where_everybody_got_better_alike_training_did_nothing() -> None:
    others = [counted(0.20 + n / 100, 0.10 + n / 100, n) for n in range(10)]
    trained = [counted(0.24, 0.14, 100), counted(0.26, 0.16, 101)]
    seen = change(trained, others)
    assert seen is not None
    assert seen.value == pytest.approx(0, abs=0.005)
    assert simple_change(trained) == pytest.approx(-0.10)


def test_half_of_what_stood_out_before_goes_by_itself() -> None:
    others = [counted(0.10 + n / 50, 0.15 + n / 100, n) for n in range(10)]
    seen = change([counted(0.40, 0.30, 100)], others)
    assert seen is not None
    assert seen.slope == pytest.approx(0.5, abs=0.05)
    assert seen.low < 0 < seen.high


@pytest.mark.parametrize(
    ("trained", "others"),
    [
        ([counted(0.3, 0.1, 1)], [counted(0.3, 0.3, n) for n in range(2, 6)]),
        ([counted(0.3, 0.1, 1, calls=20)], [counted(0.3, 0.3, n) for n in range(2, 20)]),
        ([AgentCounts("1", 0, 0, 100, 3)], [counted(0.3, 0.3, n) for n in range(2, 20)]),
        ([], [counted(0.3, 0.3, n) for n in range(2, 20)]),
    ],
    ids=["few others", "few calls", "nothing before", "nobody"],
)
def test_too_little_says_nothing(trained: list[AgentCounts], others: list[AgentCounts]) -> None:
    assert change(trained, others) is None


def test_nobody_going_wrong_at_all_is_no_difference() -> None:
    seen = change([counted(0, 0, 1)], [counted(0, 0, n) for n in range(2, 12)])
    assert seen is not None
    assert seen.low <= 0 <= seen.high
