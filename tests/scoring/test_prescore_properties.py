"""What holds of every pre-score, whatever the card says and the rules answer."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from models.finding import Answer
from models.score import SCORED_JSON, ItemScore, ItemState, PreScore, Scored, SectionScore
from scoring.scorecard import Section
from tests.scoring.scored_call import RULES, Asked, asked_calls, result

HIT, CLEAN = Answer.HIT, Answer.CLEAN
CENT = Decimal("0.01")

# Derandomised: the same cards are tried in every run, so that nobody's work is held up by somebody else's luck.
holds = settings(
    derandomize=True, deadline=None, max_examples=80, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def exact(number: float) -> Decimal:
    return Decimal(str(number))


def total_of(sections: Iterable[SectionScore]) -> Decimal:
    """Anew, from nothing but what the sections show."""
    sections = list(sections)
    shares = [section for section in sections if not section.on_total]
    points = sum((exact(section.points) for section in shares), Decimal(0))
    share = Decimal(100)
    if points:
        share = (100 * sum(exact(section.got) for section in shares) / points).quantize(CENT, ROUND_HALF_UP)
    on_total = sum((exact(section.got) for section in sections if section.on_total), Decimal(0))
    return min(max(share + on_total, Decimal(0)), Decimal(100))


def judged(section: SectionScore) -> list[ItemScore]:
    return [item for item in section.items if item.state is ItemState.JUDGED]


def all_items(score: PreScore) -> list[ItemScore]:
    return [item for section in score.sections for item in section.items]


def summary(score: PreScore) -> tuple[object, ...]:
    return score.total, score.coverage, score.grade, score.fatal, score.critical


@holds
@given(asked_calls)
def test_the_total_is_what_the_sections_say(call: Asked) -> None:
    score = call.score()
    limits = [exact(item.total_at_most) for item in all_items(score) if item.total_at_most is not None]
    if score.total is None:
        assert not any(item.points > item.open for section in score.sections for item in judged(section))
    else:
        assert exact(score.total) == min([total_of(score.sections), *limits])
        assert 0 <= score.total <= 100
    assert 0 <= score.coverage <= 1
    failed = any(limit < 60 for limit in limits)
    enough = failed or score.coverage >= call.card.grade_from_coverage
    assert (score.grade is not None) == (score.total is not None and enough)


@holds
@given(asked_calls)
def test_sections_are_what_their_items_say(call: Asked) -> None:
    for section, scored in zip(call.card.sections, call.score().sections, strict=True):
        items = judged(scored)
        assert exact(scored.got) == exact(scored.points) - exact(scored.lost) + exact(scored.won)
        lost = sum((exact(item.lost) for item in items), Decimal(0))
        won = sum((exact(item.won) for item in items), Decimal(0))
        assert exact(scored.lost) <= lost or zeroed(section, scored)
        assert exact(scored.won) <= won
        if section.on_total:
            assert scored.points == 0
        else:
            whole = sum((exact(item.points) - exact(item.open) for item in items), Decimal(0))
            assert 0 <= scored.got <= scored.points
            assert exact(scored.points) <= whole
            assert scored.won <= scored.lost
        if section.cap is None and section.bonus_cap is None and not zeroed(section, scored):
            plain = sum((exact(item.got or 0) for item in items), Decimal(0))
            assert exact(scored.got) == (plain if section.on_total else min(plain, whole - not_won_back(items)))


def zeroed(section: Section, scored: SectionScore) -> bool:
    fatal = {item.id for item in section.items if item.fatal == "section"}
    return any(item.fatal and item.id in fatal for item in scored.items)


def not_won_back(items: list[ItemScore]) -> Decimal:
    """Losses that no bonus wins back: in items that are open beside them, and in fatal ones."""
    return sum((exact(item.lost) for item in items if item.fatal or item.reason is not None), Decimal(0))


@holds
@given(asked_calls)
def test_items_are_what_their_rules_say(call: Asked) -> None:
    score = call.score()
    on_total = {item.id for section in call.card.sections if section.on_total for item in section.items}
    for item in all_items(score):
        if item.state is not ItemState.JUDGED:
            assert (item.got, item.lost, item.won, item.open) == (None, 0, 0, 0)
            continue
        base = Decimal(0) if item.id in on_total else exact(item.points) - exact(item.open)
        assert exact(item.got or 0) == base - exact(item.lost) + exact(item.won)
        moved = [sum(exact(move.lost) for move in item.moves), sum(exact(move.won) for move in item.moves)]
        assert item.fatal or item.by_classifier or exact(item.lost) <= moved[0]
        assert exact(item.won) <= moved[1]
        assert set(item.rules) == {move.rule for move in item.moves if move.answer is HIT}


@holds
@given(asked_calls)
def test_caps_hold(call: Asked) -> None:
    score = call.score()
    for section, scored in zip(call.card.sections, score.sections, strict=True):
        if section.cap is not None and not zeroed(section, scored):
            assert exact(scored.points) - exact(scored.got) <= exact(section.cap)
        if section.bonus_cap is not None:
            assert exact(scored.won) <= exact(section.bonus_cap)
        for item, got in zip(section.items, scored.items, strict=True):
            weight = exact(item.weight)
            if item.cap is not None and not got.fatal:
                assert exact(got.lost) <= max((exact(item.cap) * weight).quantize(CENT, ROUND_HALF_UP), CENT)
            if item.bonus_cap is not None:
                assert exact(got.won) <= max((exact(item.bonus_cap) * weight).quantize(CENT, ROUND_HALF_UP), CENT)
            if not section.on_total:
                assert got.lost <= got.points


@holds
@given(asked_calls, st.sampled_from([ItemState.NOT_APPLICABLE, ItemState.UNJUDGED]))
def test_what_does_not_apply_or_was_not_judged_never_changes_the_rest(call: Asked, state: ItemState) -> None:
    before = call.score()
    smaller = call.without_items({item.id for item in all_items(before) if item.state is state})
    assume(smaller is not None and smaller.content != call.content)
    after = smaller.score()  # type: ignore[union-attr]  # assumed just now
    assert (after.total, after.fatal, after.critical) == (before.total, before.fatal, before.critical)
    if state is ItemState.NOT_APPLICABLE:
        assert summary(after) == summary(before)
    else:
        assert after.coverage >= before.coverage


@holds
@given(asked_calls)
def test_a_fatal_item_does_what_it_says(call: Asked) -> None:
    score = call.score()
    written = {item.id: item for item in call.card.items}
    assert score.fatal == tuple(item.id for item in all_items(score) if item.fatal)
    for section, scored in zip(call.card.sections, score.sections, strict=True):
        assert not zeroed(section, scored) or scored.got == 0
    for item in all_items(score):
        card = written[item.id]
        deducted = [move.rule for move in card.rules if move.deduct]
        hit = any(move.rule in deducted and move.answer is HIT for move in item.moves)
        assert item.fatal == (card.fatal is not None and hit and item.state is ItemState.JUDGED)
        if item.fatal and card.fatal == "call":
            assert score.total is not None
            assert score.total <= (card.total_at_most or 0)


@holds
@given(asked_calls, st.randoms())
def test_no_order_matters(call: Asked, random: Any) -> None:
    before = call.score()
    results = [replace(one, evidence=tuple(random.sample(one.evidence, len(one.evidence)))) for one in call.results]
    content = deepcopy(call.content)
    random.shuffle(results)
    assert Asked(content, tuple(results), call.opinions[::-1]).score() == before
    for section in content["sections"]:
        random.shuffle(section["items"])
    random.shuffle(content["sections"])
    after = Asked(content, tuple(results), call.opinions).score()
    assert summary(after)[:3] == summary(before)[:3]
    assert {(one.id, one.got, one.points) for one in after.sections} == {
        (one.id, one.got, one.points) for one in before.sections
    }


def only(call: Asked, kind: str) -> list[str]:
    """The rules that only deduct, or only give a bonus."""
    does: dict[str, set[str]] = {rule: set() for rule in RULES}
    for item in call.card.items:
        for move in item.rules:
            does[move.rule].add("deduct" if move.deduct else "bonus")
    return [rule for rule in RULES if does[rule] == {kind}]


@pytest.mark.parametrize("kind", ["deduct", "bonus"])
@holds
@given(asked_calls, st.data(), st.integers(1, 4))
def test_one_more_deduction_never_raises_and_one_more_bonus_never_lowers(
    kind: str, call: Asked, data: st.DataObject, times: int
) -> None:
    """Where it had been clean, and where it had been found less often."""
    assume(only(call, kind))
    rule = data.draw(st.sampled_from(only(call, kind)))
    fewer = call.answering(result(rule, CLEAN if times == 1 else HIT, (None,) * (times - 1) or (None,))).score()
    more = call.answering(result(rule, HIT, (None,) * times)).score()
    if fewer.total is None or more.total is None:
        assert fewer.total is None, "what could be judged still can"
        return
    assert more.total <= fewer.total if kind == "deduct" else more.total >= fewer.total


def test_a_bonus_that_makes_room_below_the_cap_of_a_zeroed_section_lowers_nothing() -> None:
    """Found by the test above."""
    lost, won = {"rule": "r0", "deduct": 1}, {"rule": "r1", "bonus": 1}
    fatal = {"class": "compliance_critical", "fatal": "section"}
    items = [
        {"points": 1, "rules": [lost]},
        {"points": 1, "rules": [lost], **fatal},
        {"points": 1, "rules": [lost, won]},
    ]
    named = [{"id": f"i{n}", "name": "项", "judge": "rules", **item} for n, item in enumerate(items)]
    other = {"id": "other", "name": "项", "judge": "rules", "points": 2, "rules": [lost]}
    sections = [
        {"id": "s0", "name": "节", "items": [other]},
        {"id": "s1", "name": "节", "cap": 1, "items": named},
    ]
    call = Asked({"scorecard": "card", "version": 1, "sections": sections}, (result("r0", HIT, (None,)),), ())
    totals = [call.answering(result("r1", answer, (None,))).score().total for answer in (CLEAN, HIT)]
    assert totals == [20.0, 20.0]


@holds
@given(asked_calls)
def test_a_score_survives_being_stored(call: Asked) -> None:
    scored = Scored(call.score(), call.results)
    assert SCORED_JSON.validate_json(SCORED_JSON.dump_json(scored)) == scored
