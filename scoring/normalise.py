"""Text as matching sees it: simplified, half-width, lower case, without punctuation and fillers.

Offsets lead back to the text as it stands, so that evidence is exact.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

import opencc
import yaml

KEPT_SIGNS = frozenset("%+")
"""Signs that change what is meant: 100% is not 100."""


_POINT = re.compile(r"(?<=\d)[.．](?=\d)")
"""3.5% is not 35%."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """`offsets[i]` is the index in the original text of the character that became `text[i]`."""

    text: str
    offsets: list[int]


def normalise(text: str) -> Normalised:
    folded = list(map(_FOLDED.__getitem__, text))
    for filler in _filler_pattern().finditer(text):
        folded[slice(*filler.span())] = [""] * len(filler.group())
    if "." in text or "．" in text:
        for point in _POINT.finditer(text):
            folded[point.start()] = "."
    normal = "".join(folded)
    offsets = [index for index, letters in enumerate(folded) if letters]
    if len(offsets) < len(normal):
        offsets = [index for index, letters in enumerate(folded) for _ in letters]
    return Normalised(normal, offsets)


def fold(character: str) -> str:
    """One character as it is compared: usually one character, none for punctuation, more for such as ㎏."""
    wide = unicodedata.normalize("NFKC", character).lower()
    kept = "".join(c for c in wide if c in KEPT_SIGNS or unicodedata.category(c)[0] in "LNM")
    return _simplifier().convert(kept) if kept else ""


class _Folded(dict[str, str]):
    """Characters met so far: a telephone call has few different ones."""

    def __missing__(self, character: str) -> str:
        self[character] = fold(character)
        return self[character]


_FOLDED = _Folded()


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _filler_pattern() -> re.Pattern[str]:
    """Fillers anywhere, or between two edges, where an edge is punctuation or an end of the text."""
    words = yaml.safe_load(resources.files("scoring").joinpath("words", "fillers.yaml").read_text("utf8"))
    always = "|".join(map(re.escape, words["always"]))
    alone = "|".join(sorted(map(re.escape, words["alone"]), key=len, reverse=True))
    return re.compile(rf"(?:{always})|(?<!\w)(?:{alone})(?!\w)")
