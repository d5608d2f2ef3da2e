from dataclasses import replace

import numpy as np
import pytest

from scoring.classifier.crossvalidation import _verdict, compare, cross_validate
from scoring.classifier.metrics import Measure, insufficient
from scoring.classifier.signs import CallSigns
from scoring.classifier.training import too_few, train
from scoring.classifier.verdict_turns import examples_from, verdicts_of
from tests.scoring.classifier.taught import card, judged_calls, label, small_corpus, starter

CARDS = {"inbound-service": card()}


def test_an_item_is_learnt_from_enough_verdicts_and_says_where_they_are_too_few() -> None:
    learnt = train(small_corpus(), judged_calls(), CARDS, version="1")
    of_item = {item: model for (_, item), model in learnt.items.items()}
    assert of_item["responsibility"].cold is None
    assert of_item["responsibility"].calls == len(judged_calls())
    assert of_item["care"].cold is not None
    assert of_item["care"].cold.facts == {"calls": 0, "needed": 30}
    assert set(learnt.calls) == {call.call_id for call in judged_calls()}
    assert learnt.version == "1"


@pytest.mark.parametrize(
    ("calls", "errors", "code"),
    [(29, 10, "few_verdicts"), (100, 7, "few_errors"), (30, 23, "few_clean"), (30, 8, None)],
)
def test_how_many_verdicts_are_enough(calls: int, errors: int, code: str | None) -> None:
    reason = too_few(calls, errors)
    assert (reason.code if reason else None) == (f"scoring.{code}" if code else None)
    assert reason is None or (reason.say("zh") and reason.say("en"))


def test_inspectors_who_disagree_make_half_an_error_and_weight_counts() -> None:
    call = replace(judged_calls()[0], labels=(label("patience", [2]), label("patience", [], weight=3.0)))
    verdict = verdicts_of(call)["patience"]
    assert (verdict.error, verdict.weight, verdict.found) == (0.25, 4.0, False)


def test_turns_people_pointed_at_are_signs_and_wrong_guesses_are_told() -> None:
    found = examples_from(starter().turn, judged_calls(), CARDS)
    pointed = [one for one in found if one.labels]
    denied = [one for one in found if not one.labels]
    assert pointed
    assert denied
    assert all(one.known == one.labels for one in pointed)
    assert {one.group for one in found} <= {-number for number in range(1, len(judged_calls()) + 1)}


def test_one_in_use_that_sees_errors_everywhere_is_beaten_on_the_same_calls() -> None:
    platt = starter().signs.platt + np.array([0.0, 4.0], np.float32)
    found = compare(judged_calls(), CARDS, small_corpus(), replace(starter(), signs=CallSigns(platt)), folds=2)
    assert found.verdict == "better"
    assert found.difference.high is not None
    assert found.difference.high < 0
    assert found.new.items.keys() == found.current.items.keys() == found.items.keys()
    auc = found.new.items["inbound-service", "responsibility"].roc_auc
    assert auc.value is not None
    assert auc.low is not None
    assert auc.low <= auc.value
    assert auc.value > 0.8


def test_one_item_beyond_doubt_worse_makes_the_whole_worse() -> None:
    better, worse, few = Measure(-0.02, -0.03, -0.01), Measure(0.05, 0.02, 0.08), insufficient(3)
    assert _verdict(better, [better, few]) == "better"
    assert _verdict(better, [better, worse]) == "worse"
    assert _verdict(worse, []) == "worse"
    assert _verdict(Measure(0.0, -0.01, 0.01), [better]) == "same"
    assert _verdict(few, [worse]) == "insufficient"


def test_of_few_calls_nothing_is_claimed() -> None:
    found = cross_validate(judged_calls()[:6], CARDS, small_corpus(), folds=2)
    assert found.brier.value is None
    assert found.brier.insufficient is not None
    assert found.brier.insufficient.facts == {"n": 6, "needed": 30}
