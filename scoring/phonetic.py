"""How characters sound, and how far one is from another: toneless pinyin with the sounds that are easily confused.

All readings of a character count, the usual one first. Distances between two characters are 0 (the same) to 1 (another
sound altogether); `NEVER` where taking one for the other would change what is said.
"""

import sys
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from itertools import combinations, combinations_with_replacement
from typing import Any

import numpy as np
import yaml

from scoring.grams import codes_of
from scoring.phonetic_numbers import SPELLED, SPOKEN_DIGITS

SAME_SYLLABLE = 0.1
CONFUSABLE = 0.25
"""Confusable beginning or end, or both: zhi and zi, lin and ling."""
CLOSE = 0.5
"""The same end after beginnings made at one place, or the same beginning before ends that are much alike: dao and tao,
tan and tuan."""
RELATED = 0.65
"""The same beginning or the same end."""
OTHER = 1.0
NEVER = 100.0
DROPPED = 1.5
"""A syllable too many or too few."""
DROPPED_PARTICLE = 0.3
_TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))
READINGS = 4
"""Of one character; pypinyin gives the usual ones first, and after these come only names and old books."""


@cache
def _words() -> dict[str, Any]:
    text = resources.files("scoring").joinpath("words", "sounds.yaml").read_text("utf8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


PARTICLES = frozenset(_words()["particles"])
NEGATIONS = frozenset(_words()["negations"])
COUNTED = frozenset(SPOKEN_DIGITS) - {"一"}
"""Single digits that a phrase means. 一 alone is a sound like any other: Whisper writes it for many (存在一场), and it
often counts nothing (一定)."""
_INITIALS: dict[str, str] = _words()["initials"]
_FINALS: dict[str, str] = _words()["finals"]
_ALIKE = frozenset(frozenset(pair) for line in _words()["alike"] for pair in combinations(line, 2))
_OPPOSITES = frozenset(
    frozenset(pair) for line in _words()["opposites"] for pair in combinations_with_replacement(line, 2)
)
_BREATHS = frozenset(frozenset(pair) for line in _words()["breaths"] for pair in combinations(line, 2))
_VOWELS = frozenset(frozenset(pair) for line in _words()["vowels"] for pair in combinations(line, 2))
_DOUBLE = ("zh", "ch", "sh")
_SINGLE = frozenset("bpmfdtnlgkhjqxrzcsyw")


@cache
def _lexicon() -> dict[int, str]:
    """Pypinyin takes a third of a second to load: only where something is to be matched."""
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415

    found: dict[int, str] = pinyin_dict
    return found


@lru_cache(maxsize=32768)
def syllables(character: str) -> tuple[str, ...]:
    """Toneless readings, the usual one first; none for what is no Chinese character."""
    listed = _lexicon().get(ord(SPELLED.get(character, character)), "").split(",")
    return tuple(dict.fromkeys(_toneless(reading) for reading in listed if reading))[:READINGS]


def _toneless(reading: str) -> str:
    """As it is typed: lǜ → lv."""
    letters = unicodedata.normalize("NFC", unicodedata.normalize("NFD", reading).translate(_TONES))
    return letters.replace("ü", "v")


@lru_cache(maxsize=2048)
def parts(syllable: str) -> tuple[str, str]:
    """Beginning and end: zhang → zh, ang."""
    cut = 2 if syllable.startswith(_DOUBLE) else int(syllable[:1] in _SINGLE)
    return syllable[:cut], syllable[cut:]


@lru_cache(maxsize=2048)
def folded(syllable: str) -> str:
    """One for all syllables that are easily confused with it."""
    start, end = parts(syllable)
    return _INITIALS.get(start, start) + _FINALS.get(end, end)


_SYMBOLS: dict[str, str] = {}
"""A code point for each folded syllable: there are about 300. Only their being equal matters, never their order."""


@lru_cache(maxsize=32768)
def sounds(character: str) -> str:
    """One code point for each way it may sound, folded; the character itself where it is not Chinese."""
    ways = dict.fromkeys(map(folded, syllables(character)))
    return "".join(_SYMBOLS.setdefault(way, chr(0xE000 + len(_SYMBOLS))) for way in ways) or character


_USUAL = np.zeros(sys.maxunicode + 1, np.uint32)
"""How each character met so far usually sounds, by code."""


def sound(text: str) -> str:
    """A code point for each character: how it usually sounds."""
    codes = codes_of(text)
    heard = _USUAL[codes]
    if not heard.all():
        for character in set(text):
            _USUAL[ord(character)] = ord(sounds(character)[0])
        heard = _USUAL[codes]
    return heard.tobytes().decode("utf-32-le", "surrogatepass")


def distance(one: str, other: str) -> float:
    """Of a character of a phrase from one of a text. Rare readings count only where they are the same.

    A phrase that says how many means just so many; what is written as a digit may only sound like something else.
    """
    if one != other and (one in NEGATIONS or other in NEGATIONS):
        return NEVER
    return _kept(one, other, CONFUSABLE)


def guessed(one: str, other: str) -> float:
    """As `distance`, where Whisper was not sure of the text: a negation or a digit may be what only sounds so.

    A negation only in its usual reading: 不 and 还 have a rare one in common. So may a phrase's numeral be, where the
    text has neither a number nor a negation (七天, 期天).
    """
    if (one in NEGATIONS or other in NEGATIONS) and (counts(one) or sound(one) != sound(other)):
        return NEVER
    if counts(one) and not counts(other) and syllables(other):
        apart = _between(folded(syllables(one)[0]), folded(syllables(other)[0]))
        return apart if apart <= CONFUSABLE and not _opposite(one, other) else NEVER
    return _kept(one, other, RELATED)


def nearest(one: str, other: str) -> float:
    """The least of both distances: that of a guess is another one only where the first is NEVER."""
    apart = distance(one, other)
    return apart if apart < NEVER else guessed(one, other)


def _kept(one: str, other: str, most: float) -> float:
    """Opposites and numerals are kept apart; a digit of the text is as far as `most` from what it stands for."""
    if SPELLED.get(one, one) == SPELLED.get(other, other):
        return 0.0
    if counts(one) or _opposite(one, other):
        return NEVER
    ours, theirs = syllables(one), syllables(other)
    if not ours or not theirs:
        return NEVER
    if not set(ours).isdisjoint(theirs) or frozenset((one, other)) in _ALIKE:
        return SAME_SYLLABLE
    apart = _between(folded(ours[0]), folded(theirs[0]))
    return NEVER if counts(other) and apart > most else apart


def _opposite(one: str, other: str) -> bool:
    return frozenset((SPELLED.get(one, one), SPELLED.get(other, other))) in _OPPOSITES


def counts(character: str) -> bool:
    """Whether it says how many."""
    return character in COUNTED or character in SPELLED


def _between(one: str, other: str) -> float:
    if one == other:
        return CONFUSABLE
    (start, end), (start_other, end_other) = parts(one), parts(other)
    if end == end_other:
        return CLOSE if frozenset((start, start_other)) in _BREATHS else RELATED
    if start == start_other:
        return CLOSE if start and frozenset((end, end_other)) in _VOWELS else RELATED
    return OTHER


@lru_cache(maxsize=32768)
def dropped(character: str) -> float:
    """Of a character that only one of two texts has."""
    if character in NEGATIONS or counts(character) or not syllables(character):
        return NEVER
    return DROPPED_PARTICLE if character in PARTICLES else DROPPED
