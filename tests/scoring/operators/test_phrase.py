"""What a rule sees of a phrase that Whisper misspelt."""

from dataclasses import replace

import pytest

from models.finding import Answer
from models.transcript import Transcript
from tests.scoring.made_call import ask, call, quoted, with_turn

SHIRKING = "{phrase: [不归我们管], role: agent}"


def heard_with(transcript: Transcript, confidence: float) -> Transcript:
    words = tuple(replace(word, confidence=confidence) for word in transcript.turns[0].words)
    return with_turn(transcript, 0, confidence=max(confidence, 0.5), words=words)


def test_a_misspelling_is_quoted_as_it_stands_with_less_confidence() -> None:
    heard = call("agent: 这个，不贵我们管的。")
    result = ask(SHIRKING, heard)
    (evidence,) = result.evidence
    assert quoted(result, heard.turns) == [evidence.quote] == ["不贵我们管"]
    assert (evidence.start, evidence.end) == (3 * 0.25, 8 * 0.25)
    assert 0.9 < evidence.confidence < 1


def test_exact_takes_only_what_is_written() -> None:
    exact = "{phrase: [不归我们管], exact: true}"
    assert ask(exact, call("agent: 这个不贵我们管")).answer is Answer.CLEAN
    assert ask(exact, call("agent: 这个不归，嗯，我们管")).answer is Answer.HIT
    assert ask("{phrase: [三百块], exact: true}", call("agent: 300元")).answer is Answer.CLEAN


@pytest.mark.parametrize(("confidence", "answer"), [(0.9, Answer.HIT), (0.352, Answer.CANNOT_JUDGE)])
def test_a_badly_heard_misspelling_cannot_be_judged(confidence: float, answer: Answer) -> None:
    assert ask(SHIRKING, heard_with(call("agent: 这个不贵我们管"), confidence)).answer is answer
    assert ask(SHIRKING, heard_with(call("agent: 这个不归我们管"), confidence)).answer is Answer.HIT


def test_an_exception_excuses_a_misspelling_too() -> None:
    refusal = "{phrase: [没有办法处理], unless: '没有办法处理.{0,8}但'}"
    assert ask(refusal, call("agent: 没有半法处里")).answer is Answer.HIT
    assert ask(refusal, call("agent: 没有半法处里，但我可以登记")).answer is Answer.CLEAN


def test_short_phrases_and_amounts_are_not_guessed() -> None:
    assert ask("{phrase: [投诉]}", call("customer: 我要投宿")).answer is Answer.CLEAN
    assert ask("{phrase: [三百元]}", call("agent: 一千三百元")).answer is Answer.CLEAN
    assert ask("{phrase: [四十天]}", call("agent: 十四天")).answer is Answer.CLEAN


def test_a_number_is_quoted_in_the_form_it_has() -> None:
    heard = call("agent: 一共是３００块钱。")
    assert quoted(ask("{phrase: [三百元]}", heard), heard.turns) == ["３００块钱"]


def test_only_repeated_words_are_passed_over() -> None:
    assert ask("{phrase: [谢谢]}", call("agent: 谢您")).answer is Answer.CLEAN
    assert ask("{phrase: [我们不负责]}", call("agent: 我我我们，那个那个，不负责")).answer is Answer.HIT
