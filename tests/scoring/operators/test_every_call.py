"""What holds of every operator on every call."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.call import Metadata
from models.finding import Answer
from models.transcript import Role, Transcript
from scoring.evaluate import evaluate
from scoring.pack import parse_pack
from tests.scoring.made_call import badly_heard, call, unknown

ASKED = [
    "near: {first: [保证], second: [收益], within: 3}, role: agent",
    "near: {first: [保证], second: [收益], within: 3, across: true}",
    "script: {text: '理财非存款，____须谨慎'}, role: agent",
    "not: {script: {text: 理财非存款投资须谨慎}, role: agent}",
    "similar: {to: [保证您有收益], at_least: 0.6}, role: agent",
    "repeat: {times: 2, shortest: 2}, role: agent",
    "entity: {kind: [number, phone, amount, name, id_card, bank_card]}, role: customer",
    "silence: {at_least: 2, excused_by: [请稍等]}, role: agent",
    "overlap: {at_least: 0.5}, role: agent",
    "slow_answer: {at_least: 2, excused_by: [请稍等]}",
    "late_hangup: {at_most: 1, farewell: [再见]}",
    "talk_share: {at_least: 0.5}",
    "then: {first: {phrase: [投诉]}, next: {phrase: [保证], role: agent}, within: {turns: 1}}",
    "if: {phrase: [投诉]}, then: {phrase: [收益], need: none, role: agent}, within: {turns: 2}",
    "phrase: [收益], role: agent, after: {phrase: [保证]}, within: 3",
    "phrase: [收益], need: none, role: agent, before: {phrase: [投诉]}, within: {turns: 1}",
    "silence: {at_least: 2}, around: {phrase: [投诉]}, within: 3",
]
PACK = parse_pack(
    "pack: p\nversion: 1\nrules:\n"
    + "".join(
        f"- {{id: asked-{n}, name: 问, why: 测试, effect: tag, when: {{{one}}}}}\n" for n, one in enumerate(ASKED)
    )
)
METADATA = Metadata()
SAID = [
    "保证收益",
    "理财非存款，投资须谨慎。",
    "我要投诉",
    "请稍等",
    "再见",
    "幺三八零零幺三八零零零",
    "三百元",
    "嗯",
    "，",
    "保证您有收益的",
]
ROLES = st.sampled_from(["agent", "customer", "unknown"])
line = st.tuples(ROLES, st.sampled_from(SAID), st.sampled_from([-0.8, 0.2, 1, 3]))
calls = st.lists(line, min_size=1, max_size=6).map(
    lambda lines: call(*({role: text, "pause": pause} for role, text, pause in lines))
)


def answers(heard: Transcript) -> list[Answer]:
    return [result.answer for result in evaluate(PACK, heard, METADATA)]


@settings(deadline=None, max_examples=60)
@given(calls)
def test_a_hit_has_evidence_inside_the_call_and_its_turn(heard: Transcript) -> None:
    for result in evaluate(PACK, heard, METADATA):
        assert (result.reason is not None) == (result.answer is Answer.CANNOT_JUDGE)
        assert result.evidence or result.answer is not Answer.HIT
        for one in result.evidence:
            assert 0 <= one.start <= one.end <= heard.recording.seconds + 1e-9
            if one.turn is not None and one.span:
                assert one.quote.startswith(heard.turns[one.turn].text[slice(*one.span)])


@settings(deadline=None, max_examples=60)
@given(calls, st.integers(0, 5))
def test_hearing_worse_accuses_nobody(heard: Transcript, index: int) -> None:
    worse = badly_heard(heard, index % len(heard.turns))
    for asked, well, badly in zip(ASKED, answers(heard), answers(worse), strict=True):
        assert badly is not Answer.HIT or well is Answer.HIT, asked


@settings(deadline=None, max_examples=60)
@given(calls)
def test_not_knowing_the_speakers_accuses_nobody(heard: Transcript) -> None:
    roles = {turn.role for turn in heard.turns}
    for asked, well, badly in zip(ASKED, answers(heard), answers(unknown(heard)), strict=True):
        if "role" in asked and {Role.AGENT, Role.CUSTOMER} <= roles:
            assert badly is not Answer.HIT or well is Answer.HIT, asked


@pytest.mark.parametrize("asked", range(len(ASKED)))
def test_a_recording_without_words_is_no_hit(asked: int) -> None:
    nothing = replace(call("agent: 您好"), turns=())
    assert answers(nothing)[asked] is not Answer.HIT or "talk_share" in ASKED[asked]
