"""Whole collection calls, written by hand before the rules were mended with them: what the pack makes of each."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from models.call import Metadata
from models.finding import Answer, Effect, RuleResult
from scoring.case import read_case
from scoring.evaluate import evaluate
from scoring.pack import Pack
from scoring.prescore import pre_score
from scoring.scorecard import load_scorecard
from tests.scoring.sample_call import sample_call
from tests.scoring.shipped import shipped_pack

CALLS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("collections_calls.yaml").read_text("utf8"))
TITLES = [call["title"] for call in CALLS]
THREATS = {"threat-violence", "threat-contacts", "insult", "provocation", "refuses-to-negotiate", "complaint-ignored"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shipped_pack("collections")


def hits(results: tuple[RuleResult, ...], *effects: Effect) -> set[str]:
    return {one.rule for one in results if one.answer is Answer.HIT and one.effect in effects}


@pytest.mark.parametrize("call", CALLS, ids=TITLES)
def test_a_whole_call_is_found_to_break_what_it_breaks_and_no_more(call: dict[str, Any], pack: Pack) -> None:
    results = evaluate(pack, read_case({"lines": call["lines"]}).transcript(), Metadata())
    assert hits(results, Effect.VIOLATION) == set(call["breaks"])
    assert hits(results, Effect.PRAISE, Effect.TAG) >= set(call["notes"])
    assert pre_score(load_scorecard("collections"), results).grade == call["grade"]


@pytest.mark.parametrize("stem", ["collections-contact", "collections-plan"])
def test_good_sample_calls_break_nothing_but_the_recording_notice(stem: str, pack: Pack) -> None:
    call = sample_call(stem)
    results = evaluate(pack, call.transcript, call.metadata)
    assert hits(results, Effect.VIOLATION) <= {"missing-recording-notice"}
    assert hits(results, Effect.PRAISE)
    assert pre_score(load_scorecard("collections"), results).grade == "优秀"


def test_the_threatening_sample_call_is_worth_nothing(pack: Pack) -> None:
    call = sample_call("collections-threat")
    results = evaluate(pack, call.transcript, call.metadata)
    assert hits(results, Effect.VIOLATION) >= THREATS
    score = pre_score(load_scorecard("collections"), results)
    assert (score.total, score.grade) == (0, "不合格")
    assert "no-violence" in score.fatal
