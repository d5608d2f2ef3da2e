"""A required script as it may be worded: free slots `____`, alternatives `(A/B)`."""

import re
from dataclasses import dataclass
from itertools import product
from math import prod

from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from scoring.normalise import normalise

SLOT = re.compile(r"[_＿]{2,}")
CHOICE = re.compile(r"[(（]([^()（）]*[/／][^()（）]*)[)）]")
SLOT_CHARACTERS = 20
"""What is said in a free slot at most: a name, a date, an amount."""
MOST = 64
"""Wordings of one script; alternatives multiply."""


class TooManyWordings(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class Wording:
    """`required` are the characters that must be said, normalised, in order."""

    required: str
    slots: int

    def best(self, text: str) -> tuple[float, int, int]:
        """The largest share of the required characters said in one place, and where: start, end (not included).

        A place is at most twice as long as the script, and 20 characters longer for each slot.
        """
        size = len(self.required)
        width, step = 2 * size + SLOT_CHARACTERS * self.slots, max(size // 2, 1)
        starts = range(0, max(len(text) - width + step, 1), step)
        places = [text[start : start + width] for start in starts]
        common = process.cdist([self.required], places, scorer=LCSseq.similarity)[0]
        best = int(common.argmax())
        blocks = [b for b in LCSseq.opcodes(self.required, places[best]).as_matching_blocks() if b.size]
        if not blocks:
            return 0.0, 0, 0
        start, last = starts[best], blocks[-1]
        return int(common[best]) / size, start + blocks[0].b, start + last.b + last.size


def wordings(text: str) -> tuple[Wording, ...]:
    """Every way to say the script, in the order of the alternatives.

    Raises:
        TooManyWordings: more than `MOST`.
    """
    parts = CHOICE.split(text)
    choices = [re.split("[/／]", part) if index % 2 else [part] for index, part in enumerate(parts)]
    if prod(map(len, choices)) > MOST:
        raise TooManyWordings
    return tuple(_wording("".join(chosen)) for chosen in product(*choices))


def _wording(text: str) -> Wording:
    pieces = SLOT.split(text)
    return Wording("".join(normalise(piece).text for piece in pieces), len(pieces) - 1)
