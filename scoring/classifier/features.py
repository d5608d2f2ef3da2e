"""Turns as the model sees them: grams of one to three characters, hashed for all turns at once in arrays.

Traditional and full-width characters are folded, digits are all one digit, and marks are one of four, since what one
transcriber writes as a comma another leaves out. Words (jieba) gave nothing that grams had not: docs/classifier.md.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.grams import codes_of
from scoring.normalise import KEPT_SIGNS, fold

Numbers = NDArray[np.intp]
LONGEST = 3
"""Characters of a gram; with four the cross-validation got no better and training twice as slow."""
BITS = 20
"""Of a gram's slot. A hundred thousand grams share a million slots: one in twenty meets another."""
_FACTORS = (np.uint32(2654435761), np.uint32(2246822519), np.uint32(3266489917))
_SALTS = (np.uint32(0), np.uint32(0x9E3779B9), np.uint32(0x7F4A7C15))
_EDGE = 2
"""The code that stands before and after each turn: 您好 at the beginning is not 您好 within."""
_GONE, _UNSEEN = 1, 0
_FOLDED = np.zeros(sys.maxunicode + 1, np.uint32)
"""What each character met so far becomes: 0 not met yet, 1 nothing."""
_MARKS = {**dict.fromkeys("?？", "?"), **dict.fromkeys("!！", "!"), **dict.fromkeys("…—~～", "…")}
_MARKS |= dict.fromkeys(",，、。.．;；:：", ",")


@dataclass(frozen=True, slots=True)
class Grams:
    """Of several texts in order: the `slot` of each gram, how many characters it has, which text it is of.

    `begin` is the offset of its first character in the text as it stands (−1: the edge), `end` that after its last.
    """

    slot: NDArray[np.uint32]
    size: NDArray[np.uint8]
    text: Numbers
    begin: Numbers
    end: Numbers


def grams(texts: Sequence[str]) -> Grams:
    """Every gram of every text; grams do not run over from one text to the next. Sorted by text."""
    codes, text, place = _characters(texts)
    parts = [_of_size(codes, text, place, size) for size in range(1, LONGEST + 1)]
    slot, sizes, owner, begin, end = (np.concatenate(part) for part in zip(*parts, strict=True))
    order = np.argsort(owner, kind="stable")
    return Grams(slot[order], sizes[order], owner[order], begin[order], end[order])


def without_marks(text: str) -> str:
    """As a transcriber writes it that hears no commas."""
    return "".join(character for character in text if character.isalnum() or character in KEPT_SIGNS)


def lengths(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.fromiter(map(len, texts), np.float32, len(texts))


def _characters(texts: Sequence[str]) -> tuple[NDArray[np.uint32], Numbers, Numbers]:
    """All texts' folded characters with an edge before and after each; the text and the offset of each of them."""
    many = np.fromiter(map(len, texts), np.intp, len(texts)) + 2
    codes = codes_of("\2" + "\2\2".join(texts) + "\2" if texts else "")
    text = np.repeat(np.arange(len(texts)), many)
    starts = many.cumsum() - many
    place = np.arange(len(codes)) - starts[text] - 1
    folded = _FOLDED[codes]
    if folded.size and folded.min() == _UNSEEN:
        _learn(codes)
        folded = _FOLDED[codes]
    kept = folded != _GONE
    return folded[kept], text[kept], place[kept]


def _of_size(
    codes: NDArray[np.uint32], text: Numbers, place: Numbers, size: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint8], Numbers, Numbers, Numbers]:
    count = max(len(codes) - size + 1, 0)
    mixed = np.full(count, _SALTS[size - 1])
    for at in range(size):
        mixed = (mixed ^ codes[at : at + count]) * _FACTORS[at]
        mixed ^= mixed >> np.uint32(15)
    inside = text[:count] == text[size - 1 :][:count]
    if size == 1:
        inside = codes[:count] != _EDGE
    last = place[size - 1 :][:count]
    sizes = np.full(int(inside.sum()), size, np.uint8)
    return mixed[inside] >> np.uint32(32 - BITS), sizes, text[:count][inside], place[:count][inside], last[inside] + 1


def _learn(codes: NDArray[np.uint32]) -> None:
    for code in np.unique(codes).tolist():
        if _FOLDED[code] == _UNSEEN:
            _FOLDED[code] = _folded(chr(code))


def _folded(character: str) -> int:
    if ord(character) == _EDGE:
        return _EDGE
    if character in _MARKS:
        return ord(_MARKS[character])
    letters = fold(character)
    if not letters:
        return _GONE
    return ord("0") if letters[0].isdigit() else ord(letters[0])
