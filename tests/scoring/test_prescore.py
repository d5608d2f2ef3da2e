"""The arithmetic of a pre-score, and what must hold whatever the answers are."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from models.finding import Answer, Effect, Evidence, RuleResult
from models.reason import Reason
from models.score import ItemClass, ItemState, PreScore
from scoring.prescore import pre_score
from scoring.scorecard import Scorecard, parse_scorecard

HIT, CLEAN, OPEN, NA = Answer.HIT, Answer.CLEAN, Answer.CANNOT_JUDGE, Answer.NOT_APPLICABLE


def result(rule: str, answer: Answer, times: int = 1) -> RuleResult:
    evidence = tuple(Evidence(second, second + 1) for second in range(times)) if answer is HIT else ()
    reason = Reason("scoring.one_channel") if answer is OPEN else None
    return RuleResult("pack", 1, rule, rule, Effect.VIOLATION, answer, evidence, reason)


def card_of(*sections: dict[str, Any]) -> Scorecard:
    named = [
        {
            "id": f"s{i}",
            "name": "节",
            **s,
            "items": [{"id": f"i{i}-{j}", "name": "项", **item} for j, item in enumerate(s["items"])],
        }
        for i, s in enumerate(sections)
    ]
    return parse_scorecard(yaml.safe_dump({"scorecard": "card", "version": 1, "sections": named}))


def item(points: float, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"points": points, "rules": list(rules), **more}


def deduct(rule: str, points: float, **more: Any) -> dict[str, Any]:
    return {"rule": rule, "deduct": points, **more}


def bonus(rule: str, points: float, **more: Any) -> dict[str, Any]:
    return {"rule": rule, "bonus": points, **more}


def states(score: PreScore) -> list[ItemState]:
    return [one.state for section in score.sections for one in section.items]


def test_a_deduction_is_taken_once_or_each_time() -> None:
    once = card_of({"items": [item(10, deduct("a", 3)), item(10) | {"judge": "human"}]})
    each = card_of({"items": [item(10, deduct("a", 3, each=True))]})
    assert pre_score(once, [result("a", HIT, 2)]).total == 70
    assert pre_score(each, [result("a", HIT, 2)]).total == 40
    assert pre_score(each, [result("a", HIT, 9)]).total == 0


def test_caps_hold_in_the_total() -> None:
    capped = card_of({"items": [item(10, deduct("a", 3, each=True), cap=4), item(10, deduct("b", 1))]})
    assert pre_score(capped, [result("a", HIT, 9), result("b", CLEAN)]).total == 80
    section = card_of({"cap": 6, "items": [item(10, deduct("a", 10)), item(10, deduct("b", 10))]})
    score = pre_score(section, [result("a", HIT), result("b", HIT)])
    assert score.sections[0].got == 14
    assert score.total == 70


def test_a_bonus_wins_back_what_was_lost_and_no_more() -> None:
    card = card_of({"items": [item(10, deduct("a", 4)), item(0, bonus("b", 3, each=True), bonus_cap=5)]})
    assert pre_score(card, [result("a", HIT), result("b", HIT)]).total == 90
    assert pre_score(card, [result("a", HIT), result("b", HIT, 9)]).total == 100
    assert pre_score(card, [result("a", CLEAN), result("b", HIT)]).total == 100


def test_what_does_not_apply_leaves_the_denominator() -> None:
    card = card_of({"items": [item(10, deduct("a", 5)), item(30, deduct("b", 30))]})
    score = pre_score(card, [result("a", HIT), result("b", NA)])
    assert states(score) == [ItemState.JUDGED, ItemState.NOT_APPLICABLE]
    assert (score.total, score.coverage) == (50, 1)


def test_what_nobody_could_judge_lowers_coverage_not_the_score() -> None:
    card = card_of({"items": [item(10, deduct("a", 5)), item(30, deduct("b", 30))]})
    score = pre_score(card, [result("a", HIT), result("b", OPEN)])
    assert (score.total, score.coverage) == (50, 0.25)
    unjudged = score.sections[0].items[1]
    assert (unjudged.state, unjudged.got) == (ItemState.UNJUDGED, None)
    assert unjudged.reason is not None


def test_what_was_found_counts_though_another_rule_is_open() -> None:
    card = card_of({"items": [item(10, deduct("a", 4), deduct("b", 6))]})
    score = pre_score(card, [result("a", HIT), result("b", OPEN)])
    assert score.total == 60
    assert score.sections[0].items[0].reason is not None, "and the card says that it may be more"


def test_an_open_bonus_is_simply_not_given() -> None:
    card = card_of({"items": [item(10, deduct("a", 4), bonus("b", 2))]})
    assert pre_score(card, [result("a", CLEAN), result("b", OPEN)]).total == 100


def test_items_for_people_are_unjudged() -> None:
    card = card_of({"items": [item(10, deduct("a", 4)), {"points": 5, "judge": "human"}]})
    score = pre_score(card, [result("a", CLEAN)])
    assert (score.total, score.coverage) == (100, pytest.approx(10 / 15))
    assert score.sections[0].items[1].reason == Reason("scoring.human_only")


def test_nothing_judged_is_no_score() -> None:
    score = pre_score(card_of({"items": [item(10, deduct("a", 4))]}), [])
    assert (score.total, score.grade, score.coverage) == (None, None, 0)


CRITICAL = {"class": "compliance_critical"}


def test_a_fatal_item_zeroes_the_call_and_the_sections_still_show_what_they_got() -> None:
    card = card_of(
        {"items": [item(10, deduct("a", 1))]}, {"items": [item(2, deduct("f", 1), fatal="call", **CRITICAL)]}
    )
    fired = pre_score(card, [result("a", CLEAN), result("f", HIT)])
    assert (fired.total, fired.grade, fired.fatal) == (0, "不合格", ("i1-0",))
    assert [section.got for section in fired.sections] == [10, 0]
    assert fired.critical == (ItemClass.COMPLIANCE_CRITICAL,)
    spared = pre_score(card, [result("a", CLEAN), result("f", CLEAN)])
    assert (spared.total, spared.fatal, spared.critical) == (100, (), ())


def test_a_fatal_item_of_a_section_zeroes_only_that() -> None:
    card = card_of(
        {"items": [item(10, deduct("a", 1)), item(2, deduct("f", 1), fatal="section", **CRITICAL)]},
        {"items": [item(12, deduct("b", 1))]},
    )
    score = pre_score(card, [result("a", CLEAN), result("b", CLEAN), result("f", HIT)])
    assert [section.got for section in score.sections] == [0, 12]
    assert score.total == 50


def test_weights_multiply() -> None:
    card = card_of({"items": [item(10, deduct("a", 5), weight=3), item(10, deduct("b", 5))]})
    assert pre_score(card, [result("a", HIT), result("b", CLEAN)]).total == 62.5


RULES = [f"r{i}" for i in range(6)]
answers = st.fixed_dictionaries({rule: st.tuples(st.sampled_from(list(Answer)), st.integers(1, 4)) for rule in RULES})
points = st.integers(1, 20).map(float)
moves = st.lists(
    st.builds(
        lambda rule, kind, gain, each: {"rule": rule, kind: gain, "each": each},
        st.sampled_from(RULES),
        st.sampled_from(["deduct", "bonus"]),
        points,
        st.booleans(),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda move: move["rule"],
)
caps = st.one_of(st.none(), points)


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    listened = draw(moves)
    one = item(draw(points), *listened, cap=draw(caps), bonus_cap=draw(caps), weight=draw(st.sampled_from([1.0, 2.5])))
    if any("deduct" in move for move in listened) and draw(st.integers(0, 3)) == 0:
        one |= {"fatal": draw(st.sampled_from(["call", "section"])), **CRITICAL}
    return one


cards = st.lists(
    st.builds(lambda inside, cap: {"items": inside, "cap": cap}, st.lists(items(), min_size=1, max_size=3), caps),
    min_size=1,
    max_size=3,
).map(lambda sections: card_of(*sections))


def results(answered: dict[str, tuple[Answer, int]]) -> list[RuleResult]:
    return [result(rule, answer, times) for rule, (answer, times) in answered.items()]


@settings(deadline=None)
@given(cards, answers)
def test_total_sections_and_items_agree(card: Scorecard, answered: dict[str, tuple[Answer, int]]) -> None:
    score = pre_score(card, results(answered))
    fatal_calls = {one.id for one in card.items if one.fatal == "call"} & set(score.fatal)
    possible = sum(section.points for section in score.sections)
    if fatal_calls:
        assert score.total == 0
    elif possible:
        assert score.total == pytest.approx(100 * sum(s.got for s in score.sections) / possible, abs=0.006)
    else:
        assert score.total is None
    enough = bool(fatal_calls) or score.coverage >= card.grade_from_coverage
    assert (score.grade is not None) == (score.total is not None and enough)
    assert 0 <= score.coverage <= 1


@settings(deadline=None)
@given(cards, answers)
def test_caps_and_bounds_hold(card: Scorecard, answered: dict[str, tuple[Answer, int]]) -> None:
    score = pre_score(card, results(answered))
    for section, scored in zip(card.sections, score.sections, strict=True):
        judged = [one for one in scored.items if one.state is ItemState.JUDGED]
        assert scored.points == pytest.approx(sum(one.points for one in judged))
        assert 0 <= scored.got <= scored.points + 1e-9
        fired = [one.id for one in scored.items if one.fatal]
        zeroed = any(one.fatal == "section" and one.id in fired for one in section.items)
        if zeroed:
            assert scored.got == 0
        elif section.cap is not None:
            assert scored.got >= min(scored.points, max(scored.points - section.cap, 0)) - 1e-9
        for one, got in zip(section.items, scored.items, strict=True):
            if got.got is not None and not got.fatal and one.cap is not None:
                assert got.got >= (one.points - one.cap) * one.weight - 1e-9


@settings(deadline=None)
@given(cards, answers, st.randoms())
def test_the_order_of_results_does_not_matter(
    card: Scorecard, answered: dict[str, tuple[Answer, int]], random: Any
) -> None:
    ordered = results(answered)
    shuffled = list(ordered)
    random.shuffle(shuffled)
    assert pre_score(card, shuffled) == pre_score(card, ordered)


@settings(deadline=None)
@given(cards, answers, points)
def test_an_item_that_does_not_apply_changes_nothing_else(
    card: Scorecard, answered: dict[str, tuple[Answer, int]], extra: float
) -> None:
    content = yaml.safe_load(card.text)
    content["sections"][0]["items"].append({"id": "new", "name": "新", **item(extra, deduct("never", 1))})
    larger = pre_score(
        parse_scorecard(yaml.safe_dump(content)), [*results(answered), result("never", Answer.NOT_APPLICABLE)]
    )
    before = pre_score(card, results(answered))
    assert (larger.total, larger.coverage, larger.fatal) == (before.total, before.coverage, before.fatal)


@settings(deadline=None)
@given(cards, answers, st.sampled_from(RULES))
def test_what_could_not_be_judged_never_costs_points(
    card: Scorecard, answered: dict[str, tuple[Answer, int]], rule: str
) -> None:
    """A rule left open gives each item that is still judged no less than a rule that hit and deducts."""
    deducts = all(move.deduct for one in card.items for move in one.rules if move.rule == rule)
    found = pre_score(card, results({**answered, rule: (HIT, 1)}))
    opened = pre_score(card, results({**answered, rule: (OPEN, 1)}))
    for hit_section, open_section in zip(found.sections, opened.sections, strict=True):
        for hit_item, open_item in zip(hit_section.items, open_section.items, strict=True):
            if deducts and open_item.got is not None and hit_item.got is not None:
                assert open_item.got >= hit_item.got - 1e-9
    assert opened.coverage <= found.coverage + 1e-9
