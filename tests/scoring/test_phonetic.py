import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.phonetic import (
    CLOSE,
    CONFUSABLE,
    DROPPED_PARTICLE,
    NEVER,
    OTHER,
    RELATED,
    SAME_SYLLABLE,
    distance,
    sounds,
    syllables,
)
from scoring.phonetic_align import align
from scoring.phonetic_match import weigh
from scoring.phonetic_numbers import value
from scoring.phonetic_text import Numbers, hear


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("诉", "诉", 0),
        ("诉", "速", SAME_SYLLABLE),
        ("行", "航", SAME_SYLLABLE),
        ("乐", "月", SAME_SYLLABLE),
        ("知", "资", CONFUSABLE),
        ("林", "灵", CONFUSABLE),
        ("刘", "牛", CONFUSABLE),
        ("飞", "黑", CONFUSABLE),
        ("热", "乐", CONFUSABLE),
        ("到", "套", CLOSE),
        ("版", "但", RELATED),
        ("我", "饿", OTHER),
        ("不", "布", NEVER),
        ("没", "每", NEVER),
        ("买", "卖", NEVER),
        ("明", "昨", NEVER),
        ("a", "啊", NEVER),
    ],
)
def test_how_far_one_sound_is_from_another(one: str, other: str, far: float) -> None:
    assert distance(one, other) == distance(other, one) == far


def test_all_readings_count_without_their_tones() -> None:
    assert {"xing", "hang"} <= set(syllables("行"))
    assert syllables("绿")[0] == "lv"
    assert set(sounds("长")) == set(sounds("张")) | set(sounds("常"))
    assert sounds("v") == "v"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("三百", "300"),
        ("三百五", "350"),
        ("三百零五", "305"),
        ("十", "10"),
        ("四十四", "44"),
        ("两万三", "23000"),
        ("2万3", "23000"),
        ("4000万", "40000000"),
        ("四千万", "40000000"),
        ("一亿三千万", "130000000"),
        ("幺三八", "138"),
        ("0571", "0571"),
        ("二零二四", "2024"),
        ("百分之三点五", "3.5%"),
        ("百分之百", "100%"),
        ("三四百", "34百"),
    ],
)
def test_a_number_has_one_form(written: str, number: str) -> None:
    assert value(written) == number


@settings(deadline=None)
@given(st.integers(0, 10**8 - 1))
def test_a_counted_number_is_the_one_written(number: int) -> None:
    cn2an = pytest.importorskip("cn2an")
    assert value(cn2an.an2cn(str(number))) == str(number)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("要三百块钱", "要300元"),
        ("我我我们", "我们"),
        ("那个那个不归我们管", "不归我们管"),
        ("稍等一会儿", "稍等一会"),
        ("等1下", "等一下"),
        ("百分之五的利息", "5%的利息"),
    ],
)
def test_heard_the_same(one: str, other: str) -> None:
    numbers = Numbers()
    assert hear(one, numbers, learn=True).text == hear(other, numbers).text


@pytest.mark.parametrize(
    ("one", "other"),
    [("三百元", "一千三百元"), ("十块", "四块"), ("女儿", "女"), ("十分抱歉", "10分抱歉"), ("3.5%", "35%")],
)
def test_not_heard_the_same(one: str, other: str) -> None:
    numbers = Numbers()
    assert hear(one, numbers, learn=True).text != hear(other, numbers).text


@given(st.text(alphabet="我我们儿一二三十百点0%.块钱那个这个不归管", max_size=20))
def test_every_token_knows_where_it_came_from(text: str) -> None:
    tokens = hear(text, Numbers())
    ends = list(map(tokens.end, range(len(tokens.text))))
    places = [at for place in zip(tokens.starts, ends, strict=True) for at in place]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in zip(tokens.starts, ends, strict=True))
    assert tokens.inside().isdisjoint(tokens.starts)


def test_a_phrase_lies_on_the_part_of_the_text_that_is_most_like_it() -> None:
    found = align("不归我们管", "这不贵我们管呢", 1.0, [1.0] * 7)
    assert found is not None
    assert (found.start, found.end, found.cost) == (1, 6, SAME_SYLLABLE)
    assert align("不归我们管", "来这归我们管呢", 1.0, [1.0] * 7) is None


def test_a_phrase_lies_over_syllables_too_many_and_too_few() -> None:
    more = align("不归我们管", "\n\n不归啊我们管\n", 1.0, [1.0] * 9)
    less = align("不归我们的管", "\n\n不归我们管\n\n\n", 1.0, [1.0] * 10)
    assert more is not None
    assert (more.start, more.end, more.cost) == (2, 8, DROPPED_PARTICLE)
    assert less is not None
    assert (less.start, less.end, less.cost) == (2, 7, DROPPED_PARTICLE)


def test_at_an_end_of_a_phrase_no_other_word_may_stand_that_whisper_was_sure_of() -> None:
    assert align("你是不是傻", "你是不是跟", 2.0, [1.0] * 5) is None
    assert align("你是不是傻", "你是不是跟", 2.0, [1.0] * 4 + [0.5]) is not None


def test_what_whisper_guessed_counts_half() -> None:
    guessed, *others = weigh(np.array([0.5, 0.6, 0.9, 1.0]))
    assert weigh(np.array([0.0, 0.3])).tolist() == [0.5, 0.5]
    assert guessed == 0.5 < others[0] < others[1] < others[2]
