"""How sure Whisper was of each character, by whichever words it cut."""

import pytest

from models.transcript import Role, Turn, Word
from scoring.quote import Spoken, confidences


def turn(text: str, *words: tuple[str, float]) -> Turn:
    spoken = tuple(Word(word, number, number + 1, sure) for number, (word, sure) in enumerate(words))
    return Turn(Role.AGENT, 0, 0.0, len(words), text, 0.6, words=spoken)


LETTERS = turn("您好", ("您", 0.9), ("好", 0.8))
WORDS = turn("请问怎么了", ("请问", 0.7), ("", 0.1), ("怎么了", 0.5))
OTHERS = turn("再见", ("再", 0.9))
MARKED = turn("好\x1f的", ("好", 0.3), ("\x1f的", 0.4))


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([LETTERS], [0.9, 0.8, 1.0]),
        ([LETTERS, WORDS], [0.9, 0.8, 1.0, 0.7, 0.7, 0.5, 0.5, 0.5, 1.0]),
        ([LETTERS, OTHERS], [0.9, 0.8, 1.0, 0.6, 0.6, 1.0]),
        ([MARKED, LETTERS], [0.3, 0.4, 0.4, 1.0, 0.9, 0.8, 1.0]),
        ([], []),
    ],
    ids=["letters", "words", "words that are not the text", "the mark between turns in a text", "nothing"],
)
def test_each_character_is_as_sure_as_its_word(turns: list[Turn], expected: list[float]) -> None:
    assert confidences(turns).tolist() == expected


def test_a_part_has_the_times_of_its_words() -> None:
    assert Spoken.of(0, LETTERS).part(1, 2) == (1, 2, 0.8)
    assert Spoken.of(0, WORDS).part(0, 2)[:2] == (0, 1)
    assert Spoken.of(0, OTHERS).ends == ()
