"""What numbers and negations sound like, and where they are kept apart."""

import pytest

from scoring.phonetic import NEGATIONS, syllables
from scoring.phonetic_text import COUNTING
from scoring.plain_sounds import parts_number, plain, same_telling

MARKS = frozenset("%.")


@pytest.mark.parametrize("character", sorted((NEGATIONS | COUNTING) - MARKS))
def test_each_telling_character_has_a_plain_one_that_sounds_the_same(character: str) -> None:
    (other,) = plain(character)
    assert other not in NEGATIONS | COUNTING
    if not character.isascii():
        assert syllables(other)[0] == syllables(character)[0]


def test_other_characters_stand_as_they_are() -> None:
    assert plain("请您稍等\n好的") == "请您稍等\n好的"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("今天先还一千行吗", "今天先还一前行嘛"),
        ("就指着这辆车吃饭", "就指着这两车吃饭"),
        ("实在不好意思啊", "实在不好一四岸"),
        ("看一下", "看下"),
        ("八百九十九买", "八百九十就买"),
        ("别写就行了", "憋写就行了"),
    ],
)
def test_what_sounds_the_same_may_have_been_said(said: str, written: str) -> None:
    assert same_telling(said, written)
    assert same_telling(written, said)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("四百块", "三百块"),
        ("四百块", "十百块"),
        ("三百四", "四百三"),
        ("二十一号", "二十号"),
        ("能退", "不能退"),
        ("别写就行", "比写就行"),
        ("一百块", "百块"),
        ("3天", "4天"),
    ],
)
def test_another_number_or_negation_was_not(said: str, written: str) -> None:
    assert not same_telling(said, written)
    assert not same_telling(written, said)


def test_a_number_is_not_put_beside_another() -> None:
    text = "先还一前六百吧"
    assert parts_number(text, 1, 4, "还一千")
    assert not parts_number(text, 0, 2, "先还")
    assert parts_number("两千行吗", 1, 3, "千行")
    assert not parts_number("一千", 0, 2, "一千")
