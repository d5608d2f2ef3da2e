"""Normalised text as it is heard: one token for a number, none for stutters, fillers and the r of erhua.

A token is one character, so that tokens make a text that can be searched: a Chinese character, a letter, or a code
point that stands for a number in whichever way it is written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.phonetic_numbers import DIGITS, NUMERAL, SPOKEN_DIGITS, UNITS, digit, spelled, value, words

UNKNOWN_NUMBER = "\U000ffffd"
"""A number that no phrase has."""
COUNTING = frozenset("0123456789%.").union(DIGITS, UNITS)
"""Characters of numbers."""
FIRST_NUMBER = 0xF0000
_AS_IT_STANDS = frozenset(SPOKEN_DIGITS)
"""Numbers that are their own tokens."""
NOT_ERHUA = "(?<![女婴幼少孤胎小])儿(?![子童女歌科媳孙戏])"


@dataclass(frozen=True, slots=True)
class Tokens:
    """`text` has one character a token; token `i` begins at `starts[i]` of the normalised text.

    `ends` has where a token ends that stands for more than one character.
    """

    text: str
    starts: NDArray[np.intp]
    ends: dict[int, int]

    def start(self, token: int) -> int:
        return int(self.starts[token])

    def end(self, token: int) -> int:
        return self.ends.get(token) or int(self.starts[token]) + 1

    def inside(self) -> set[int]:
        """Places of the normalised text within a token: 三百 is not said in 一千三百."""
        return {at for token, end in self.ends.items() for at in range(self.start(token) + 1, end)}


class Numbers:
    """The numbers in the phrases, and the code point each has."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}

    def add(self, written: str) -> str:
        number = value(written)
        return digit(number) or self._tokens.setdefault(number, chr(FIRST_NUMBER + len(self._tokens)))

    def get(self, written: str) -> str:
        number = value(written)
        return digit(number) or self._tokens.get(number, UNKNOWN_NUMBER)


@cache
def _changes() -> re.Pattern[str]:
    """Wherever tokens are not simply the characters. Few characters can begin such a place: that is looked at first."""
    uncounted = words()["uncounted"]
    digits, money = f"[0-9{''.join(DIGITS)}]", "|".join(words()["money"])
    counted = f"{NUMERAL}*[0-9{''.join(DIGITS)}十]{NUMERAL}*"
    point = rf"\.[0-9]+|点{digits}+(?=%|折|元|块|倍|万|亿|个点)"
    first = f"[{''.join({word[0] for word in uncounted} | COUNTING)}那这就儿]"
    return re.compile(
        rf"(?={first}|(?P<one>.)(?:(?P=one)|.(?P=one)|..(?P=one)))(?:"
        rf"(?P<kept>(?:{'|'.join(uncounted)})(?!钟))"
        rf"|(?P<number>百分之(?:百|{counted}(?:[.点]{digits}+)?)|{counted}(?:{point})?%?)(?P<money>{money})?"
        rf"|(?P<filler>(?:那个|这个|就是){{2,}})"
        rf"|(?P<again>(?P<unit>[\u4e00-\u9fff]{{1,3}}?)(?P=unit)+)"
        rf"|(?P<erhua>{NOT_ERHUA}))"
    )


class _Change(NamedTuple):
    """A place where tokens are not the characters: `unit` is said again there, or `number` counted."""

    start: int
    end: int
    unit: str
    number: str


@lru_cache(maxsize=16)
def _changed(text: str) -> Sequence[_Change]:
    """Asked twice about a call's text: where phrases are looked for, and where sentences are compared."""
    found = []
    for change in _changes().finditer(text):
        kind = change.lastgroup
        if kind == "kept" or (kind == "number" and change["number"] in _AS_IT_STANDS):
            continue
        unit = change["unit"] if kind == "again" else ""
        number = change["number"] if kind in {"number", "money"} else ""
        found.append(_Change(*change.span(), unit, number))
    return found


def hear(text: str, numbers: Numbers, *, learn: bool = False) -> Tokens:
    """`learn` numbers that are new: those of phrases."""
    number = numbers.add if learn else numbers.get
    parts: list[str] = []
    begins = np.ones(len(text), bool)
    ends: dict[int, int] = {}
    done = lost = 0

    def stand(token: str, start: int, end: int) -> None:
        nonlocal lost
        parts.append(token)
        ends[start - lost] = end
        begins[start + 1 : end] = False
        lost += end - start - 1

    for start, end, unit, written in _changed(text):
        parts.append(text[done:start])
        done = end
        if written:
            counted = start + len(written)
            stand(number(written), start, counted)
            if counted < end:
                stand("元", counted, end)
            continue
        if unit:
            done -= len(unit)
        begins[start:done] = False
        lost += done - start
    parts.append(text[done:])
    return Tokens("".join(parts), begins.nonzero()[0], ends)


def counts(tokens: Tokens) -> bool:
    """Whether there is a number of more than one digit."""
    return any(token >= chr(FIRST_NUMBER) for token in tokens.text)


def spell(text: str, tokens: Tokens) -> Tokens:
    """The same tokens with numbers numeral by numeral, as they are said."""
    parts: list[str] = []
    starts: list[NDArray[np.intp]] = []
    ends: dict[int, int] = {}
    done = more = 0
    for token, end in tokens.ends.items():
        if tokens.text[token] < chr(FIRST_NUMBER):
            ends[token + more] = end
            continue
        start = tokens.start(token)
        parts += tokens.text[done:token], spelled(text[start:end])
        starts += tokens.starts[done:token], np.arange(start, end)
        done = token + 1
        more += end - start - 1
    parts.append(tokens.text[done:])
    starts.append(tokens.starts[done:])
    return Tokens("".join(parts), np.concatenate(starts), ends)
