"""One text of all that was said, a passage on a line, and the way back from its characters to the turns."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from models.transcript import Turn
from scoring.normalise import BREAK, normalise_passages


@dataclass(frozen=True, slots=True)
class CallText:
    """`lines` are where the passages stand in `text`, `line_at` is the number of the line of each character.

    `offsets` are those of `normalise_passages`; `turns` the indexes of the turns in the text's order, and `begins` the
    offsets at which they begin.
    """

    text: str
    lines: Sequence[tuple[int, int]]
    line_at: NDArray[np.intp]
    offsets: Sequence[int]
    turns: Sequence[int]
    begins: Sequence[int]

    @classmethod
    def of(cls, turns: Sequence[Turn], passages: Sequence[Sequence[int]]) -> "CallText":
        said = normalise_passages([turns[index].text for index in passage] for passage in passages)
        order = [index for passage in passages for index in passage]
        ends = list(accumulate([len(line) + len(BREAK) for line in said.text.split(BREAK)[:-1]]))
        lines = [(start, end - len(BREAK)) for start, end in pairwise([0, *ends])]
        lengths = np.array([end - start + len(BREAK) for start, end in lines], np.intp)
        line_at = np.repeat(np.arange(len(ends)), lengths)
        return cls(said.text, lines, line_at, said.offsets, order, _begins(len(turns[index].text) for index in order))

    def turn_at(self, place: int) -> int:
        """Index of the turn a character of the text belongs to."""
        return self.turns[bisect_right(self.begins, self.offsets[place]) - 1]

    def place_in_turn(self, place: int) -> tuple[int, int]:
        """The turn, and which character of its text became this one."""
        offset = self.offsets[place]
        number = bisect_right(self.begins, offset) - 1
        return self.turns[number], offset - self.begins[number]

    def part(self, turn: int, start: int, end: int) -> str:
        """What became of a part of a turn's text."""
        return self.text[slice(*self.places(turn, start, end))]

    def places(self, turn: int, start: int, end: int) -> tuple[int, int]:
        """Where what became of a part of a turn's text begins and ends."""
        begin = self.begins[self.turns.index(turn)]
        return bisect_left(self.offsets, begin + start), bisect_left(self.offsets, begin + end)

    def turns_from(self, first: int, last: int) -> Sequence[int]:
        """The turns that have any of the characters `first` to `last` (included)."""
        return list(dict.fromkeys(map(self.turn_at, range(first, last + 1))))


def _begins(lengths: Iterable[int]) -> Sequence[int]:
    """Where each begins, with one character between any two."""
    begins, begin = [], 0
    for length in lengths:
        begins.append(begin)
        begin += length + 1
    return begins
