"""Numbers as they are said and written: 三百, 300, 一三八, 百分之五, 5%, 两万三."""

import re
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml


@cache
def words() -> dict[str, Any]:
    text = resources.files("scoring").joinpath("words", "numbers.yaml").read_text("utf8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


DIGITS: dict[str, int] = words()["digits"]
UNITS: dict[str, int] = words()["units"]
GROUPS = (10**8, 10**4)
"""亿 and 万 multiply all that stands before them."""
NUMERAL = f"[0-9{''.join(DIGITS)}{''.join(UNITS)}]"
"""A character of a number."""
SPOKEN_DIGITS = "零一二三四五六七八九"
_SPOKEN = f"{SPOKEN_DIGITS}十百千万亿"
SPELLED = {chr(0xE800 + place): character for place, character in enumerate(_SPOKEN)}
"""What stands for a numeral within a number that is spelled out, and how it is said. It is never taken for another."""
_SPELLING = {character: symbol for symbol, character in SPELLED.items()}
_SPELLING |= {written: _SPELLING[SPOKEN_DIGITS[digit]] for written, digit in DIGITS.items()}
_SPELLING |= {str(digit): _SPELLING[spoken] for digit, spoken in enumerate(SPOKEN_DIGITS)}


@lru_cache(maxsize=4096)
def value(written: str) -> str:
    """The number in one form, whichever way it was written: 三百五 → 350, 一三八 → 138, 百分之三点五 → 3.5%.

    What is no number in one way only (三四百) keeps its units, with its numerals as digits: such are equal where they
    are said alike.
    """
    if written.startswith("百分之"):
        return value(written[3:]) + "%"
    if written.endswith("%"):
        return value(written[:-1]) + "%"
    whole, point, part = re.sub("点", ".", written).partition(".")
    if point:
        return f"{value(whole)}.{_spelled(part)}"
    spelled = _spelled(written)
    return spelled if spelled.isdecimal() else _counted(spelled)


def digit(number: str) -> str:
    """Of a single digit the character, so that it may sound like others (Whisper wrote 就到七了); else nothing."""
    return SPOKEN_DIGITS[int(number)] if len(number) == 1 and number.isdecimal() else ""


def spelled(number: str) -> str:
    """A symbol for each numeral, and what is none as it stands: 881 and 八八一 are said with the same."""
    return "".join(_SPELLING.get(character, character) for character in number)


def _spelled(written: str) -> str:
    return "".join(str(DIGITS.get(character, character)) for character in written)


def _counted(spelled: str) -> str:
    """Of digits and units: 2万3 → 23000; as it stands where that is no one number."""
    total, group, unit = 0, 0, 1
    for digits, name in re.findall(r"(\d*)([十百千万亿]?)", spelled):
        size = UNITS.get(name, 1)
        if len(digits.lstrip("0")) > 1 and (total or group or size < min(GROUPS)):
            return spelled
        if name and size in GROUPS:
            total, group = total + (group + int(digits or not group)) * size, 0
        elif name:
            group += int(digits or 1) * size
        elif digits:
            # 三百五 is 350 and 两万三 23000, but 三百零五 305 and 十五 15.
            group += int(digits) * (unit // 10 if unit > 10 and not digits.startswith("0") else 1)
        unit = size
    return str(total + group)
