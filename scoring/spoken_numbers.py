"""Numbers as they are said over the telephone: digit by digit, in groups, with pauses between them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from scoring.personal_words import personal_words

_SAID = {
    "0": "0零〇洞○０",
    "1": "1一幺壹１",
    "2": "2二贰两２",
    "3": "3三叁３",
    "4": "4四肆４",
    "5": "5五伍５",
    "6": "6六陆６",
    "7": "7七柒７",
    "8": "8八捌８",
    "9": "9九玖９",
}
VALUES = {said: digit for digit, ways in _SAID.items() for said in ways}
DIGIT = f"[{''.join(VALUES)}]"
MISHEARD_ONE = "要腰妖么邀"
"""幺, as Whisper writes it; only in front of a number that lacks a digit."""

COUNTED = "[二两三四五六七八2-8]个"
"""三个八."""

MEASURE = "(?=[下些个会共起样直般定切边种次位块元点年月号天层楼级流旦致方面来岁路半倍分秒条件张])"
"""A single digit before one of these counts, and is no part of a number: 第一位, 三种."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters `begin` to `end` of a turn's text say `digits`, in so many groups; `x` may end them."""

    begin: int
    end: int
    digits: str
    groups: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Said in one breath."""
        return len(self.groups) == 1


def runs(text: str) -> Iterator[Run]:
    """All numbers of two digits and more that are said digit by digit, pauses and fillers within them left out."""
    for match in _pattern().finditer(text):
        groups = tuple(_digits(group.group()) for group in _group().finditer(match.group()))
        yield Run(match.start(), match.end(), "".join(groups), groups)


def _digits(said: str) -> str:
    spread = re.sub(f"({COUNTED})({DIGIT})", lambda m: m.group(2) * int(VALUES[m.group(1)[0]]), said)
    return "".join(VALUES.get(sign, "x" if sign in "xX叉" else "") for sign in spread)


@cache
def _group() -> re.Pattern[str]:
    return re.compile(_unbroken())


def _unbroken() -> str:
    single = f"(?:{COUNTED}{DIGIT}|{DIGIT})"
    return rf"{single}+(?:(?<={DIGIT}{{2}})[xX叉])?"


@cache
def _pattern() -> re.Pattern[str]:
    """Groups with pauses between them. One digit alone is a group only among others, and not where it counts."""
    pause = rf"(?:[\s,，、。.…·\-—–~～]|(?:{personal_words()['within_numbers']})){{1,8}}"
    several = rf"(?:{COUNTED}{DIGIT}|{DIGIT}){{2,}}(?:(?<={DIGIT}{{2}})[xX叉])?"
    one = rf"{DIGIT}(?!{DIGIT}){MEASURE.replace('?=', '?!')}"
    group = f"(?:{several}|{one})"
    return re.compile(f"(?:{several}(?:{pause}{group})*|{one}(?:{pause}{group})+)")
