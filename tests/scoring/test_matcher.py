"""The matcher on phrases as Whisper writes them and on near misses: the figures that the documentation quotes."""

from pathlib import Path

import pytest
import yaml

from models.finding import Answer
from scoring.normalise import normalise
from scoring.phrases import PhraseIndex
from tests.scoring.made_call import ask, call

CORPUS = yaml.safe_load((Path(__file__).parent / "matcher_corpus.yaml").read_text("utf8"))
RECALL, PRECISION = 0.99, 0.975
BY_SOUND_ALONE = {"我帮您查一下", "挂断电话", "要饭的来了"}
"""Near misses that sound alike and are no word of their own: a sound cannot tell them."""


def cases(kind: str) -> list[list[str]]:
    return [line.split(" | ", 2) for line in CORPUS[kind]]


def found(phrase: str, text: str, unless: str = "", *, exact: bool = False) -> bool:
    more = f", unless: '{unless}'" * bool(unless) + ", exact: true" * exact
    return ask(f"{{phrase: ['{phrase}']{more}}}", call({"agent": text})).answer is Answer.HIT


def heard(phrase: str, text: str, *unsure: str) -> bool:
    """Whether it is found where Whisper was not sure of some characters and was of all others."""
    return phrase in PhraseIndex([phrase]).find(text, [0.4 if one in unsure else 0.99 for one in text])


def test_recall_and_precision() -> None:
    said, near = cases("said"), cases("near")
    assert min(len(said), len(near)) >= 120
    hits = sum(found(*case) for case in said)
    wrong = [case[0] for case in near if found(*case)]
    assert set(wrong) <= BY_SOUND_ALONE
    assert hits / len(said) >= RECALL
    assert hits / (hits + len(wrong)) >= PRECISION


def test_exact_matching_alone_would_not_do() -> None:
    said = [(normalise(phrase).text, normalise(text).text) for phrase, text in cases("said")]
    assert sum(phrase in text for phrase, text in said) / len(said) < 0.1


@pytest.mark.parametrize("case", [case for case in cases("near") if len(case) == 3], ids=lambda case: case[0])
def test_what_no_sound_tells_the_rule_must(case: list[str]) -> None:
    phrase, text, unless = case
    assert found(phrase, text), "the words are there, or sound so"
    assert not found(phrase, text, unless)


@pytest.mark.parametrize("case", cases("alike"), ids=lambda case: case[0])
def test_what_is_meant_to_the_letter_can_be_asked_for(case: list[str]) -> None:
    assert not found(*case, exact=True)


def test_where_whisper_was_not_sure_what_it_wrote_counts_less() -> None:
    assert heard("我想要退保", "您好我想要退防", "防")
    assert not heard("我要退保", "您好我要退防")


def test_however_unsure_whisper_was_the_shortest_phrases_must_sound_right_throughout() -> None:
    assert not heard("要不要脸", "您看要不要对", "对")
    assert heard("要不要脸", "你要不要练", "练")


def test_however_unsure_whisper_was_most_syllables_must_be_right() -> None:
    assert not heard("致电云帆银行", "去电云灾银行", "去", "灾")
    assert not heard("定期存款产品", "定期存款是保", "是", "保")


def test_where_whisper_was_not_sure_no_other_word_speaks_against_it() -> None:
    assert heard("投诉专席在吗", "投诉珍惜在吗", "珍", "惜")
    assert not heard("投诉专席在吗", "投诉珍惜在吗")


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("我不同意这样", "我同意这样"),
        ("不归我们管", "归我们管"),
        ("三百块钱吧", "五百块钱吧"),
        ("我要买这个", "我要卖这个"),
        ("我同意这样", "不同意这样"),
        ("不是我的错", "还是我的错"),
        ("每个月还款", "三个月还款"),
        ("尾号八八一七的账户", "尾号八八七一的账户"),
        ("尾号八八一七的账户", "尾号881的账户"),
        ("罚款三百块钱", "罚款三万块钱"),
        ("一共三百元费用", "一共一千三百元费用"),
        ("在十天之内还款", "在是天之内还款"),
        ("五条件退款吧", "无条件退款吧"),
        ("从一六年开始", "从流量开始"),
        ("罚款五万元整", "罚款五块元整"),
    ],
)
def test_not_even_then_is_the_opposite_or_another_amount_heard(phrase: str, text: str) -> None:
    assert not heard(phrase, text, *text)


def test_where_whisper_guessed_a_negation_or_a_digit_may_be_what_sounds_so() -> None:
    assert heard("我来交物业费", "我来交物业非", "非")
    assert not heard("我来交物业费", "我来交物业非")
    assert heard("云帆银行信用卡", "云三银行信用卡", "三")
    assert not heard("云帆银行信用卡", "云三银行信用卡")


def test_where_whisper_guessed_a_number_may_be_what_only_sounds_so() -> None:
    assert heard("退到尾号八八一七的账户", "退到委号881期的账户", "委", "期")
    assert heard("这个月的十九块九", "这个月的19块酒", "酒")
    assert heard("需要罚款三百元", "需要罚款散白元", "散", "白")
    assert not heard("退到尾号八八一七的账户", "退到尾号881期的账户")
    assert not heard("需要罚款三百元", "需要罚款散白元")


def test_a_digit_may_only_sound_like_what_was_said() -> None:
    assert found("就到期了", "下个月就到七了")
    assert not found("就七天的", "就期天的")
    assert not found("每个月还款", "三个月还款")
    assert not found("是我的工号", "四我的工号")


def test_a_phrase_much_longer_than_the_text_is_looked_for_and_not_found() -> None:
    phrase = "为了保障您的账户安全麻烦您提供一下身份证号码谢谢您的配合"
    assert phrase not in PhraseIndex([phrase]).find("配合")
    assert phrase in PhraseIndex([phrase]).find(phrase.replace("账户", "帐户").replace("麻烦", "马烦"))


def test_all_phrases_in_one_index_find_what_each_finds_alone() -> None:
    pairs = [(normalise(case[0]).text, normalise(case[1]).text) for case in (*cases("said"), *cases("near"))]
    together = PhraseIndex(phrase for phrase, _ in pairs)
    for phrase, text in pairs:
        alone = PhraseIndex([phrase]).find(text).get(phrase, [])
        assert together.find(text).get(phrase, []) == alone
