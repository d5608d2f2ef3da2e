"""`before`, `after`, `around`: near another place in the call."""

import pytest

from models.errors import BadDefinition
from models.finding import Answer
from scoring.pack import parse_pack
from tests.scoring.made_call import ask, badly_heard, call, pack_of

AFTER = "{phrase: [抱歉], role: agent, after: {phrase: [投诉], role: customer}, within: 5}"
BEFORE = AFTER.replace("after", "before")
AROUND = AFTER.replace("after", "around")
COMPLAINT = {"customer": "我投诉", "pause": 2}


def sorry(pause: float) -> dict[str, object]:
    return {"agent": "抱歉", "pause": pause}


@pytest.mark.parametrize(
    ("lines", "after", "before", "around"),
    [
        (["agent: 您好", COMPLAINT, sorry(2)], "hit", "clean", "hit"),
        (["agent: 抱歉", COMPLAINT, "agent: 好的"], "clean", "hit", "hit"),
        (["agent: 您好", COMPLAINT, sorry(6)], "clean", "clean", "clean"),
        (["agent: 抱歉", "customer: 好"], "not_applicable", "not_applicable", "not_applicable"),
        (["agent: 您好", COMPLAINT, sorry(9), {"customer": "我投诉", "pause": 20}, sorry(1)], "hit", "clean", "hit"),
    ],
    ids=["after it", "before it", "too far", "no complaint", "after the second"],
)
def test_where_it_is_said(lines: list[object], after: str, before: str, around: str) -> None:
    heard = call(*lines)  # type: ignore[arg-type]
    assert [ask(asked, heard).answer for asked in (AFTER, BEFORE, AROUND)] == [after, before, around]


def test_by_turns() -> None:
    next_turn = AFTER.replace("within: 5", "within: {turns: 1}")
    assert ask(next_turn, call("agent: 您好", COMPLAINT, sorry(30))).answer is Answer.HIT
    heard = call("agent: 您好", COMPLAINT, "agent: 哦", "customer: 什么哦", "agent: 抱歉")
    assert ask(next_turn, heard).answer is Answer.CLEAN
    assert ask(next_turn.replace("turns: 1", "turns: 3"), heard).answer is Answer.HIT
    turn_before = next_turn.replace("after", "before")
    assert ask(turn_before, call("agent: 抱歉", {"customer": "我投诉", "pause": 30})).answer is Answer.HIT
    assert ask(turn_before, call("agent: 抱歉", "customer: 嗯", "agent: 哦", COMPLAINT)).answer is Answer.CLEAN


def test_without_a_distance_all_that_comes_after() -> None:
    assert ask(AFTER.replace(", within: 5", ""), call("agent: 您好", COMPLAINT, sorry(300))).answer is Answer.HIT


def test_what_is_missing_after_each_place() -> None:
    missing = AFTER.replace("role: agent", "role: agent, need: none")
    assert ask(missing, call("agent: 您好", COMPLAINT, "agent: 哦")).answer is Answer.HIT
    assert ask(missing, call("agent: 您好", COMPLAINT, sorry(1))).answer is Answer.CLEAN
    assert ask(missing, call("agent: 抱歉", "customer: 好")).answer is Answer.NOT_APPLICABLE


def test_where_nobody_speaks_there_is_nowhere_to_look() -> None:
    assert ask(AFTER, call("agent: 您好", COMPLAINT)).answer is Answer.NOT_APPLICABLE, "the complaint was the last word"
    assert ask(BEFORE, call("customer: 投诉", "agent: 抱歉")).answer is Answer.NOT_APPLICABLE, (
        "the complaint was the first"
    )


def test_a_place_that_is_not_sure_leaves_it_open() -> None:
    heard = call("agent: 您好", COMPLAINT, sorry(2))
    assert ask(AFTER, badly_heard(heard, 1)).answer is Answer.CANNOT_JUDGE
    assert ask(AFTER, badly_heard(heard, 2)).answer is Answer.CANNOT_JUDGE


