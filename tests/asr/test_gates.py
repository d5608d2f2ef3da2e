import pytest

from asr.gates import Attempt, doubts, stock_phrases, unheard
from models.transcript import Word

PROMPT = "以下是普通话的句子，有标点符号。"


def doubts_about(text: str, *, seconds: float = 5.0, log_probability: float = -0.3, **how: float) -> tuple[str, ...]:
    no_speech, capped = how.get("no_speech", 0.1), bool(how.get("capped", 0))
    return doubts(Attempt(text, log_probability, no_speech, capped, seconds), PROMPT)


@pytest.mark.parametrize(
    "text",
    [
        "您好，请问有什么可以帮您？",
        "好的好的好的，没问题。",
        "对对对对对对。",
        "嗯嗯，行行行，那就这样吧。",
        "一三八零零一三八零零零",
        "零零零零零零，后面是二二七九。",
        "我的号码是13800138000，对，13800138000。",
        "幺三八零零幺三八零零零，幺三八零零幺三八零零零，记下来了吗？",
        "八八八幺零零幺零，八八八幺零零幺零，对。",
        "嗯嗯嗯，好好好，对对对，嗯，好的好的好的。",
        "谢谢，谢谢谢谢，谢谢啊。",
        "不是不是不是，我不是不要，我是不是要先退？",
        "W W W 点 A A A 点 C O M，A A A，三个 A。",
        "上行速率20M下行速率1M，上行速率50M下行速率15M。",
        "感谢您的来电，请稍后对我的服务做出评价。",
        "普通话",
        "您可以点赞，也可以订阅我们的公众号。",
    ],
)
def test_what_callers_say_is_not_doubted(text: str) -> None:
    assert doubts_about(text) == ()


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("土地红利与人口红利。土地红利与人口红利。土地红利与人口红利。土地红利与人口红利。", "repetition"),
        ("CZF4CZF4CZF4CZF4CZF4CZF4", "repetition"),
        ("我我我我我我我我我我我我我我我我", "repetition"),
        ("诶诶诶诒诶诶诶诶诒诶诶诶诒诶", "repetition"),
        ("诶诶诶语诶诶诸语诸语诶诸诸诸诶诸试试试诸试诸诸试", "repetition"),
        ("试试识诎试试诎试诒诎试诎诎试识诎诎诎诒试诎诒", "repetition"),
        (
            "土地红利与人口红利。土地红利与人口的红利。土地红利与人口红利。土地红利和人口红利。土地红利与人口红利。",
            "repetition",
        ),
        ("0000 1000 0010 0000 0010 0000", "repetition"),
        ("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", "stock_phrase"),
        ("中文字幕志愿者 杨茜茜", "stock_phrase"),
        ("谢谢观看，我们下期再见。", "stock_phrase"),
        ("字幕由 Amara.org 社群提供", "stock_phrase"),
        ("请按赞、订阅、转发、转发、订阅。", "stock_phrase"),
        ("以下是普通话的句子", "prompt_echo"),
        ("以下是普通话的句子，有标点符号。", "prompt_echo"),
        ("有标点符号。", "prompt_echo"),
    ],
)
def test_what_whisper_makes_up_is(text: str, doubt: str) -> None:
    assert doubt in doubts_about(text)


def test_more_text_than_anybody_can_say() -> None:
    fast = "我想问一下我这个月的话费怎么多扣了这么多而且没有人通知我到底是怎么回事"

    assert doubts_about(fast, seconds=4.0) == ()
    assert doubts_about(fast, seconds=1.0) == ("repetition",)


def test_a_sentence_written_twice_in_the_time_of_one() -> None:
    twice = "您好，请问是陈建国先生吗？您好，请问是陈建国先生吗？"

    assert doubts_about(twice, seconds=2.6) == ("repetition",)
    assert doubts_about(twice, seconds=6.0) == (), "said twice"
    assert doubts_about("幺三八零零幺三八零零零，幺三八零零幺三八零零零。", seconds=3.0) == (), "a number"


def test_scores_that_make_a_text_doubtful() -> None:
    assert doubts_about("我查一下", log_probability=-1.2) == ("low_confidence",)
    assert doubts_about("我查一下", capped=1) == ("truncated",)
    assert doubts_about("我查一下", no_speech=0.9) == (), "a sure text outweighs the no-speech token"
    assert doubts_about("我查一下", no_speech=0.9, log_probability=-0.8) == ("no_speech",)


def test_nothing_said_is_nothing_to_doubt() -> None:
    assert doubts_about("…", log_probability=-3.0) == ()


def words(*said: tuple[str, float, float]) -> list[Word]:
    return [Word(text, start, end, 0.9) for text, start, end in said]


def test_speech_that_got_no_words_is_noticed() -> None:
    assert unheard([], 10.0, 12.0), "a sentence without a word"
    assert unheard(words(("您好", 10.2, 14.5), ("请讲一下", 14.5, 15.0)), 10.0, 15.2), "a word over a sentence"
    assert unheard(words(("您好", 10.2, 10.5), ("请讲一下", 13.5, 14.0)), 10.0, 14.2), "a gap where there was speech"
    drawn_out = words(*((character, at, at + 1.0) for at, character in enumerate("感谢您的耐心等待")))
    assert unheard(drawn_out, 0.0, 8.0), "eight characters over eight seconds of speech"


def test_short_answers_and_slow_speakers_are_heard() -> None:
    assert not unheard([], 10.0, 10.8), "a breath"
    assert not unheard(words(("嗯", 10.2, 11.5)), 10.0, 12.0)
    assert not unheard(words(("您好", 10.2, 11.0), ("请讲", 11.9, 12.4)), 10.0, 13.0)


def test_stock_phrases_are_plain_and_longest_first() -> None:
    phrases = stock_phrases()

    assert list(phrases) == sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    assert all(phrase.isalnum() for phrase in phrases)
