"""Text as nothing but sounds: what says how many or negates stands as a character that only sounds the same.

So it can be asked what a stretch sounds like without deciding what it means; `same_telling` then tells whether what
tells most, numbers and negations, sounds the same on both sides: 一千 may be heard in 一前, but 四百 not in 三百.
"""

from collections.abc import Iterator
from functools import cache
from importlib import resources

import yaml

from scoring.phonetic import syllables
from scoring.phonetic_numbers import SPOKEN_DIGITS
from scoring.phonetic_text import COUNTING

_ONE = frozenset("一1幺")
"""Counts only beside another numeral: 一定, 一下."""


@cache
def _plain() -> dict[int, str]:
    text = resources.files("scoring").joinpath("words", "plain.yaml").read_text("utf8")
    plain: dict[str, str] = yaml.safe_load(text)
    plain |= {str(digit): plain[spoken] for digit, spoken in enumerate(SPOKEN_DIGITS)}
    return str.maketrans(plain)


def plain(text: str) -> str:
    """Of the same length. The text is normalised."""
    return text.translate(_plain())


def same_telling(one: str, other: str) -> bool:
    """Whether all numerals and negations of each are sounds of the other, in their order. Both are normalised."""
    return _told(one, other) and _told(other, one)


def parts_number(text: str, start: int, end: int, phrase: str) -> bool:
    """Whether the phrase in the place of a stretch of the text would be joined to a numeral outside: 一千 to 六百."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return (before in COUNTING and phrase[0] in COUNTING) or (after in COUNTING and phrase[-1] in COUNTING)


def _told(telling: str, text: str) -> bool:
    sounds = iter(syllables(character) for character in plain(text))
    return all(any(sound in heard for heard in sounds) for sound in _telling(telling))


def _telling(text: str) -> Iterator[str]:
    """How the numerals and negations sound."""
    for at, (character, sounding) in enumerate(zip(text, plain(text), strict=True)):
        alone = character in _ONE and COUNTING.isdisjoint(text[max(at - 1, 0) : at] + text[at + 1 : at + 2])
        if sounding != character and not alone:
            yield syllables(sounding)[0]
