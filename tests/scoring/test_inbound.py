"""Whole inbound calls by another hand than the pack's, written blind, and correct sentences full of trap words."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from models.call import Direction, Metadata
from models.finding import Answer, Effect, RuleResult
from scoring.case import read_case
from scoring.evaluate import evaluate
from scoring.pack import Pack
from scoring.prescore import pre_score
from scoring.scorecard import load_scorecard
from tests.scoring.shipped import shipped_pack

FILE: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("inbound_calls.yaml").read_text("utf8"))
CALLS: list[dict[str, Any]] = FILE["calls"]
SENTENCES: list[str] = FILE["sentences"]
GRADES = {"good": {"优秀"}, "mediocre": {"良好", "合格"}, "bad": {"不合格"}}
OPENING = [
    "agent: 您好，三二一零号为您服务，请问有什么可以帮您？",
    "customer: 你好，我想问一下我那个单子。",
]
CLOSING = [
    "customer: 哦，好的，明白了。",
    "agent: 请问还有其他可以帮您的吗？",
    "customer: 没有了。",
    "agent: 请您稍后对我的服务做出评价，感谢来电，再见。",
]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return shipped_pack("inbound-service")


def judged(pack: Pack, lines: list[Any]) -> tuple[RuleResult, ...]:
    return evaluate(pack, read_case({"lines": lines}).transcript(), Metadata(direction=Direction.INBOUND))


def hits(results: tuple[RuleResult, ...], *effects: Effect) -> set[str]:
    return {one.rule for one in results if one.answer is Answer.HIT and one.effect in effects}


@pytest.mark.parametrize("call", CALLS, ids=[call["title"] for call in CALLS])
def test_a_whole_call_is_found_to_break_what_it_breaks_and_no_more(call: dict[str, Any], pack: Pack) -> None:
    results = judged(pack, call["lines"])
    violations = hits(results, Effect.VIOLATION)
    assert violations - set(call.get("arguable", [])) == set(call["breaks"])
    assert hits(results, Effect.PRAISE, Effect.TAG) - set(call.get("arguable", [])) == set(call["notes"])


@pytest.mark.parametrize("call", CALLS, ids=[call["title"] for call in CALLS])
def test_grades_follow_the_quality_a_person_heard(call: dict[str, Any], pack: Pack) -> None:
    score = pre_score(load_scorecard("inbound-service"), judged(pack, call["lines"]))
    assert score.grade in GRADES[call["quality"]], score.total


def test_known_misses_are_still_missed(pack: Pack) -> None:
    """What is heard at last belongs under breaks or notes."""
    found = [
        (call["title"], rule)
        for call in CALLS
        for rule in call.get("misses", [])
        if rule in hits(judged(pack, call["lines"]), *Effect)
    ]
    assert found == []


def test_what_honest_agents_say_is_no_violation(pack: Pack) -> None:
    assert hits(judged(pack, [*OPENING, *CLOSING]), *Effect) == set()
    accused = {
        sentence: rules
        for sentence in SENTENCES
        if (rules := hits(judged(pack, [*OPENING, f"agent: {sentence}", *CLOSING]), Effect.VIOLATION))
    }
    assert accused == {}
