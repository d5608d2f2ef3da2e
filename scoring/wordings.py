"""A required script as it may be worded: free slots `____`, alternatives `(A/B)`."""

import re
from dataclasses import dataclass
from itertools import product
from math import prod

from rapidfuzz import process
from rapidfuzz.distance import LCSseq, MatchingBlock

from scoring.normalise import normalise

SLOT = re.compile(r"[_＿]{2,}")
CHOICE = re.compile(r"[(（]([^()（）]*[/／][^()（）]*)[)）]")
SLOT_CHARACTERS = 20
"""What is said in a free slot at most: a name, a date, an amount."""
FAR = 4
"""Characters away for each of its own."""
MOST = 64
"""Wordings of one script; alternatives multiply."""


class TooManyWordings(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class Wording:
    """`required` are the characters that must be said, normalised, in order."""

    required: str
    slots: int

    def best(self, required: str, text: str) -> tuple[float, int, int]:
        """The largest share of the required characters said in one place, and where: start, end (not included).

        Both are given as they sound. A place is at most twice as long as the script, and 20 characters longer for each
        slot.
        """
        size = len(required)
        width, step = 2 * size + SLOT_CHARACTERS * self.slots, max(size // 2, 1)
        starts = range(0, max(len(text) - width + step, 1), step)
        places = [text[start : start + width] for start in starts]
        common = process.cdist([required], places, scorer=LCSseq.similarity)[0]
        best = int(common.argmax())
        blocks = _blocks(required, places[best])
        if not blocks:
            return 0.0, 0, 0
        # Once more without what is far off: a character of it may stand in the script's own place, too.
        near = max(blocks[0].b - FAR, 0), blocks[-1].b + blocks[-1].size + FAR
        blocks = _blocks(required, places[best][slice(*near)])
        start, last = starts[best] + near[0], blocks[-1]
        return int(common[best]) / size, start + blocks[0].b, start + last.b + last.size


def _blocks(required: str, place: str) -> list[MatchingBlock]:
    """What the two have in common, in order."""
    return _together([block for block in LCSseq.opcodes(required, place).as_matching_blocks() if block.size])


def _together(blocks: list[MatchingBlock]) -> list[MatchingBlock]:
    """Without a character at either end that stands far from the rest, and is there by chance."""
    while len(blocks) > 1 and FAR * blocks[0].size < blocks[1].b - blocks[0].b - blocks[0].size:
        blocks = blocks[1:]
    while len(blocks) > 1 and FAR * blocks[-1].size < blocks[-1].b - blocks[-2].b - blocks[-2].size:
        blocks = blocks[:-1]
    return blocks


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
