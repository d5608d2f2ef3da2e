"""One text of all that was said, a passage on a line, and the way back from its characters to the turns."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from models.transcript import Turn
from scoring.normalise import BREAK, normalise_passages


@dataclass(frozen=True, slots=True)
class CallText:
    """`lines` are where the passages stand in `text`, `line_at` is the number of the line of each character.

    `turn_at` is the index of the turn each character belongs to, `in_turn` where in the turn's text it stands.
    `offsets` are those of `normalise_passages`, `turns` the indexes of the turns in the text's order, and `stretches`
    where in the text each of them stands.
    """

    text: str
    lines: Sequence[tuple[int, int]]
    line_at: NDArray[np.intp]
    turn_at: Sequence[int]
    in_turn: Sequence[int]
    offsets: NDArray[np.intp]
    turns: Sequence[int]
    stretches: Mapping[int, tuple[int, int]]

    @classmethod
    def of(cls, turns: Sequence[Turn], passages: Sequence[Sequence[int]]) -> "CallText":
        said = normalise_passages([turns[index].text for index in passage] for passage in passages)
        order = [index for passage in passages for index in passage]
        ends = list(accumulate([len(line) + len(BREAK) for line in said.text.split(BREAK)[:-1]]))
        lines = [(start, end - len(BREAK)) for start, end in pairwise([0, *ends])]
        lengths = np.array([end - start + len(BREAK) for start, end in lines], np.intp)
        line_at = np.repeat(np.arange(len(ends)), lengths)
        # There is one character between any two turns.
        spaces = np.array([len(turns[index].text) + 1 for index in order], np.intp)
        begins = spaces.cumsum() - spaces
        firsts, lasts = np.searchsorted(said.offsets, (begins, begins + spaces - 1))
        many = np.diff(firsts, append=len(said.offsets))
        return cls(
            text=said.text,
            lines=lines,
            line_at=line_at,
            turn_at=np.array(order, np.intp).repeat(many).tolist(),
            in_turn=(said.offsets - begins.repeat(many)).tolist(),
            offsets=said.offsets,
            turns=order,
            stretches=dict(zip(order, zip(firsts.tolist(), lasts.tolist(), strict=True), strict=True)),
        )

    def parts(self, turn: int, spans: Iterable[tuple[int, int]]) -> Iterator[str]:
        """What became of parts of a turn's text that follow one another."""
        at, last = self.stretches[turn]
        for start, end in spans:
            first = bisect_left(self.in_turn, start, at, last)
            at = bisect_left(self.in_turn, end, first, last)
            yield self.text[first:at]

    def length(self, turn: int) -> int:
        """How many characters became of a turn."""
        at, last = self.stretches[turn]
        return last - at

    def places(self, turn: int, start: int, end: int) -> tuple[int, int]:
        """Where what became of a part of a turn's text begins and ends."""
        stretch = self.stretches[turn]
        return bisect_left(self.in_turn, start, *stretch), bisect_left(self.in_turn, end, *stretch)
