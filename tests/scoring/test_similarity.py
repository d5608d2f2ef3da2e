"""Version 2 of the similarity: these numbers do not change unless the version does."""

from hashlib import sha256

import pytest

from scoring.phonetic import syllables
from scoring.similarity import SIMILARITY_VERSION, most_similar, similarity
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
