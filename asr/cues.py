"""Turns cut into subtitles that can be read while they are heard."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.transcript import Role, Turn, Word

LINES = 2

LINE_WIDTH = 40
"""Columns of a line; a Chinese character takes two. Twenty characters still fit a phone held upright."""

CUE_SECONDS = 7.0
"""The longest a subtitle should stand, by the usual guides for film and television."""

PAUSES = "，。！？；、,.!?;"
"""After one of these a cut is natural."""

ENOUGH = 0.5
"""Share of a full cue from which on a natural place is better than filling it."""


@dataclass(frozen=True, slots=True)
class Cue:
    start: float
    end: float
    role: Role
    lines: tuple[str, ...]


def cues_of(turn: Turn, label: str = "") -> Iterator[Cue]:
    """A turn's cues in order, cut between words only; the first line of each begins with `label`."""
    room = LINES * LINE_WIDTH - _width(label)
    words = _words(turn)
    while words:
        count = _fitting(words, room)
        taken, words = words[:count], words[count:]
        if any(word.text.strip() for word in taken):
            yield Cue(taken[0].start, max(word.end for word in taken), turn.role, _lines(taken, label))


def _words(turn: Turn) -> list[Word]:
    """The turn's words; where it has none, its characters with the turn's time shared out evenly."""
    if turn.words:
        return list(turn.words)
    each = (turn.end - turn.start) / max(1, len(turn.text))
    return [
        Word(character, turn.start + i * each, turn.start + (i + 1) * each, turn.confidence)
        for i, character in enumerate(turn.text)
    ]


def _fitting(words: Sequence[Word], room: int) -> int:
    """How many of the words make the next cue: at least one, however long it is."""
    full, natural, width = 0, 0, 0
    for i, word in enumerate(words, 1):
        width += _width(word.text)
        if i > 1 and (width > room or word.end - words[0].start > CUE_SECONDS):
            break
        full = i
        if _pause(word.text[-1:]) and _well_filled(width, room, word.end - words[0].start):
            natural = i
    if full == len(words):
        return full
    if not natural and full > 1 and _pause(words[full].text[:1]):
        return full - 1  # no cue begins with a comma
    return natural or full


def _well_filled(width: int, room: int, seconds: float) -> bool:
    return width >= ENOUGH * room or seconds >= ENOUGH * CUE_SECONDS


def _lines(words: Sequence[Word], label: str) -> tuple[str, ...]:
    """One line if it fits, or two: cut after a pause if there is one, as evenly as may be."""
    texts = [label, *(word.text for word in words)]
    cuts = [i for i in range(2, len(texts)) if _width("".join(texts[:i])) <= LINE_WIDTH and not _pause(texts[i][:1])]
    if _width("".join(texts)) <= LINE_WIDTH or not cuts:
        return (_on_one_line(texts),)

    def ugliness(cut: int) -> tuple[int, bool, int]:
        first, second = _width("".join(texts[:cut])), _width("".join(texts[cut:]))
        return max(0, second - LINE_WIDTH), not _pause(texts[cut - 1][-1:]), abs(first - second)

    cut = min(cuts, key=ugliness)
    return _on_one_line(texts[:cut]), _on_one_line(texts[cut:])


def _on_one_line(texts: Sequence[str]) -> str:
    """A line break or an empty line inside a cue would end it."""
    return " ".join("".join(texts).split())


def _pause(character: str) -> bool:
    return bool(character) and character in PAUSES


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
