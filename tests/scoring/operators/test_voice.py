"""`silence`, `overlap`, `speech_rate`, `duration`."""

from dataclasses import replace
from typing import Any

import pytest

from models.finding import Answer
from models.transcript import Role, RoleVoice, VoiceMeasures
from tests.scoring.made_call import ask, badly_heard, call, unknown

UNEXCUSED = "{silence: {at_least: 10, excused_by: [请稍等], excused_for: 60}, role: agent}"


def after(before: str, seconds: float, then: str = "agent: 查到了") -> list[Any]:
    role, text = then.split(": ")
    return [before, {role: text, "pause": seconds}]


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (after("agent: 我看一下", 12), Answer.HIT),
        (after("agent: 我看一下", 12, "customer: 喂"), Answer.HIT),
        (after("customer: 怎么办", 12), Answer.HIT),
        (after("customer: 怎么办", 12, "customer: 喂"), Answer.HIT),
        (after("agent: 我看一下", 9), Answer.CLEAN),
        (after("agent: 好的，请稍等", 12), Answer.CLEAN),
        (after("agent: 请稍等", 59), Answer.CLEAN),
        (after("agent: 请稍等", 61), Answer.HIT),
        (after("customer: 请稍等", 12), Answer.HIT),
        (after("agent: 请问卡号是多少？", 12, "customer: 我找找"), Answer.CLEAN),
        (after("agent: 请提供一下卡号", 12, "agent: 您还在吗"), Answer.CLEAN),
    ],
)
def test_whose_silence_it_is(lines: list[Any], answer: Answer) -> None:
    assert ask(UNEXCUSED, call(*lines)).answer is answer


def test_an_excuse_long_ago_is_none() -> None:
    lines = ["agent: 请稍等", {"agent": "是这样的" * 20, "pause": 1}, {"agent": "查到了", "pause": 12}]
    assert ask(UNEXCUSED, call(*lines)).answer is Answer.HIT


def test_silence_has_its_own_seconds() -> None:
    (evidence,) = ask(UNEXCUSED, call(*after("agent: 我看一下", 12))).evidence
    assert (evidence.start, evidence.end, evidence.role, evidence.turn) == (1.0, 13.0, Role.AGENT, None)


def test_an_excuse_that_may_have_been_said_leaves_it_open() -> None:
    result = ask(UNEXCUSED, badly_heard(call(*after("agent: 我看一下", 12)), 0))
    assert result.answer is Answer.CANNOT_JUDGE
    assert result.reason is not None
    assert result.reason.code == "scoring.excuse_unheard"


def test_silence_between_unknown_speakers_is_nobodys() -> None:
    assert ask(UNEXCUSED, unknown(call(*after("agent: 我看一下", 12)))).answer is Answer.CANNOT_JUDGE


def test_silence_as_often_as_asked() -> None:
    twice = "{silence: {at_least: 10, times: 2}, role: agent}"
    once = after("agent: 我看一下", 12)
    assert ask(twice, call(*once)).answer is Answer.CLEAN
    assert ask(twice, call(*once, *after("agent: 再看一下", 12))).answer is Answer.HIT


CUTS_IN = "{overlap: {at_least: 0.8}, role: agent}"


def test_cutting_in_is_quoted() -> None:
    result = ask(CUTS_IN, call("customer: 我想问一下那个物业费", {"agent": "今年都涨了", "pause": -1}))
    assert [(one.turn, one.quote) for one in result.evidence] == [(1, "今年都涨了")]


@pytest.mark.parametrize("listening", ["嗯", "对对", "好的。", "嗯，是的"])
def test_listening_is_not_cutting_in(listening: str) -> None:
    heard = call("customer: 我想问一下那个物业费", {"agent": listening, "pause": -1}, "customer: 还有")
    assert ask(CUTS_IN, heard).answer is Answer.CLEAN


@pytest.mark.parametrize(("line", "pause"), [("agent", -0.5), ("customer", -1)])
def test_short_overlaps_and_the_others_are_not_counted(line: str, pause: float) -> None:
    first = "customer" if line == "agent" else "agent"
    heard = call({first: "我想问一下那个物业费"}, {line: "今年都涨了", "pause": pause})
    assert ask(CUTS_IN, heard).answer is Answer.CLEAN


def test_two_who_begin_together_interrupt_nobody() -> None:
    together = call("agent: 您好", "customer: 我想问一下那个物业费", {"agent": "今年都涨了", "pause": -2.5})
    assert ask(CUTS_IN, together).answer is Answer.HIT
    assert ask("{overlap: {at_least: 0.8, delay: 1}}", together).answer is Answer.CLEAN
    later = call("customer: 我想问一下那个物业费", {"agent": "今年都涨了", "pause": -1})
    assert ask("{overlap: {at_least: 0.8, delay: 1}}", later).answer is Answer.HIT


def test_silences_and_overlaps_of_a_part_of_the_call() -> None:
    early = [*after("agent: 我看一下", 12), {"agent": "好" * 200, "pause": 0.1}]
    first, last = ("{silence: {at_least: 10}, seconds: {first: 20}}", "{silence: {at_least: 10}, seconds: {last: 20}}")
    assert ask(first, call(*early)).answer is Answer.HIT
    assert ask(last, call(*early)).answer is Answer.CLEAN
    cut = call("customer: 我想问一下那个物业费", {"agent": "今年都涨了", "pause": -1}, {"customer": "好" * 100})
    assert ask("{overlap: {at_least: 0.8}, share: [0, 0.5]}", cut).answer is Answer.HIT
    assert ask("{overlap: {at_least: 0.8}, share: [0.5, 1]}", cut).answer is Answer.CLEAN
    assert ask("{silence: {at_least: 3}, turns: [7, 9]}", cut).answer is Answer.CANNOT_JUDGE, "no such turns"


def test_one_channel_hides_overlaps() -> None:
    result = ask(CUTS_IN, call("customer: 我想问", "agent: 您说", channels=1))
    assert result.answer is Answer.CANNOT_JUDGE
    assert result.reason is not None
    assert result.reason.code == "scoring.one_channel"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("{silence: {at_least: 3}, role: agent}", "no_silences"),
        ("{slow_answer: {at_least: 3}}", "no_silences"),
        (CUTS_IN, "no_overlaps"),
    ],
)
def test_what_was_not_measured_is_not_judged(asked: str, code: str) -> None:
    heard = replace(call(*after("agent: 我看一下", 12)), voice=VoiceMeasures())
    result = ask(asked, heard)
    assert (result.answer, result.reason and result.reason.code) == (Answer.CANNOT_JUDGE, f"scoring.{code}")


@pytest.mark.parametrize(("rate", "answer"), [(250, Answer.CLEAN), (320, Answer.HIT), (None, Answer.CANNOT_JUDGE)])
def test_speech_rate(rate: float | None, answer: Answer) -> None:
    heard = call("agent: 您好")
    heard = replace(heard, voice=replace(heard.voice, roles={Role.AGENT: RoleVoice(1, rate)}))
    assert ask("{speech_rate: {at_least: 300}, role: agent}", heard).answer is answer


@pytest.mark.parametrize(("bounds", "answer"), [("at_least: 5", Answer.HIT), ("at_most: 5", Answer.CLEAN)])
def test_duration(bounds: str, answer: Answer) -> None:
    assert ask(f"{{duration: {{{bounds}}}}}", call("agent: " + "您" * 40)).answer is answer
