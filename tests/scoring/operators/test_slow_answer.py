from dataclasses import replace

import pytest

from models.finding import Answer
from models.transcript import Role, RoleVoice
from tests.scoring.made_call import ask, badly_heard, call, unknown

SLOW = "{slow_answer: {at_least: 5, excused_by: [请稍等]}, role: agent}"


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["customer: 怎么还没到账", {"agent": "我看看", "pause": 6}], Answer.HIT),
        (["customer: 怎么还没到账", {"customer": "喂", "pause": 6}], Answer.HIT),
        (["customer: 怎么还没到账", {"agent": "我看看", "pause": 4}], Answer.CLEAN),
        (["agent: 请问卡号", {"customer": "我找找", "pause": 9}], Answer.CLEAN),
        (["agent: 我看一下", {"agent": "查到了", "pause": 9}], Answer.CLEAN),
        (["agent: 请稍等", "customer: 好", {"agent": "查到了", "pause": 9}], Answer.CLEAN),
    ],
    ids=["slow", "asked again", "in time", "the customer looks", "nobody asked", "excused"],
)
def test_who_waits_for_whom(lines: list[object], answer: Answer) -> None:
    assert ask(SLOW, call(*lines)).answer is answer  # type: ignore[arg-type]


def test_the_wait_is_the_evidence() -> None:
    (evidence,) = ask(SLOW, call("customer: 怎么还没到账", {"agent": "我看看", "pause": 6})).evidence
    assert (evidence.start, evidence.end, evidence.role) == (1.5, 7.5, Role.AGENT)


def test_as_often_as_asked() -> None:
    slow = ["customer: 怎么还没到账", {"agent": "我看看", "pause": 6}]
    twice = SLOW.replace("at_least: 5", "at_least: 5, times: 2")
    assert ask(twice, call(*slow)).answer is Answer.CLEAN  # type: ignore[arg-type]
    assert ask(twice, call(*slow, *slow)).answer is Answer.HIT  # type: ignore[arg-type]


def test_unknown_speakers_and_an_excuse_not_heard_leave_it_open() -> None:
    heard = call("agent: 那我看一下", "customer: 快点", {"agent": "查到了", "pause": 6})
    assert ask(SLOW, unknown(heard)).answer is Answer.CANNOT_JUDGE
    result = ask(SLOW, badly_heard(heard, 0))
    assert (result.answer, result.reason and result.reason.code) == (Answer.CANNOT_JUDGE, "scoring.excuse_unheard")


def test_only_in_the_part_of_the_call_asked_for() -> None:
    heard = call("agent: 您好", "customer: 怎么还没到账", {"agent": "我看看", "pause": 6}, "agent: 好了好了好了好了")
    assert ask("{slow_answer: {at_least: 5}, seconds: {first: 2}}", heard).answer is Answer.CLEAN
    assert ask("{slow_answer: {at_least: 5}, seconds: {first: 8}}", heard).answer is Answer.HIT


@pytest.mark.parametrize(("response", "answer"), [(3.0, Answer.HIT), (1.0, Answer.CLEAN), (None, Answer.CANNOT_JUDGE)])
def test_slow_as_a_rule(response: float | None, answer: Answer) -> None:
    heard = call("customer: 你好", "agent: 您好")
    voice = {Role.AGENT: RoleVoice(1, response=response)}
    heard = replace(heard, voice=replace(heard.voice, roles=voice))
    assert ask("{slow_answer: {median: 2.5}}", heard).answer is answer
