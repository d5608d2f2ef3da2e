"""Hundreds of weeks of a made-up centre: the plain mean of the calls heard is off, our estimate is not.

Draws and estimates are the product's. benchmarks/sampling.py runs ten thousand weeks and prints the figures.
"""

import pytest

from benchmarks.sampled_weeks import NAIVE, Tally, make_centre, tallies
from scoring.sampling.plan import SamplingPlan

WEEKS = 600
HANDBOOK = SamplingPlan()
MORE_CHANCE = SamplingPlan.model_validate({"chance": {"share": 0.15, "each": 5}})

Tallies = dict[tuple[str, str], Tally]


@pytest.fixture(scope="module")
def handbook() -> Tallies:
    return tallies(make_centre(1), HANDBOOK, WEEKS)


@pytest.fixture(scope="module")
def more_chance() -> Tallies:
    """Without routing's own share; enough of each agent for an estimate each week."""
    return tallies(make_centre(2, chance=0.0), MORE_CHANCE, WEEKS // 2)


def test_the_plain_mean_of_what_was_heard_is_far_off(handbook: Tallies) -> None:
    assert handbook[NAIVE, "mean"].bias < -5
    assert handbook[NAIVE, "fatal"].bias > 0.03
    assert handbook[NAIVE, "pass"].bias < -0.04


@pytest.mark.parametrize("measure", ["mean", "fatal", "pass"])
@pytest.mark.parametrize("domain", ["centre", "team", "agent", "type"])
def test_the_estimate_is_unbiased(handbook: Tallies, more_chance: Tallies, domain: str, measure: str) -> None:
    """Within four standard errors of the simulation itself."""
    for told in (handbook, more_chance):
        tally = told[domain, measure]
        assert abs(tally.bias) < 4 * tally.bias_error + 1e-12, (tally.bias, tally.bias_error)


@pytest.mark.parametrize(
    ("domain", "band"), [("centre", (0.91, 0.98)), ("team", (0.92, 0.98)), ("agent", (0.91, 0.98))]
)
def test_intervals_of_means_hold_the_truth_as_often_as_they_say(
    handbook: Tallies, more_chance: Tallies, domain: str, band: tuple[float, float]
) -> None:
    for told in (handbook, more_chance):
        assert band[0] <= told[domain, "mean"].coverage <= band[1], told[domain, "mean"].coverage


def test_intervals_of_shares_hold_the_truth(handbook: Tallies) -> None:
    """Wilson's swings around 95 % for rare errors, and is careful where little was heard."""
    for domain in ("centre", "team", "agent"):
        assert handbook[domain, "fatal"].coverage >= 0.88, domain
        assert handbook[domain, "pass"].coverage >= 0.88, domain


def test_where_too_little_was_heard_nothing_is_claimed(handbook: Tallies) -> None:
    """Two calls a week and 5 % by chance are not enough for most agents and one week."""
    agent = handbook["agent", "mean"]
    assert agent.lacking > len(agent.held) > 0
    assert handbook["centre", "mean"].lacking == 0


def test_calls_not_heard_yet_do_not_tilt_the_estimate() -> None:
    told = tallies(make_centre(3, heard_share=0.7), HANDBOOK, WEEKS // 2)
    for domain in ("centre", "team"):
        tally = told[domain, "mean"]
        assert abs(tally.bias) < 4 * tally.bias_error
        assert 0.90 <= tally.coverage <= 0.985
