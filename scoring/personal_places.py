"""Addresses and number plates."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from models.case import PersonalKind
from models.transcript import Role, Turn
from scoring.personal_span import PersonalSpan
from scoring.personal_words import listed, personal_words

NUMBER = "[0-9零〇一二两三四五六七八九十百幺-]+"
PART = rf"{NUMBER}(?:号楼|号院|号|栋|幢|座|单元|室|楼|层|门|弄|房|组|村|队)"
EXACT = re.compile(rf"{NUMBER}(?:号楼|号院|栋|幢|座|单元|室|弄|房)")
"""Parts of an address that leave no doubt; 三楼 and 六号 alone may be anything."""
SIDE = "[东西南北中主副A-Z][座楼栋区]"
DOOR = re.compile("单元|室|房")
NUMBERED = re.compile(f"(?:[栋幢座]|号楼)[\\s，,]{{0,2}}{NUMBER}$")
PAUSE = r"[\s，,、。]{0,2}"
AREA = "[一-龥]{1,6}?(?:省|市|自治区|自治州|新区|开发区|区|县|镇|乡|街道)"
ROAD = "[一-龥]{1,6}?(?:大道|大街|路|街|巷|胡同|弄)(?:[东南西北中]段?)?"
PLACE = "[一-龥A-Za-z]{1,8}?(?:小区|花园|公寓|大厦|家园|新村|苑|城|府|庭|广场|社区|宿舍|村)"
LEADS = re.compile(
    "^.*(?:住在|是在|寄到|送到|寄给|位于|地址[是为：:]?|家在|就在|搬到|来到|去到|到|住|寄|在|是|我们家|我家)(?=.{2})"
)
MOST = 12
QUESTIONS = 2


def places(turns: Sequence[Turn]) -> list[PersonalSpan]:
    found: list[PersonalSpan] = []
    for index, turn in enumerate(turns):
        found += _addresses(turn.text, index, asked=_is_asked(turns, index))
        for match in _plate().finditer(turn.text):
            found.append(PersonalSpan(index, *match.span(), PersonalKind.PLATE))
    return found


def _addresses(text: str, index: int, *, asked: bool) -> Iterator[PersonalSpan]:
    for match in _address().finditer(text):
        said = match.group()
        if not (_is_one(said) or (asked and _single().search(said))):
            continue
        begin = match.start() + _lead(said)
        yield PersonalSpan(index, begin, match.end(), PersonalKind.ADDRESS)


def _is_one(said: str) -> bool:
    """Somebody's address rather than a place anybody may speak of: it has a number of a house, a door."""
    parts = len(re.findall(PART, said))
    named = bool(re.search(f"{ROAD}|{PLACE}", said))
    areas = len(re.findall(AREA, said))
    if EXACT.search(said) and (named or areas or (parts >= 2 and DOOR.search(said)) or NUMBERED.search(said)):
        return True
    return (named and parts >= 1) or (areas >= 2 and (named or parts >= 1))


def _lead(said: str) -> int:
    """Characters in front that are not the address: 我家住在…."""
    head = re.split(r"(?:省|市|区|县|路|街|小区|花园|栋|号)", said, maxsplit=1)[0]
    match = LEADS.match(head)
    return match.end() if match else 0


def _is_asked(turns: Sequence[Turn], index: int) -> bool:
    role = turns[index].role
    return any(
        (other.role is not role or role is Role.UNKNOWN) and listed("asks_address").search(other.text)
        for other in turns[max(0, index - QUESTIONS) : index]
    )


@cache
def _address() -> re.Pattern[str]:
    province = f"(?:{personal_words()['provinces_named']})"
    any_part = f"(?:{PART}|{SIDE}|{ROAD}|{PLACE}|{AREA})"
    return re.compile(
        f"(?:{province}{PAUSE})?{any_part}(?:{PAUSE}的?{any_part}){{0,{MOST}}}(?:(?<=[元栋幢楼座]){PAUSE}{NUMBER})?"
    )


@cache
def _single() -> re.Pattern[str]:
    return re.compile(f"{ROAD}|{PLACE}|{EXACT.pattern}")


@cache
def _plate() -> re.Pattern[str]:
    """粤B12345, also said digit by digit; and whatever comes after 车牌号是."""
    sign = r"[A-Za-z0-9零〇洞一幺二两三四五六七八九]"
    signs = rf"{sign}(?:[\s，,、·•.\-]?{sign})"
    province = f"[{personal_words()['provinces']}]"
    plain = rf"{province}[\s，,]?[A-Za-z](?:牌|，|,|\s|·|•|\.|-)?{signs}{{4,5}}"
    called = rf"(?<=车牌)(?:号码?)?[是为：:，,\s]*{province}?[\s，,]?{signs}{{4,7}}"
    return re.compile(f"{plain}|{called}")
