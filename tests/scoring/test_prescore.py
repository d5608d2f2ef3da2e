"""The arithmetic of a pre-score, by examples; test_prescore_properties.py says what holds whatever the answers are."""

from typing import Any

import pytest
import yaml

from models.finding import Answer, Effect, Evidence, Opinion, RuleResult
from models.reason import Reason
from models.score import SCORED_JSON, ItemClass, ItemState, PreScore, Scored
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


@pytest.mark.parametrize(
    ("praise", "state"), [(CLEAN, ItemState.NOT_APPLICABLE), (OPEN, ItemState.NOT_APPLICABLE), (HIT, ItemState.JUDGED)]
)
def test_an_item_whose_deductions_do_not_apply_gives_no_points_for_nothing(praise: Answer, state: ItemState) -> None:
    card = card_of({"items": [item(10, deduct("a", 5), bonus("b", 2))]})
    assert states(pre_score(card, [result("a", NA), result("b", praise)])) == [state]


def test_what_nobody_could_judge_lowers_coverage_not_the_score() -> None:
    card = card_of({"items": [item(10, deduct("a", 5)), item(30, deduct("b", 30))]})
    score = pre_score(card, [result("a", HIT), result("b", OPEN)])
    assert (score.total, score.coverage) == (50, 0.25)
    unjudged = score.sections[0].items[1]
    assert (unjudged.state, unjudged.got) == (ItemState.UNJUDGED, None)
    assert unjudged.reason is not None


def test_what_was_found_counts_and_the_rest_of_its_item_stays_open() -> None:
    card = card_of({"items": [item(10, deduct("a", 4), deduct("b", 6)), item(20, deduct("c", 1))]})
    score = pre_score(card, [result("a", HIT), result("b", OPEN), result("c", CLEAN)])
    (found, _) = score.sections[0].items
    assert (found.state, found.got, found.lost, found.open) == (ItemState.JUDGED, 0, 4, 6)
    assert found.reason is not None, "and the card says that it may be more"
    assert (score.sections[0].got, score.sections[0].points) == (20, 24)
    assert (score.total, score.coverage) == (83.33, 0.8)


def test_a_deduction_never_raises_the_total_though_its_item_was_open() -> None:
    """With nothing found the item is left out; counting 9 of 10 then would be better than the rest of this call."""
    card = card_of({"items": [item(10, deduct("a", 1), deduct("b", 9)), item(10, deduct("c", 5))]})
    before = pre_score(card, [result("a", CLEAN), result("b", OPEN), result("c", HIT)])
    after = pre_score(card, [result("a", HIT), result("b", OPEN), result("c", HIT)])
    assert before.total == 50
    assert after.total == 45.45


def test_several_hits_in_one_turn_are_paid_once() -> None:
    card = card_of({"items": [item(10, deduct("a", 3, each=True))]})
    evidence = tuple(Evidence(second, second + 1, turn=turn) for second, turn in ((1, 4), (2, 4), (9, 7)))
    twice = RuleResult("pack", 1, "a", "a", Effect.VIOLATION, HIT, evidence)
    score = pre_score(card, [twice])
    assert score.total == 40
    assert [(move.times, move.lost) for move in score.sections[0].items[0].moves] == [(2, 6)]


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


def test_a_fatal_item_may_leave_some_of_the_total() -> None:
    card = card_of(
        {"items": [item(90, deduct("a", 1)), item(10, deduct("f", 1), fatal="call", total_at_most=50, **CRITICAL)]}
    )
    assert pre_score(card, [result("a", CLEAN), result("f", HIT)]).total == 50
    assert pre_score(card, [result("a", CLEAN), result("f", CLEAN)]).total == 100
    poor = card_of({"items": [item(10, deduct("f", 1), fatal="call", total_at_most=50, **CRITICAL)]})
    assert pre_score(poor, [result("f", HIT)]).total == 0, "what it got is less"


