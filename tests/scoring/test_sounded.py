"""What sounds alike is alike, wherever whole sentences are compared."""

import pytest

from models.finding import Answer
from scoring.phrases import Occurrence
from scoring.sounded import Sounds, length
from tests.scoring.made_call import ask, call


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("工号", "公号", True),
        ("退宝", "退保", True),
        ("自己", "智己", True),
        ("三百五十块", "350元", True),
        ("谢谢您", "谢谢谢谢您", True),
        ("不行", "部行", False),
        ("买进", "卖进", False),
        ("是", "四", False),
        ("三千", "两千", False),
        ("退保", "投保", False),
    ],
)
def test_what_sounds_alike(one: str, other: str, alike: bool) -> None:  # noqa: FBT001
    sounds = Sounds("")
    assert (sounds.of(one) == sounds.of(other)) is alike


def test_symbols_lead_back_to_the_text() -> None:
    said = Sounds("一共三百五十块谢谢谢谢您\n好的").heard
    first, end = said.span(Occurrence(2, 7))
    assert end - first == 2, "a number and 元"
    assert said.place(first, end) == Occurrence(2, 7)
    assert said.place(*said.span(Occurrence(7, 12))).end == 12


def test_how_many_characters_are_said() -> None:
    assert (length("谢谢谢谢您"), length("三百五"), length("请稍等")) == (2, 3, 3)


NOTICE = "{script: {text: '本次通话将被录音，理财非存款，产品有风险', at_least: 0.9}, role: agent}"


def test_a_script_is_said_though_whisper_misspelt_half_of_it() -> None:
    heard = call("agent: 本次痛话将被路音，里才非存款，产品有风险。")
    result = ask(NOTICE, heard)
    assert result.answer is Answer.HIT
    assert [one.quote for one in result.evidence] == ["本次痛话将被路音，里才非存款，产品有风险"]


def test_a_script_with_a_number_is_said_in_any_form() -> None:
    script = "{script: {text: '逾期按每日万分之五加收，共3500元', at_least: 1}}"
    assert ask(script, call("agent: 逾期按每日万分之五加收，共三千五百块")).answer is Answer.HIT
    assert ask(script, call("agent: 逾期按每日万分之五加收，共三千四百块")).answer is Answer.CLEAN


def test_a_script_that_turns_on_a_negation_is_not_said_without_it() -> None:
    script = "{script: {text: 产品不保本不保息, at_least: 1}}"
    assert ask(script, call("agent: 产品不保本不保习")).answer is Answer.HIT
    assert ask(script, call("agent: 产品部保本不保息")).answer is Answer.CLEAN


def test_a_sentence_is_like_one_that_sounds_so() -> None:
    heard = call("agent: 先生我非常李姐您现在的新情，请稍等。")
    (evidence,) = ask("{similar: {to: [我非常理解您现在的心情], at_least: 0.9}}", heard).evidence
    assert evidence.quote == "我非常李姐您现在的新情"


ASKED = "{near: {first: [工号], second: [为您服务], within: 8}, role: agent}"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("公号三零二六为您服务", Answer.HIT),
        ("工号三零二六为您服务", Answer.HIT),
        ("公号三零二六", Answer.CLEAN),
        ("公号三零二六，给大家办事", Answer.CLEAN),
        ("公告三零二六为您服务", Answer.CLEAN),
    ],
    ids=["sounds so", "said", "alone", "the other not said", "another word"],
)
def test_of_a_pair_one_may_only_sound_so(said: str, answer: Answer) -> None:
    assert ask(ASKED, call({"agent": said})).answer is answer


def test_a_pair_says_what_was_meant() -> None:
    (evidence,) = ask(ASKED, call("agent: 公号三零二六为您服务")).evidence
    assert (evidence.quote, evidence.meant) == ("公号三零二六为您服务", "工号…为您服务")
    assert evidence.confidence == pytest.approx(0.9)
