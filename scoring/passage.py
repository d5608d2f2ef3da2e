"""The passages of a call's normalised text: what one speaker says without a pause, one on a line."""

from bisect import bisect_right
from collections.abc import Iterator

from scoring.heard import Heard
from scoring.normalise import BREAK
from scoring.phrases import Occurrence


def passages_of(heard: Heard) -> Iterator[Occurrence]:
    """Where each passage stands in `heard.text`, in order; empty ones are left out."""
    start = 0
    for line in heard.text.split(BREAK):
        if line:
            yield Occurrence(start, start + len(line))
        start += len(line) + len(BREAK)


def turns_of(passage: Occurrence, heard: Heard) -> Iterator[tuple[int, Occurrence]]:
    """The turns a passage is made of: index, and which part of `heard.text` each is."""
    start = passage.start
    while start < passage.end:
        turn, end = _turn_at(start, heard), passage.end
        if turn != _turn_at(end - 1, heard):
            end = start + bisect_right(range(start, end), turn, key=lambda offset: _turn_at(offset, heard))
        yield turn, Occurrence(start, end)
        start = end


def _turn_at(offset: int, heard: Heard) -> int:
    return heard.turn_of(Occurrence(offset, offset + 1))
