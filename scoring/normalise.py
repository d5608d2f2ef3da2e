"""Text as matching sees it: simplified, half-width, lower case, without punctuation and fillers.

Offsets lead back to the text as it stands, so that evidence is exact.
"""

import re
import sys
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import opencc
import yaml
from numpy.typing import NDArray

KEPT_SIGNS = frozenset("%+")
"""Signs that change what is meant: 100% is not 100."""


_POINT = re.compile(r"(?<=\d)[.．](?=\d)")
"""3.5% is not 35%."""
_CLOCK = re.compile(r"(?<![\d.．:：])([01]?\d|2[0-4])[:：.．]([0-5]\d)(?![\d.．:：%％]|[元块毛倍折万亿]|个点)")
"""How Whisper writes 七点二十: 7:20 or 7.20. What counts something else (4.35%, 7.20元) is left as it stands."""
_SEPARATORS = re.compile(r"[.．:：]")
BREAK = "\n"
"""Between passages; no phrase contains it and `.` does not match it."""
REMOVED, POINT, EDGE, END = "\0", "\x1d", "\x1e", "\x1f"
"""Marks while a text is normalised: for what is left out, for points within numbers, between the turns of a passage,
and after each passage."""
_MEANT = {REMOVED: "", POINT: ".", EDGE: "", END: BREAK}
_MARKS = re.compile(f"[{REMOVED}{POINT}{EDGE}{END}]")

UNSEEN, GONE, SEVERAL = 0, 0xFFFFFFFE, 0xFFFFFFFF
_FOLDED = np.zeros(sys.maxunicode + 1, np.uint32)
"""What each character met so far becomes, by code: a telephone call has few different ones."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """`offsets[i]` is the index in the original text of the character that became `text[i]`."""

    text: str
    offsets: NDArray[np.intp]


def normalise(text: str) -> Normalised:
    return _normalised(_without_marks(text))


def normalise_passages(passages: Iterable[Iterable[str]]) -> Normalised:
    """All turns of all passages at once, a BREAK after each passage; that is several times as fast as one by one.

    The offsets are those in all turns together, with one character between any two.
    """
    said = [list(turns) for turns in passages]
    if any(_MARKS.search("".join(turns)) for turns in said):
        said = [[_without_marks(text) for text in turns] for turns in said]
    return _normalised("".join([EDGE.join(turns) + END for turns in said]))


def _without_marks(text: str) -> str:
    return _MARKS.sub(" ", text) if _MARKS.search(text) else text


def _normalised(text: str) -> Normalised:
    if _SEPARATORS.search(text):
        text = _CLOCK.sub(_as_said, text)
        text = _POINT.sub(POINT, text)
    text = _filler_pattern().sub(lambda filler: REMOVED * len(filler.group()), text)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    folded = _FOLDED[codes]
    if folded.size and folded.min() == UNSEEN:
        _learn(text)
        folded = _FOLDED[codes]
    if folded.size and folded.max() == SEVERAL:
        return _one_by_one(text)
    offsets = np.flatnonzero(folded != GONE)
    return Normalised(folded[offsets].tobytes().decode("utf-32-le"), offsets)


def _as_said(time: re.Match[str]) -> str:
    """One character for each: 7:20 is 七点二十, 2:00 两点."""
    whole = time[2] == "00" and ":" in unicodedata.normalize("NFKC", time[0])
    return f"{time[1]}点{REMOVED * 2 if whole else time[2]}"


def _one_by_one(text: str) -> Normalised:
    """Where a character becomes several."""
    folded = [_one(character) for character in text]
    offsets = [index for index, letters in enumerate(folded) for _ in letters]
    return Normalised("".join(folded), np.array(offsets, np.intp))


def _one(character: str) -> str:
    return _MEANT[character] if character in _MEANT else fold(character)


def _learn(text: str) -> None:
    for character in set(text):
        letters = _one(character)
        _FOLDED[ord(character)] = ord(letters) if len(letters) == 1 else SEVERAL if letters else GONE


def fold(character: str) -> str:
    """One character as it is compared: usually one character, none for punctuation, more for such as ㎏."""
    wide = unicodedata.normalize("NFKC", character).lower()
    kept = "".join(c for c in wide if c in KEPT_SIGNS or unicodedata.category(c)[0] in "LNM")
    return _simplifier().convert(kept) if kept else ""


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _filler_pattern() -> re.Pattern[str]:
    """Fillers anywhere, or between two edges, where an edge is punctuation or an end of the text."""
    words = yaml.safe_load(resources.files("scoring").joinpath("words", "fillers.yaml").read_text("utf8"))
    always = "|".join(map(re.escape, words["always"]))
    alone = "|".join(sorted(map(re.escape, words["alone"]), key=len, reverse=True))
    # Few characters can begin one: that is looked at first.
    first = "".join({re.escape(word[0]) for word in (*words["always"], *words["alone"])})
    return re.compile(rf"(?=[{first}])(?:{always}|(?<!\w)(?:{alone})(?!\w))")