def test_a_limit_is_a_grade_only_where_it_is_the_worst() -> None:
    def graded(total_at_most: float) -> str | None:
        fatal = item(10, deduct("f", 1), fatal="call", total_at_most=total_at_most, **CRITICAL)
        card = card_of({"items": [fatal, {"points": 90, "judge": "human"}]})
        return pre_score(card, [result("f", HIT)]).grade

    assert (graded(59), graded(79)) == ("不合格", None)


def test_a_card_of_deductions_starts_from_a_hundred() -> None:
    """As telesales centres score: each A error takes 20, each B error 10, however many others there are."""
    card = card_of(
        {"on_total": True, "items": [item(20, deduct("a1", 20, each=True), cap=100), item(20, deduct("a2", 20))]},
        {"on_total": True, "cap": 15, "items": [item(10, deduct("b1", 10)), item(10, deduct("b2", 10))]},
    )
    none = [result(rule, CLEAN) for rule in ("a1", "a2", "b1", "b2")]
    assert pre_score(card, none).total == 100
    assert pre_score(card, [*none, result("a1", HIT, 2)]).total == 60
    score = pre_score(card, [*none, result("a1", HIT, 2), result("b1", HIT), result("b2", HIT)])
    assert [(section.points, section.got) for section in score.sections] == [(0, -40), (0, -15)]
    assert score.total == 45
    assert pre_score(card, [*none, result("a1", HIT, 9)]).total == 0
    assert pre_score(card, [*none, result("b1", OPEN)]).coverage == pytest.approx(50 / 60)
    assert pre_score(card, []).total is None


def test_bonuses_on_the_total_never_go_beyond_a_hundred() -> None:
    card = card_of(
        {"items": [item(10, deduct("a", 1))]},
        {"on_total": True, "bonus_cap": 5, "items": [item(0, bonus("b", 3, each=True)), item(0, bonus("c", 3))]},
    )
    assert pre_score(card, [result("a", HIT), result("b", HIT), result("c", CLEAN)]).total == 93
    assert pre_score(card, [result("a", HIT), result("b", HIT, 2), result("c", HIT)]).total == 95
    assert pre_score(card, [result("a", CLEAN), result("b", HIT), result("c", HIT)]).total == 100


def test_an_item_applies_only_where_its_precondition_was_found() -> None:
    complaint = item(10, deduct("a", 10), only_if="complaint")
    by_hand = {"points": 5, "judge": "human", "only_if": "complaint"}
    card = card_of({"items": [complaint, by_hand, item(10, deduct("b", 5))]})
    heard = [result("a", HIT), result("b", HIT)]
    without = pre_score(card, [*heard, result("complaint", CLEAN)])
    assert states(without) == [ItemState.NOT_APPLICABLE, ItemState.NOT_APPLICABLE, ItemState.JUDGED]
    assert (without.total, without.coverage) == (50, 1)
    assert without.sections[0].items[0].reason == Reason("scoring.precondition_not_met", {"rule": "complaint"})
    assert pre_score(card, [*heard, result("complaint", HIT)]).total == 25
    unsure = pre_score(card, [*heard, result("complaint", OPEN)])
    assert states(unsure) == [ItemState.UNJUDGED, ItemState.UNJUDGED, ItemState.JUDGED]


def opinion(answer: Answer, probability: float = 0.9) -> Opinion:
    return Opinion("i0-0", probability, answer)


@pytest.mark.parametrize(
    ("opinions", "got", "reason"),
    [
        ([], None, Reason("scoring.no_model")),
        ([opinion(OPEN, 0.52)], None, Reason("scoring.model_unsure", {"percent": 52})),
        ([opinion(CLEAN)], 10, None),
        ([opinion(HIT)], 4, None),
    ],
)
def test_an_item_of_the_classifier(opinions: list[Opinion], got: float | None, reason: Reason | None) -> None:
    card = card_of({"items": [{"points": 10, "judge": "classifier", "classifier_deduct": 6}]})
    scored = pre_score(card, [], opinions).sections[0].items[0]
    assert (scored.got, scored.reason, scored.by_classifier) == (got, reason, got is not None)


