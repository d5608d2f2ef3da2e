"""Each reason to doubt: what raises it, and what does not."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from models.learning import Level
from scoring.doubt.case import Doubt, Doubted, greatest
from scoring.doubt.disagreeing import disagreeing
from scoring.doubt.mixed import mixed
from scoring.doubt.new_model import new_model
from scoring.doubt.new_rule import new_rule
from scoring.doubt.satisfaction import satisfaction_against_score
from scoring.doubt.unfamiliar import unfamiliar
from scoring.doubt.unheard import unheard
from scoring.doubt.unsure import unsure
from tests.scoring.doubt.doubted import ATTITUDE, CALL, CLEAN, HIT, OPEN, OTHER, doubted, opinion, probable, result
from tests.scoring.made_call import badly_heard, with_turn

DECIDES = {"i0-0": Level.DECIDES}


def only(reason: Callable[[Doubted], Iterator[Doubt]], case: Doubted) -> Doubt | None:
    return greatest(reason(case))


def said(doubt: Doubt | None) -> str:
    assert doubt is not None
    assert 0 < doubt.value <= 1
    assert doubt.reason(0.5).say("en")
    return doubt.reason(0.5).say("zh")


def test_a_model_that_abstains_is_unsure() -> None:
    assert "“不推诿”这一项，模型拿不准（出现差错的可能性 45%）" in said(
        only(unsure, doubted(opinions=(opinion(OPEN, 0.45),)))
    )
    assert only(unsure, doubted(opinions=(opinion(HIT, 0.95),))) is None
    assert only(unsure, doubted()) is None


def test_the_item_that_matters_most_is_named() -> None:
    case = doubted(
        items=(OTHER, replace_item("compliance_critical")),
        opinions=(opinion(OPEN, 0.5), opinion(OPEN, 0.5, "i0-1")),
    )
    doubt = only(unsure, case)
    assert doubt is not None
    assert doubt.item == "i0-1"


def replace_item(item_class: str) -> dict[str, object]:
    return {**ATTITUDE, "class": item_class}


def test_an_unsure_model_matters_less_where_the_rules_know() -> None:
    alone = only(unsure, doubted(result("shirks", OPEN), opinions=(opinion(OPEN, 0.4),)))
    beside_rules = only(unsure, doubted(result("shirks", CLEAN), opinions=(opinion(OPEN, 0.4),)))
    assert alone is not None
    assert beside_rules is not None
    assert alone.value > beside_rules.value > 0


def test_rules_and_model_disagree() -> None:
    case = doubted(result("shirks", CLEAN), opinions=(opinion(HIT, 0.95),))
    assert "看法不同" in said(only(disagreeing, case))
    assert only(disagreeing, doubted(result("shirks", HIT), opinions=(opinion(HIT, 0.95),))) is None
    assert only(disagreeing, doubted(result("shirks", OPEN), opinions=(opinion(HIT, 0.95),))) is None


def test_where_the_model_may_decide_routing_itself_says_so() -> None:
    case = doubted(result("shirks", CLEAN), opinions=(opinion(HIT, 0.95),), levels=DECIDES)
    assert case.scored.pre_score.sections[0].items[0].disputed
    assert only(disagreeing, case) is None


def test_what_was_hardly_heard_should_be_heard() -> None:
    hardly = with_turn(CALL, 2, confidence=0.4)
    assert "扣分依据没有听清：0:05“您打给厂家吧”（把握 40%）" in said(
        only(unheard, doubted(result("shirks", HIT), transcript=hardly))
    )
    assert only(unheard, doubted(result("shirks", HIT))) is None
    assert only(unheard, doubted(result("shirks", CLEAN), transcript=hardly)) is None


def test_one_clear_word_is_enough() -> None:
    twice = result("shirks", HIT)
    clear = replace(twice.evidence[0], turn=0)
    twice = replace(twice, evidence=(*twice.evidence, clear))
    assert only(unheard, doubted(twice, transcript=badly_heard(CALL, 2))) is None
    assert only(unheard, doubted(twice, transcript=badly_heard(badly_heard(CALL, 2), 0))) is not None


def test_words_the_model_never_saw() -> None:
    strange = np.full(4, 0.3, np.float32)
    case = doubted(opinions=(opinion(CLEAN, 0.1),), familiarity=strange)
    assert "70% 的用词模型没有见过" in said(only(unfamiliar, case))
    assert only(unfamiliar, doubted(familiarity=strange)) is None, "no model was asked"
    assert only(unfamiliar, doubted(opinions=(opinion(CLEAN, 0.1),), familiarity=np.full(4, 0.8, np.float32))) is None
    assert only(unfamiliar, doubted(opinions=(opinion(CLEAN, 0.1),))) is None, "nobody knows"


def test_a_new_rule_that_takes_points() -> None:
    young = {"shirks": 3.5}
    assert "这条规则启用才 3 天" in said(only(new_rule, doubted(result("shirks", HIT), rule_days=young)))
    assert only(new_rule, doubted(result("shirks", CLEAN), rule_days=young)) is None
    assert only(new_rule, doubted(result("shirks", HIT), rule_days={"shirks": 14})) is None
    assert only(new_rule, doubted(result("shirks", HIT))) is None


def test_doubt_of_a_new_rule_fades() -> None:
    values = [only(new_rule, doubted(result("shirks", HIT), rule_days={"shirks": days})) for days in (0, 5, 13)]
    first, later, last = (doubt.value for doubt in values if doubt is not None)
    assert first > later > last > 0


def test_a_new_model_that_decides() -> None:
    known = (opinion(HIT, 0.95),)
    case = doubted(result("shirks", OPEN), opinions=known, levels=DECIDES, model_days=2)
    assert "模型启用才 2 天" in said(only(new_model, case))
    assert only(new_model, doubted(result("shirks", OPEN), opinions=known, model_days=2)) is None, "it may not decide"
    assert only(new_model, doubted(result("shirks", OPEN), opinions=known, levels=DECIDES, model_days=40)) is None


def test_turns_that_speak_against_each_other() -> None:
    both = probable(shirking=(2, 0.9), initiative=(0, 0.8))
    known = (opinion(HIT, 0.9),)
    assert "0:04 像是推诿，0:00 却在主动" in said(only(mixed, doubted(opinions=known, probabilities=both)))
    weak = probable(shirking=(2, 0.9), initiative=(0, 0.5))
    assert only(mixed, doubted(opinions=known, probabilities=weak)) is None
    assert only(mixed, doubted(probabilities=both)) is None, "no opinion to doubt"
    assert only(mixed, doubted(opinions=known)) is None
    silent = replace(CALL, turns=())
    assert only(mixed, doubted(opinions=known, transcript=silent, probabilities=probable(silent))) is None


@pytest.mark.parametrize(
    ("satisfaction", "results", "words"),
    [
        ((-1.5, 0.9), (), "客户很可能不满意（90%）"),
        ((-1.5, 0.9), ("shirks", "greets"), None),
        ((1.0, 0.05), (), None),
        ((1.0, 0.05), ("shirks", "greets"), "客户看来是满意的（不满意的可能性只有 5%）"),
        ((0.0, 0.05), ("shirks", "greets"), None),
        (None, (), None),
    ],
)
def test_a_score_against_the_customers_mood(
    satisfaction: tuple[float, float] | None, results: tuple[str, ...], words: str | None
) -> None:
    case = doubted(*(result(rule, HIT) for rule in results), satisfaction=satisfaction)
    doubt = only(satisfaction_against_score, case)
    assert doubt is None if words is None else words in said(doubt)


def test_a_low_score_that_a_fatal_error_made_is_not_doubted() -> None:
    fatal = {**ATTITUDE, "class": "compliance_critical", "fatal": "call"}
    case: Doubted = doubted(result("shirks", HIT), items=(fatal, OTHER), satisfaction=(1.5, 0.01))
    assert case.scored.pre_score.total == 0
    assert only(satisfaction_against_score, case) is None
