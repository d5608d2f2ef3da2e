"""What hearing a call is worth, and how the queue takes it."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.learning import Level
from models.reason import Reason
from models.review import PRIORITIES, ROUTED, STEP, priority_of
from scoring.doubt.doubts import DOUBTS, doubts, value
from scoring.doubt.learnt import entropy, learnt
from scoring.doubt.stake import stake
from scoring.routing import RoutingPlan, is_drawn, route
from tests.scoring.doubt.doubted import ATTITUDE, CLEAN, HIT, OPEN, OTHER, doubted, opinion, result
from tests.scoring.test_prescore import card_of

PLAN = RoutingPlan(low_score=0, low_coverage=0, random_share=0.2, seed="种子", doubt_value=0.4)
SURE = doubted(opinions=(opinion(CLEAN, 0.05),))
DOUBTED = doubted(result("shirks", OPEN), opinions=(opinion(OPEN, 0.5),))


def test_a_call_nobody_doubts_is_worth_little_and_queues_nothing() -> None:
    assert doubts(SURE) == ()
    assert value(doubted()) == 0, "no opinion could be taught better"
    assert 0 < value(SURE) < 0.4 < value(DOUBTED)
    assert route(SURE.scored, replace(PLAN, doubt_value=0), "call", doubts(SURE)).inclusion_probability == 0.2


def test_entropy_is_greatest_where_nobody_knows() -> None:
    assert (entropy(0.5), entropy(0), entropy(1)) == (1, 0, 0)
    assert entropy(0.9) == pytest.approx(0.468996, abs=1e-6)
    assert learnt([0.95, 0.1]) > learnt([0.95, 0.9]), "a committee that disagrees teaches more"
    assert learnt([]) == 1


def test_what_is_fatal_is_at_stake_most() -> None:
    kinds = [OTHER, ATTITUDE, {**OTHER, "class": "customer_critical"}]
    kinds.append({**OTHER, "class": "customer_critical", "fatal": "call"})
    card = card_of({"items": kinds})
    stakes = [stake(item, card) for item in card.items]
    assert stakes == sorted(stakes)
    assert stakes[-1] == 1
    assert stakes[0] < stakes[1] < stakes[2]


def test_two_doubted_items_are_worth_more_than_one() -> None:
    both = doubted(
        result("shirks", OPEN),
        result("greets", OPEN),
        items=(ATTITUDE, {**OTHER, "judge": "both", "signs": ["impatient"]}),
        opinions=(opinion(OPEN, 0.5), opinion(OPEN, 0.5, "i0-1")),
    )
    assert value(DOUBTED) < value(both) <= 1


def test_a_call_worth_enough_is_queued_for_certain() -> None:
    routing = route(DOUBTED.scored, PLAN, "call", doubts(DOUBTED))
    assert [reason.code for reason in routing.reasons if "doubt" in reason.code] == ["scoring.doubt_unsure"]
    assert (routing.queued, routing.inclusion_probability) == (True, 1)


def test_a_call_worth_less_is_left_to_chance() -> None:
    plan = replace(PLAN, doubt_value=0.5)
    for ticket in map(str, range(50)):
        routing = route(DOUBTED.scored, plan, ticket, doubts(DOUBTED))
        assert routing == route(DOUBTED.scored, plan, ticket)
        assert routing.inclusion_probability == 0.2


def test_doubt_does_not_touch_the_random_stratum() -> None:
    for ticket in map(str, range(100)):
        told = {reason.code for reason in route(DOUBTED.scored, PLAN, ticket, doubts(DOUBTED)).reasons}
        assert ("scoring.routed_random" in told) == is_drawn(PLAN, ticket)


def test_value_orders_calls_within_a_step_and_lifts_none_out_of_it() -> None:
    little, much = (Reason("scoring.doubt_unsure", {"value": value}) for value in (60, 100))
    assert priority_of([little]) < priority_of([much]) < PRIORITIES["scoring.routed_low_coverage"]
    low_score = Reason("scoring.routed_low_score")
    assert priority_of([low_score]) < priority_of([low_score, much]) < PRIORITIES["scoring.routed_tag_unsure"]
    steps = sorted(set(PRIORITIES.values()))
    assert min(above - below for below, above in pairwise(steps)) > STEP


def test_every_doubt_has_its_place_in_the_queue_and_goes_when_scored_anew() -> None:
    named = {code for code in PRIORITIES if code.startswith("scoring.doubt_")}
    assert len(named) == len(DOUBTS) + 1, "the customer's mood is doubted in two ways"
    assert all(code.startswith(ROUTED) for code in named)
    assert all(Reason(code, FACTS).say(language) for code in named for language in ("zh", "en"))


FACTS = {
    "item": "不推诿",
    "rule": "推诿",
    "days": 3,
    "percent": 50,
    "score": 95,
    "value": 70,
    "quote": "您打给厂家吧",
    "sign": "推诿",
    "skill": "主动",
    "at": "0:05",
    "at2": "1:05",
}


@settings(derandomize=True, database=None, max_examples=60, deadline=None)
@given(
    st.sampled_from([HIT, CLEAN, OPEN]),
    st.sampled_from([HIT, CLEAN, OPEN]),
    st.floats(0, 1),
    st.sampled_from(list(Level)),
    st.floats(0, 20),
)
def test_values_are_shares_of_one(rule: object, thought: object, probability: float, level: Level, days: float) -> None:
    case = doubted(
        result("shirks", rule),  # type: ignore[arg-type]  # sampled from answers
        opinions=(opinion(thought, probability),),  # type: ignore[arg-type]  # as above
        levels={"i0-0": level},
        rule_days={"shirks": days},
        model_days=days,
        satisfaction=(0.0, probability),
    )
    assert 0 <= value(case) <= 1
    assert all(0 <= float(reason.facts["value"]) <= 100 and reason.say() for reason in doubts(case))
