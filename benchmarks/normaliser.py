"""What two ways to write one utterance have in common: the only form in which texts are compared.

In this order: one width (NFKC) and case; simplified characters (OpenCC t2s); numbers as digits, whatever wrote them;
nothing left but letters, digits, characters and the percent sign. A number is a run of numerals and digits: read one
by one where it has no unit (一三八零 is 1380), worked out by cn2an where it has one (三百, 3百 and 一万五 are 300, 300
and 15000), numeral by numeral where it is no number (两三百 is 23百, 万一 is 万1). The decimal point is read 点, and so
is a clock's colon; 百分之五 is 5%, 1/3 is 三分之一. So 一 is 1 in every word, 一下 too: both sides get the same.
"""

import re
import unicodedata
from functools import cache

from cn2an import cn2an  # type: ignore[import-untyped]
from opencc import OpenCC

DIGITS = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")
UNITS = "十百千万亿"

_NUMBER = re.compile(f"[0-9零〇一幺二两三四五六七八九{UNITS}]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_POINT = re.compile(r"(?<=\d)[.:](?=\d)")
_PERCENT = re.compile(r"百分之(\d+(?:点\d+)?)")
_FRACTION = re.compile(r"(\d+)/(\d+)")
_LEFT_OUT = re.compile(r"[^\w%]|_")


def normalise(text: str) -> str:
    """The text as it is compared.

    >>> normalise("這個套餐３００元，八折！") == normalise("这个套餐三百元八折")
    True
    """
    plain = _simplifier().convert(unicodedata.normalize("NFKC", text).casefold())
    plain = _POINT.sub("点", _THOUSANDS.sub("", plain)).replace("百分之百", "百分之一百")
    plain = _FRACTION.sub(r"\2分之\1", _NUMBER.sub(_in_digits, plain))
    return _LEFT_OUT.sub("", _PERCENT.sub(r"\1%", plain))


def _in_digits(number: re.Match[str]) -> str:
    written = number.group()
    digits = written.translate(DIGITS)
    if written == "十" or (any(unit in written for unit in UNITS) and any(one.isdecimal() for one in digits)):
        try:
            return str(int(cn2an(written.replace("幺", "一"), "smart")))
        except (ValueError, KeyError):  # KeyError is how cn2an stumbles over 百十二
            return digits
    return digits


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")