@pytest.mark.parametrize(
    ("answers", "thought", "got", "by_classifier", "disputed"),
    [
        ((HIT, CLEAN), None, 8, False, False),
        ((HIT, CLEAN), OPEN, 8, False, False),
        ((HIT, CLEAN), HIT, 8, False, False),
        ((HIT, CLEAN), CLEAN, 8, False, True),
        ((CLEAN, CLEAN), HIT, 10, False, True),
        ((CLEAN, CLEAN), CLEAN, 10, False, False),
        ((CLEAN, OPEN), None, None, False, False),
        ((CLEAN, OPEN), HIT, 0, True, False),
        ((CLEAN, OPEN), CLEAN, 10, True, False),
        ((HIT, OPEN), CLEAN, 8, True, True),
        ((HIT, OPEN), HIT, 0, True, False),
    ],
)
def test_rules_and_classifier_together(
    answers: tuple[Answer, Answer], thought: Answer | None, got: float | None, by_classifier: object, disputed: object
) -> None:
    """The rules decide; what they leave open the classifier does; where they differ, that is said."""
    card = card_of({"items": [item(10, deduct("a", 2), deduct("b", 3), judge="both")]})
    results = [result("a", answers[0]), result("b", answers[1])]
    scored = pre_score(card, results, [opinion(thought)] if thought else []).sections[0].items[0]
    assert (scored.got, scored.by_classifier, scored.disputed) == (got, by_classifier, disputed)


@pytest.mark.parametrize(
    ("praise", "thought", "state", "got"),
    [
        (CLEAN, None, ItemState.UNJUDGED, None),
        (HIT, None, ItemState.JUDGED, 2),
        (NA, CLEAN, ItemState.JUDGED, 10),
        (HIT, HIT, ItemState.JUDGED, 2),
        (CLEAN, NA, ItemState.NOT_APPLICABLE, None),
    ],
)
def test_where_rules_only_give_bonuses_the_classifier_finds_the_errors(
    praise: Answer, thought: Answer | None, state: ItemState, got: float | None
) -> None:
    card = card_of({"items": [item(10, bonus("a", 2), judge="both")]})
    scored = pre_score(card, [result("a", praise)], [opinion(thought)] if thought else []).sections[0].items[0]
    assert (scored.state, scored.got, scored.disputed) == (state, got, False)


def test_the_classifier_never_sets_off_a_fatal_item() -> None:
    card = card_of({"items": [item(10, deduct("a", 2), judge="both", fatal="call", **CRITICAL)]})
    score = pre_score(card, [result("a", OPEN)], [opinion(HIT)])
    assert (states(score), score.fatal, score.critical) == ([ItemState.UNJUDGED], (), ())


def test_tenths_add_up() -> None:
    card = card_of({"items": [item(0.3, deduct("a", 0.1), deduct("b", 0.2)), item(0.7, deduct("c", 0.1))]})
    score = pre_score(card, [result("a", HIT), result("b", HIT), result("c", HIT)])
    assert [one.got for one in score.sections[0].items] == [0, 0.6]
    assert (score.sections[0].got, score.total) == (0.6, 60)


def test_a_score_stored_by_an_earlier_version_can_be_read() -> None:
    card = card_of({"items": [item(10, deduct("a", 4))]})
    body = SCORED_JSON.dump_python(Scored(pre_score(card, [result("a", HIT)]), ()), mode="json")
    (section,) = body["pre_score"]["sections"]
    (stored,) = section["items"]
    for newer in ("moves", "lost", "won", "open", "total_at_most", "opinion", "by_classifier", "disputed"):
        del stored[newer]
    for newer in ("lost", "won", "on_total"):
        del section[newer]
    old = SCORED_JSON.validate_python(body).pre_score.sections[0].items[0]
    assert (old.got, old.lost, old.cost, old.moves) == (6, 0, 4, ())
