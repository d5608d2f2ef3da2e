"""Version 2 of the similarity: these numbers do not change unless the version does."""

from hashlib import sha256
from random import Random

import pytest

from scoring.phonetic import syllables
from scoring.similarity import SIMILARITY_VERSION, alike, most_similar, often_alike, similarity
from scoring.sounded import Sounds


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("我非常理解您的心情", "我非常理解您的心情", 1.0),
        ("我非常理解您的心情", "我很理解您的心情", 14 / 17),
        ("我们会退您的钱", "您的钱我们会退", 8 / 14),
        ("给您带来不便非常抱歉", "给您造成不便真的非常抱歉", 16 / 22),
        ("理财非存款", "您好", 0.0),
        ("我非常理解您的心情", "我非常李姐您的新晴", 1.0),
        ("我很理解您的心情", "我非常李解您的心情", 14 / 17),
        ("一共三百元不用还了", "一共300块不用还了", 1.0),
        ("这个是不保本的", "这个是部保本的", 12 / 14),
        ("您要买还是卖呢", "您要卖还是卖呢", 12 / 14),
    ],
)
def test_the_numbers_of_version_two(one: str, other: str, alike: float) -> None:
    assert SIMILARITY_VERSION == 2
    sounds = Sounds("")
    one, other = sounds.of(one), sounds.of(other)
    assert similarity(one, other) == pytest.approx(alike)
    assert similarity(other, one) == pytest.approx(alike)


def test_the_readings_of_version_two() -> None:
    """They are pypinyin's: should a new version of it read characters otherwise, the version is to be raised."""
    readings = "".join(" ".join(syllables(chr(code))) + "\n" for code in range(0x4E00, 0x9FA6))
    assert sha256(readings.encode()).hexdigest() == "f8e0f5373c6b0f33910bdd145595c05f00a3073adf8b78e8e35330a009801a75"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("先生我非常理解您的心情请稍等", (2, 11, 1.0)),
        ("先生我很理解您的心情请稍等", (2, 10, 14 / 17)),
        ("我非常能够理解您现在的心情", (0, 13, 18 / 22)),
        ("理解您的心情", (0, 6, 12 / 15)),
        ("请您提供一下卡号好吗", None),
        ("", None),
    ],
    ids=["word for word", "a word less", "words more", "a short text", "another", "nothing"],
)
def test_the_stretch_that_is_most_alike(text: str, found: tuple[int, int, float] | None) -> None:
    best = most_similar("我非常理解您的心情", text, 0.7)
    assert best == (pytest.approx(found) if found else None)


def test_what_may_be_said_often_is_never_passed_over() -> None:
    draw = Random(3)
    for _ in range(300):
        sentences = ["".join(draw.choices("这个是系统自动扣的费用啊😀", k=draw.randint(2, 12))) for _ in range(12)]
        at_least, times = draw.choice((0.5, 0.7, 0.85, 1.0)), draw.randint(2, 4)
        pairs = alike(sentences, at_least)
        needed = {at for row in pairs if row.sum() >= times for at in row.nonzero()[0].tolist()}
        assert needed <= set(often_alike(sentences, at_least, times))


def test_sentences_of_other_characters_are_not_looked_at() -> None:
    assert often_alike(["系统自动扣的费用", "帮您查一下明细", "系统自动扣的费用"], 0.85, 2) == [0, 2]
