"""Numbers, amounts and names in normalised text, and whether their check digits are right."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

import yaml

from scoring.identity_number import has_birthday, is_id_card, is_luhn
from scoring.phrases import Occurrence

Kind = Literal["number", "phone", "id_card", "bank_card", "amount", "name"]

DIGITS = str.maketrans("零〇洞一幺二两三四五六七八九叉", "00011223456789x")
"""As they are spoken one by one; 叉 is the x of an ID card."""
NOT_ONE = re.compile("一(?=[下些个会共起样直般定切边种次位块])")
"""一 that belongs to the word after it: …八零零零，一会儿."""

NUMBER = re.compile(r"\d+")
PHONE = re.compile(r"(?<!\d)(?:(?:86)?1[3-9]\d{9}|0(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}|[48]00\d{7})(?!\d)", re.ASCII)
"""Mobile, fixed line with its area code, 400 and 800."""
ID_CARD = re.compile(r"(?<!\d)[1-8]\d{16}[\dx](?!\d)", re.ASCII)
BANK_CARD = re.compile(r"(?<!\d)[3-6]\d{15,18}(?!\d)", re.ASCII)
UNIONPAY = "62"
"""Nearly all cards of the country; other long numbers that fail Luhn's check are no misheard cards."""
AMOUNT = re.compile(
    r"(?:\d+(?:[.点]\d+)?|[零〇一二两三四五六七八九十百千万亿点]+)[十百千万亿]*[多来几]?"
    r"(?:块钱|毛钱|角钱|美元|美金|港币|港元|欧元|日元|人民币|元|圆|(?<!一)块|(?<=一)块(?=[\d零一二三四五六七八九]))"
    r"(?:(?<=块)[\d二三四五六七八九](?![\d零一二三四五六七八九十百千万个次天月年人位])(?:毛|角)?)?"
)


class Place(NamedTuple):
    """`right` is False where a check digit is not, so that it may be misheard."""

    place: Occurrence
    right: bool


def found_in(text: str, kind: Kind) -> Iterator[Place]:
    """All of the kind, in order."""
    return FINDERS[kind](text, NOT_ONE.sub("-", text).translate(DIGITS))


def _places(pattern: re.Pattern[str], text: str) -> Iterator[Place]:
    return (Place(Occurrence(match.start(), match.end()), right=True) for match in pattern.finditer(text))


def _numbers(text: str, digits: str) -> Iterator[Place]:
    """Those that are not how much something costs: Whisper writes 322块 for 三百二十二块."""
    amounts = {at for match in AMOUNT.finditer(text) for at in range(*match.span())}
    return (found for found in _places(NUMBER, digits) if found.place.start not in amounts)


def _id_cards(_: str, digits: str) -> Iterator[Place]:
    for match in ID_CARD.finditer(digits):
        if has_birthday(match.group()):
            yield Place(Occurrence(match.start(), match.end()), is_id_card(match.group()))


def _bank_cards(_: str, digits: str) -> Iterator[Place]:
    for match in BANK_CARD.finditer(digits):
        number = match.group()
        right = is_luhn(number)
        if (right or number.startswith(UNIONPAY)) and not (len(number) == 18 and is_id_card(number)):
            yield Place(Occurrence(match.start(), match.end()), right)


@cache
def _names() -> re.Pattern[str]:
    words = yaml.safe_load(resources.files("scoring").joinpath("words", "surnames.yaml").read_text("utf8"))
    surnames = f"(?:{'|'.join(words['double'])}|[{words['single']}])"
    return re.compile(rf"(?:免贵姓|我姓|我的?名字[叫是]|我叫|本人姓名?|姓名[叫是]?){surnames}")


FINDERS: dict[Kind, Callable[[str, str], Iterator[Place]]] = {
    "number": _numbers,
    "phone": lambda _, digits: _places(PHONE, digits),
    "id_card": _id_cards,
    "bank_card": _bank_cards,
    "amount": lambda text, _: _places(AMOUNT, text),
    "name": lambda text, _: _places(_names(), text),
}
