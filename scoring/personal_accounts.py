"""E-mail addresses, accounts of WeChat, QQ and the like, codes with letters in them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from models.case import PersonalKind
from models.transcript import Role, Turn
from scoring.personal_span import PersonalSpan
from scoring.personal_words import listed, personal_words

EMAIL = re.compile(
    r"(?:[A-Za-z0-9零〇一二三四五六七八九幺._+-]|(?<=[A-Za-z0-9])点(?=[A-Za-z0-9]))+\s?(?:@|＠|艾特|圈a|圈A|\bat\b)\s?[A-Za-z0-9零〇一二三四五六七八九]+"
    r"(?:\s?(?:\.|点|。)\s?(?:com|cn|net|org|gov|edu|[A-Za-z]{2,}))*",
    re.IGNORECASE,
)
LETTERED = re.compile(r"(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9_-]{5,24}")
LABELLED = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,4}[\s-]?\d[\d-]{5,}")
"""Numbers of contracts, parcels: letters and at least six digits."""
SPELT = re.compile(r"(?:[A-Za-z][\s，,、]){2,}[A-Za-z0-9](?:[\s，,、]?[A-Za-z0-9])*")
QUESTIONS = 2


def accounts(turns: Sequence[Turn]) -> list[PersonalSpan]:
    found: list[PersonalSpan] = []
    for index, turn in enumerate(turns):
        found += [PersonalSpan(index, *match.span(), PersonalKind.EMAIL) for match in EMAIL.finditer(turn.text)]
        found += [PersonalSpan(index, *match.span(), PersonalKind.NUMBER) for match in LABELLED.finditer(turn.text)]
        found += _named(turn.text, index)
        if _is_asked(turns, index):
            for pattern in (LETTERED, SPELT):
                found += [
                    PersonalSpan(index, *match.span(), PersonalKind.ACCOUNT) for match in pattern.finditer(turn.text)
                ]
    return found


def _named(text: str, index: int) -> Iterator[PersonalSpan]:
    for match in _named_account().finditer(text):
        yield PersonalSpan(index, *match.span("account"), PersonalKind.ACCOUNT)
    for match in _named_code().finditer(text):
        yield PersonalSpan(index, *match.span("code"), PersonalKind.CODE)


def _is_asked(turns: Sequence[Turn], index: int) -> bool:
    role = turns[index].role
    wanted = listed("accounts")
    return any(
        (other.role is not role or role is Role.UNKNOWN) and wanted.search(other.text)
        for other in turns[max(0, index - QUESTIONS) : index]
    )


@cache
def _named_account() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{personal_words()['accounts']})[^A-Za-z0-9]{{0,8}}(?P<account>[A-Za-z0-9][A-Za-z0-9_-]{{4,24}})"
    )


@cache
def _named_code() -> re.Pattern[str]:
    return re.compile(rf"(?:{personal_words()['codes']})[^A-Za-z0-9]{{0,6}}(?P<code>[A-Za-z0-9]{{4,12}})")
