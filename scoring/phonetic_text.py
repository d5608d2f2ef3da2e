"""Normalised text as it is heard: one token for a number, none for stutters, fillers and the r of erhua.

A token is one character, so that tokens make a text that can be searched: a Chinese character, a letter, or a code
point that stands for a number in whichever way it is written.
"""

import re
from dataclasses import dataclass
from functools import cache

from scoring.phonetic_numbers import DIGITS, NUMERAL, UNITS, value, words

UNKNOWN_NUMBER = "\U000ffffd"
"""A number that no phrase has."""
COUNTING = frozenset("0123456789%.").union(DIGITS, UNITS)
"""Characters of numbers."""
ONE = "一"
"""Alone it is a sound like any other: Whisper writes it for many (存在一场), and it often counts nothing (一定)."""
FIRST_NUMBER = 0xF0000
NOT_ERHUA = "(?<![女婴幼少孤胎小])儿(?![子童女歌科媳孙戏])"


@dataclass(frozen=True, slots=True)
class Tokens:
    """`text` has one character a token; token `i` stands for `starts[i]:ends[i]` of the normalised text."""

    text: str
    starts: list[int]
    ends: list[int]


class Numbers:
    """The numbers in the phrases, and the code point each has."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}

    def add(self, written: str) -> str:
        return self._tokens.setdefault(value(written), chr(FIRST_NUMBER + len(self._tokens)))

    def get(self, written: str) -> str:
        return self._tokens.get(value(written), UNKNOWN_NUMBER)


@cache
def _changes() -> re.Pattern[str]:
    """Wherever tokens are not simply the characters."""
    uncounted = "|".join(words()["uncounted"])
    digits, money = f"[0-9{''.join(DIGITS)}]", "|".join(words()["money"])
    counted = f"{NUMERAL}*[0-9{''.join(DIGITS)}十]{NUMERAL}*"
    point = rf"\.[0-9]+|点{digits}+(?=%|折|元|块|倍|万|亿|个点)"
    return re.compile(
        rf"(?P<kept>(?:{uncounted})(?!钟))"
        rf"|(?P<number>百分之(?:百|{counted}(?:[.点]{digits}+)?)|{counted}(?:{point})?%?)(?P<money>{money})?"
        rf"|(?P<filler>(?:那个|这个|就是){{2,}})"
        rf"|(?P<again>(?P<unit>[\u4e00-\u9fff]{{1,3}}?)(?P=unit)+)"
        rf"|(?P<erhua>{NOT_ERHUA})"
    )


def hear(text: str, numbers: Numbers, *, learn: bool = False) -> Tokens:
    """`learn` numbers that are new: those of phrases."""
    number = numbers.add if learn else numbers.get
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def keep(start: int, end: int) -> None:
        parts.append(text[start:end])
        starts.extend(range(start, end))
        ends.extend(range(start + 1, end + 1))

    def stand(token: str, start: int, end: int) -> None:
        parts.append(token)
        starts.append(start)
        ends.append(end)

    done = 0
    for change in _changes().finditer(text):
        start, end = change.span()
        keep(done, start)
        kind = change.lastgroup
        if kind == "kept":
            keep(start, end)
        elif kind == "again":
            keep(end - len(change["unit"]), end)
        elif kind in {"number", "money"}:
            written = change["number"]
            stand(ONE if written in {"1", ONE} else number(written), start, change.end("number"))
            if change["money"]:
                stand("元", *change.span("money"))
        done = end
    keep(done, len(text))
    return Tokens("".join(parts), starts, ends)
