"""What an opinion may do to a score, by the level of its item."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.finding import Answer, Evidence, Opinion
from models.learning import Level
from models.score import SCORED_JSON, ItemScore, ItemState, PreScore, Scored
from models.transcript import Role
from scoring.explain import explain
from scoring.prescore import pre_score
from tests.scoring.scored_call import Asked, asked_calls
from tests.scoring.test_prescore import card_of, deduct, item, result

HIT, CLEAN, OPEN = Answer.HIT, Answer.CLEAN, Answer.CANNOT_JUDGE
BELOW = [Level.REPORT_ONLY, Level.SUGGESTS]
SHIRKED = Evidence(61, 64, Role.AGENT, 5, "您打给厂家吧")

MODEL = card_of({"items": [item(10, judge="classifier"), item(10, deduct("a", 3))]})
BOTH = card_of({"items": [item(10, deduct("a", 3), judge="both"), item(10, deduct("b", 3))]})
HUMAN = card_of({"items": [item(10, judge="human"), item(10, deduct("a", 3))]})


def thought(answer: Answer, probability: float = 0.91) -> Opinion:
    return Opinion("i0-0", probability, answer, (SHIRKED,) if answer is HIT else ())


def first(score: PreScore) -> ItemScore:
    return score.sections[0].items[0]


def said(one: ItemScore) -> str:
    assert all(reason.say("en") for reason in explain(one, {}))
    return "".join(reason.say() for reason in explain(one, {}))


@pytest.mark.parametrize("level", BELOW)
def test_an_item_of_the_classifier_waits_for_a_person_until_it_may_decide(level: Level) -> None:
    answers = [result("a", CLEAN)]
    score = pre_score(MODEL, answers, [thought(HIT)], {"i0-0": level})
    judged = first(score)
    assert (judged.state, judged.got, judged.level, judged.by_classifier) == (ItemState.UNJUDGED, None, level, False)
    assert judged.reason is not None
    assert judged.reason.code == "scoring.level_too_low"
    assert judged.opinion == thought(HIT), "what it thinks is kept"
    assert score.total == 100
    assert "还没有决定权" in said(judged)
    assert "您打给厂家吧" in said(judged)


def test_at_decides_it_counts() -> None:
    score = pre_score(MODEL, [result("a", CLEAN)], [thought(HIT)], {"i0-0": Level.DECIDES})
    assert (first(score).lost, first(score).by_classifier, first(score).level) == (10, True, Level.DECIDES)
    assert score.total == 50
    assert "只作参考" not in said(first(score))


def test_at_decides_what_is_doubted_stays_open() -> None:
    doubted = thought(OPEN, 0.5)
    score = pre_score(MODEL, [result("a", CLEAN)], [doubted], {"i0-0": Level.DECIDES})
    assert first(score).state is ItemState.UNJUDGED
    assert score.coverage == 0.5
    assert "50%" in said(first(score))


def test_an_item_nobody_raised_is_report_only() -> None:
    assert first(pre_score(MODEL, [result("a", CLEAN)], [thought(HIT)], {})).level is Level.REPORT_ONLY


@pytest.mark.parametrize("level", BELOW)
def test_what_rules_leave_open_stays_open_below_decides(level: Level) -> None:
    answers = [result("a", OPEN), result("b", CLEAN)]
    below, at = (pre_score(BOTH, answers, [thought(HIT)], {"i0-0": one}) for one in (level, Level.DECIDES))
    assert (first(below).state, first(at).state) == (ItemState.UNJUDGED, ItemState.JUDGED)
    assert first(below).reason == result("a", OPEN).reason, "the rule says why"
    assert "只作参考" in said(first(below))


def test_a_machine_that_may_not_decide_disputes_nothing() -> None:
    answers = [result("a", CLEAN), result("b", CLEAN)]
    scores = {level: first(pre_score(BOTH, answers, [thought(HIT)], {"i0-0": level})) for level in Level}
    assert {level for level, one in scores.items() if one.disputed} == {Level.DECIDES}
    assert "可能有差错（可能性 91%）" in said(scores[Level.SUGGESTS])


def test_about_what_is_left_to_people_it_can_only_suggest() -> None:
    answers = [result("a", CLEAN)]
    judged = first(pre_score(HUMAN, answers, [thought(HIT)], {"i0-0": Level.DECIDES}))
    assert (judged.state, judged.level, judged.opinion) == (ItemState.UNJUDGED, Level.SUGGESTS, thought(HIT))
    assert "只作参考" in said(judged)
    assert first(pre_score(HUMAN, answers, [thought(HIT)])).opinion is None, "without levels it is not asked"


def test_a_level_is_of_an_opinion() -> None:
    assert first(pre_score(BOTH, [result("a", CLEAN)], (), {"i0-0": Level.DECIDES})).level is None


holds = settings(
    derandomize=True, deadline=None, max_examples=40, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def plain(score: PreScore) -> PreScore:
    """The score without anything a classifier said; why an item is open does not count."""
    return replace(
        score,
        sections=tuple(
            replace(section, items=tuple(replace(one, opinion=None, level=None, reason=None) for one in section.items))
            for section in score.sections
        ),
    )


@holds
@given(asked_calls, st.sampled_from(BELOW))
def test_below_decides_the_score_is_the_one_without_a_classifier(call: Asked, level: Level) -> None:
    levels = {one.id: level for one in call.card.items}
    with_it = pre_score(call.card, call.results, call.opinions, levels)
    assert plain(with_it) == plain(pre_score(call.card, call.results))


@holds
@given(asked_calls)
def test_where_all_may_decide_the_score_is_the_one_without_levels(call: Asked) -> None:
    levels = dict.fromkeys((one.id for one in call.card.items), Level.DECIDES)
    scored = pre_score(call.card, call.results, call.opinions, levels)
    before = call.score()
    assert (scored.total, scored.coverage, scored.grade, scored.critical) == (
        before.total,
        before.coverage,
        before.grade,
        before.critical,
    )
    stored = Scored(scored, call.results)
    assert SCORED_JSON.validate_json(SCORED_JSON.dump_json(stored)) == stored
