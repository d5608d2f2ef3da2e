"""Words of a turn with their exact seconds."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.finding import Evidence
from models.transcript import Turn, Word


class Spoken(NamedTuple):
    """A turn of that number, and the offsets in its text at which its words end.

    No offsets where the words do not make up the text.
    """

    number: int
    turn: Turn
    ends: Sequence[int]

    @classmethod
    def of(cls, number: int, turn: Turn) -> "Spoken":
        texts = [word.text for word in turn.words]
        return cls(number, turn, list(accumulate(map(len, texts))) if "".join(texts) == turn.text else ())

    def part(self, start: int, end: int) -> tuple[float, float, float]:
        """Start and end in seconds, and the words' mean confidence, of characters `start:end` of the text.

        From the words' times; without them, by even speed over the turn.
        """
        turn = self.turn
        if not self.ends:
            pace = (turn.end - turn.start) / max(len(turn.text), 1)
            return turn.start + pace * start, turn.start + pace * end, turn.confidence
        words = turn.words[bisect_right(self.ends, start) : bisect_left(self.ends, end) + 1]
        return words[0].start, words[-1].end, sum([word.confidence for word in words]) / len(words)


_STOP = Word("\x1f", 0.0, 0.0, 1.0)
"""Put after each turn."""


def confidences(turns: Sequence[Turn]) -> NDArray[np.float64]:
    """Of each character of the turns' texts one after the other, and after each turn that of its end: 1.

    The turn's own where its words do not make up its text.
    """
    texts = [word.text for turn in turns for word in (*turn.words, _STOP)]
    whole = "".join(texts)
    if whole.count(_STOP.text) != len(turns) or whole != "".join([turn.text + _STOP.text for turn in turns]):
        return np.concatenate([_confidences_of(turn) for turn in turns])
    certain = np.array([word.confidence for turn in turns for word in (*turn.words, _STOP)], np.float64)
    return certain if len(texts) == len(whole) and all(texts) else certain.repeat(list(map(len, texts)))


def _confidences_of(turn: Turn) -> NDArray[np.float64]:
    if "".join([word.text for word in turn.words]) != turn.text:
        return np.array([*[turn.confidence] * len(turn.text), _STOP.confidence])
    return np.array([*[word.confidence for word in turn.words for _ in word.text], _STOP.confidence])


def quote(
    first: Spoken,
    start: int,
    last: Spoken,
    end: int,
    *,
    likeness: float = 1.0,
    meant: str = "",
    between: Sequence[Spoken] = (),
) -> Evidence:
    """From character `start` of one turn to `end` (not included) of the same or a later one.

    A quote that runs over into later turns stands under its first turn: `span` is the part said there, the quote and
    the seconds are whole, with the turns `between`. Its confidence is that of the worst heard part, times how like it
    is to what was looked for.
    """
    turn = first.turn
    if first.number == last.number:
        begun, ended, confidence = first.part(start, end)
        span, text = (start, end), turn.text[start:end]
    else:
        span = (start, len(turn.text))
        text = "".join([turn.text[start:], *(spoken.turn.text for spoken in between), last.turn.text[:end]])
        whole = [spoken.part(0, len(spoken.turn.text)) for spoken in between if spoken.turn.text]
        parts = [first.part(*span), *whole, last.part(0, end)]
        begun, ended, confidence = parts[0][0], parts[-1][1], min([part[2] for part in parts])
    return Evidence(begun, ended, turn.role, first.number, text, span, round(likeness * confidence, 4), meant)
