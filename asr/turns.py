"""Words of both channels, as turns in the order they began."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from asr.channels import Layout
from asr.text import tidy
from asr.transcriber import Heard
from models.transcript import Turn, Word

TURN_PAUSE = 0.8
"""Seconds without a word that end a turn."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A tidied word with what Whisper wrote for it and the doubts of its window."""

    word: Word
    raw: str
    channel: int
    flags: tuple[str, ...]


def turns_of(heard: Sequence[Heard], layout: Layout) -> tuple[Turn, ...]:
    """Cut at pauses and where the other speaker comes in between; turns of two channels may overlap."""
    said = sorted((said for one in heard for said in _said(one)), key=lambda said: (said.channel, said.word.start))
    turns = []
    for channel, words in groupby(said, key=lambda said: said.channel):
        others = sorted(one.word.start for one in said if one.channel != channel)
        turns += [_turn(part, layout) for part in _cut(list(words), others)]
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.channel)))


def _said(heard: Heard) -> list[_Said]:
    return [_Said(word, raw, heard.window.channel, heard.flags) for word, raw in tidy(heard.words)]


def _cut(words: list[_Said], others: list[float]) -> list[list[_Said]]:
    parts = [[words[0]]]
    for before, after in pairwise(words):
        gap = (before.word.end, after.word.start)
        if gap[1] - gap[0] > TURN_PAUSE or any(gap[0] <= start < gap[1] for start in others):
            parts.append([])
        parts[-1].append(after)
    return parts


def _turn(said: list[_Said], layout: Layout) -> Turn:
    words = tuple(one.word for one in said)
    text = "".join(word.text for word in words)
    characters = sum(len(word.text) for word in words)
    return Turn(
        role=layout.roles[said[0].channel],
        channel=said[0].channel,
        start=words[0].start,
        end=max(word.end for word in words),
        text=text,
        confidence=round(sum(word.confidence * len(word.text) for word in words) / characters, 4),
        flags=tuple(sorted({flag for one in said for flag in one.flags})),
        words=words,
        raw_text="".join(one.raw for one in said),
    )
