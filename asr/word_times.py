"""Words held to where somebody speaks: Whisper times the first word of a window from the padding before it."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from asr.speech import Span
from models.transcript import Word

SPEECH_EDGE = 0.05
"""Seconds by which speech may begin before and end after it is detected: soft consonants and breaths."""

TOUCHES = 0.3
"""Share of the best overlap below which a word only touches a stretch of speech."""


def held_to_speech(words: Sequence[Word], spans: Sequence[Span]) -> tuple[Word, ...]:
    """The words, none beginning before the speech it falls into or ending after it; spans are in order, each apart.

    A word that falls into no speech keeps its times.
    """
    return tuple(_held(word, spans) for word in words)


def _held(word: Word, spans: Sequence[Span]) -> Word:
    first = bisect_right(spans, word.start, key=lambda span: span.end)
    met = spans[first : bisect_left(spans, word.end, key=lambda span: span.start)]
    if not met:
        return word
    overlaps = [min(span.end, word.end) - max(span.start, word.start) for span in met]
    into = [span for span, overlap in zip(met, overlaps, strict=True) if overlap >= TOUCHES * max(overlaps)]
    start = max(word.start, into[0].start - SPEECH_EDGE)
    end = min(word.end, into[-1].end + SPEECH_EDGE)
    return replace(word, start=round(start, 3), end=round(max(start, end), 3))