@pytest.mark.parametrize(
    "asked",
    [
        "regex: 抱.",
        "near: {first: [抱], second: [歉], within: 0}",
        "entity: {kind: amount}",
        "similar: {to: [非常抱歉非常抱歉], at_least: 0.5}",
        "any: [{phrase: [抱歉]}]",
        "not: {phrase: [好的]}",
    ],
)
def test_on_any_operator_with_a_place(asked: str) -> None:
    when = f"{{{asked}, after: {{phrase: [投诉]}}, within: 9}}"
    said = {"agent": "非常抱歉非常抱歉退您五元", "pause": 1}
    assert ask(when, call(COMPLAINT, said)).answer is Answer.HIT
    assert ask(when, call(said, "customer: 好")).answer is Answer.NOT_APPLICABLE


def test_a_silence_after_something() -> None:
    when = "{silence: {at_least: 5}, after: {phrase: [投诉]}, within: 3}"
    assert ask(when, call(COMPLAINT, {"agent": "嗯", "pause": 6})).answer is Answer.HIT
    late = call(COMPLAINT, {"agent": "这样的这样的这样的这样的", "pause": 1}, {"agent": "嗯", "pause": 6})
    assert ask(when, late).answer is Answer.CLEAN


def test_cutting_in_after_something() -> None:
    when = "{overlap: {at_least: 0.5}, after: {phrase: [投诉]}, within: 3}"
    assert ask(when, call("customer: 我投诉你们这个事情", {"agent": "都说了不行", "pause": -1})).answer is Answer.HIT


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("{phrase: [a], within: 3}", "within_what"),
        ("{phrase: [a], before: {phrase: [b]}, after: {phrase: [c]}}", "two_anchors"),
        ("{phrase: [a], around: {phrase: [b]}}", "around_needs_within"),
        ("{duration: {at_least: 3}, after: {phrase: [b]}}", "of_the_whole_call"),
        ("{phrase: [a], after: {phrase: [b]}, within: {}}", "seconds_or_turns"),
        ("{phrase: [a], after: {phrase: [b]}, within: {seconds: 1, turns: 1}}", "seconds_or_turns"),
        ("{phrase: [a], after: {phrase: [b]}, within: soon}", "not_number"),
        ("{phrase: [a], after: {phrase: [b]}, within: 0}", "out_of_range"),
        ("{phrase: [a], aftr: {phrase: [b]}}", "misspelt_key"),
        ("{phrase: [a], after: {frase: [b]}}", "misspelt_key"),
        ("{phrase: [a], after: {phrase: [b]}, within: {turn: 1}}", "misspelt_key"),
        ("{phrase: [a], roel: agent, after: {phrase: [b]}}", "misspelt_key"),
        ("{if: {phrase: [a]}, then: {phrase: [b]}, after: {phrase: [c]}}", "unknown_key"),
        ("{phrase: [a], share: [0.5, 0.2]}", "backwards"),
        ("{phrase: [a], turns: [-1, -3]}", "backwards"),
    ],
)
def test_mistakes(when: str, code: str) -> None:
    with pytest.raises(BadDefinition) as caught:
        pack_of(when)
    reasons = caught.value.details
    assert f"scoring.{code}" in [reason.code for reason in reasons]
    assert all(reason.say("zh") and reason.say("en") for reason in reasons)


def test_a_mistake_in_a_scope_says_its_line_and_the_right_key() -> None:
    text = (
        "pack: p\nversion: 1\nrules:\n- id: a\n  name: a\n  why: a\n  effect: tag\n  when:\n    phrase: [a]\n"
        "    roel: agent\n    after:\n      phrase: [b]\n      nede: all\n"
    )
    with pytest.raises(BadDefinition) as caught:
        parse_pack(text)
    found = [(r.facts["line"], r.facts["path"], r.facts.get("near")) for r in caught.value.details]
    assert (10, "rules[0].when.roel", "role") in found
    assert (13, "rules[0].when.after.nede", "need") in found
