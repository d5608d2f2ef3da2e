"""Version 1 of the similarity: these numbers do not change unless the version does."""

import pytest

from scoring.similarity import SIMILARITY_VERSION, most_similar, similarity


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("我非常理解您的心情", "我非常理解您的心情", 1.0),
        ("我非常理解您的心情", "我很理解您的心情", 14 / 17),
        ("我们会退您的钱", "您的钱我们会退", 8 / 14),
        ("给您带来不便非常抱歉", "给您造成不便真的非常抱歉", 16 / 22),
        ("理财非存款", "您好", 0.0),
    ],
)
def test_the_numbers_of_version_one(one: str, other: str, alike: float) -> None:
    assert SIMILARITY_VERSION == 1
    assert similarity(one, other) == pytest.approx(alike)
    assert similarity(other, one) == pytest.approx(alike)


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
