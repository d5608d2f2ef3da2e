"""`phrase` and `regex`."""

import time

import pytest

from models.finding import Answer
from tests.scoring.made_call import ask, call, quoted

CALL = call("agent: 您好，感谢您的来电，请稍后评价，再见。")


@pytest.mark.parametrize(
    ("need", "answer"),
    [("any", Answer.HIT), ("all", Answer.CLEAN), ("2", Answer.HIT), ("3", Answer.CLEAN), ("none", Answer.CLEAN)],
)
def test_how_many_different_phrases_are_needed(need: str, answer: Answer) -> None:
    assert ask(f"{{phrase: [您好, 再见, 工号], need: {need}}}", CALL).answer is answer


def test_the_same_phrase_twice_counts_once() -> None:
    assert ask("{phrase: [您好, 再见], need: 2}", call("agent: 您好您好")).answer is Answer.CLEAN


REFUSAL = "{phrase: [没办法], role: agent, unless: '没办法.{0,20}(但|可以)'}"


def test_an_exception_that_overlaps_excuses() -> None:
    assert ask(REFUSAL, call("agent: 我没办法立刻到账，但我可以帮您加急。")).answer is Answer.CLEAN


def test_an_exception_elsewhere_does_not() -> None:
    result = ask(REFUSAL, call("agent: 我可以查一下。", "customer: 怎么样？", "agent: 我没办法。"))
    assert result.answer is Answer.HIT


def test_each_place_is_excused_by_itself() -> None:
    heard = call("agent: 我没办法立刻到账，但可以加急。", {"agent": "别的我没办法。", "pause": 3})
    (evidence,) = ask(REFUSAL, heard).evidence
    assert evidence.turn == 1


def test_a_pattern_reports_the_words_as_they_stand() -> None:
    heard = call("agent: 您自己，去找，厂家吧。")
    result = ask("{regex: '自己去?找(厂家|商家)', role: agent}", heard)
    assert quoted(result, heard.turns) == ["自己，去找，厂家"]


def test_what_two_patterns_find_is_one_finding() -> None:
    assert len(ask("{regex: [绝对没问题, 绝对.问题]}", call("agent: 绝对没问题")).evidence) == 1


def test_patterns_are_edges_of_what_one_speaker_says() -> None:
    heard = call("customer: 喂", "agent: 喂你好", "customer: 那个喂")
    assert [evidence.turn for evidence in ask("{regex: ^喂}", heard).evidence] == [0, 1]
    assert [evidence.turn for evidence in ask("{regex: 喂$}", heard).evidence] == [0, 2]


def test_capitals_in_a_pattern_match() -> None:
    assert ask("{regex: 'VIP用户'}", call("agent: 您是ＶＩＰ用户")).answer is Answer.HIT


def test_a_runaway_pattern_is_stopped_and_the_rule_not_judged() -> None:
    started = time.perf_counter()
    result = ask("{regex: '(啊|啊啊)+哼'}", call("agent: " + "啊" * 60 + "哦哼"))
    assert result.answer is Answer.CANNOT_JUDGE
    assert result.reason is not None
    assert result.reason.code == "scoring.slow_pattern"
    assert time.perf_counter() - started < 5
