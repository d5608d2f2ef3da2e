"""Rules of which no word was said answer together; nobody may notice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.call import Direction, Metadata
from models.transcript import Transcript
from scoring.evaluate import evaluate
from scoring.heard import Heard
from scoring.pack import parse_pack, shipped_packs
from tests.scoring.made_call import badly_heard, call, unknown
from tests.scoring.operators.test_every_call import ASKED, calls
from tests.scoring.shipped import shipped_pack

WORDS = ["投诉", "保证", "再见", "从来没有人说过的话"]
SHAPES = [
    "phrase: [WORD], role: agent",
    "regex: WORD, role: agent",
    "phrase: [WORD], need: none, role: agent, seconds: {first: 4}",
    "regex: WORD, unless: WORD了, need: none, turns: [-1, -1]",
    "all: [{phrase: [WORD]}, {not: {regex: WORD}}]",
    "any: [{phrase: [WORD], need: none, role: customer}, {near: {first: [WORD], second: [收益], within: 3}}]",
    "if: {meta: {field: direction, value: inbound}}, then: {phrase: [WORD], need: none}",
    "then: {first: {phrase: [投诉]}, next: {phrase: [WORD], need: none}, within: {turns: 1}}",
    "phrase: [WORD], need: none, after: {phrase: [投诉]}, within: 3",
    "silence: {at_least: 2, excused_by: [WORD]}, role: agent",
    "late_hangup: {at_most: 1, farewell: [WORD]}",
]


def pack_of_all(conditions: list[str]) -> str:
    return "pack: p\nversion: 1\nrules:\n" + "".join(
        f"- {{id: asked-{n}, name: 问, why: 测试, effect: tag, when: {{{one}}}}}\n" for n, one in enumerate(conditions)
    )


TOGETHER = parse_pack(pack_of_all([*ASKED, *(shape.replace("WORD", word) for shape in SHAPES for word in WORDS)]))


@settings(deadline=None, max_examples=150)
@given(calls, st.sampled_from(["well", "badly", "unknown"]), st.sampled_from([None, Direction.INBOUND]))
def test_each_rule_answers_as_if_it_had_been_asked_by_itself(
    heard: Transcript, how: str, direction: Direction | None
) -> None:
    heard = unknown(heard) if how == "unknown" else badly_heard(heard, 0) if how == "badly" else heard
    metadata = Metadata(direction=direction)
    whole = Heard(heard, metadata, TOGETHER.phrases, TOGETHER.patterns)
    for rule, result in zip(TOGETHER.rules, evaluate(TOGETHER, heard, metadata), strict=True):
        verdict = rule.when.ask(whole)
        assert (result.rule, result.answer) == (rule.id, verdict.answer)
        assert result.reason is None or result.reason == verdict.reason
        assert set(result.evidence) <= set(verdict.evidence)


@pytest.mark.parametrize("name", shipped_packs())
def test_few_rules_are_asked_one_by_one_where_nothing_was_said(name: str) -> None:
    pack = shipped_pack(name)
    asleep = len(pack.questions.groups)
    assert asleep < len(pack.rules)
    assert sorted(number for group in pack.questions.groups for number in group) == list(range(len(pack.rules)))


def test_what_was_found_wakes_the_rules_that_asked_for_it() -> None:
    pack = parse_pack(pack_of_all(["phrase: [投诉]", "regex: 保证", "all: [{phrase: [再见]}, {regex: 投诉}]"]))
    assert pack.questions.woken({"投诉": []}, {}) == {0}
    assert pack.questions.woken({"再见": []}, {"保证": []}) == {1, 2}


def test_what_was_meant_is_told_as_the_author_wrote_it() -> None:
    pack = parse_pack(pack_of_all(["phrase: ['我要退保！您听好']", "phrase: [三百元]"]))
    first, second = evaluate(pack, call("customer: 我要推宝您听好，三百块"), Metadata())
    assert [one.meant for one in first.evidence] == ["我要退保！您听好"]
    assert [one.meant for one in second.evidence] == [""], "the same words, written otherwise"
    (said,) = evaluate(pack, call("customer: 我要退保您听好"), Metadata())[0].evidence
    assert said.meant == ""
