"""Where somebody speaks in a channel (Silero, as faster-whisper ships it), and how that is cut for Whisper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from asr.audio import WHISPER_RATE, Samples
from models.errors import MissingPart

SPEECH_BEGINS, SPEECH_ENDS = 0.4, 0.25
"""Silero's probabilities; its own 0.5 loses a 对的 or a 嗯 on the telephone, which may be a consent."""

PAUSE_SECONDS = 0.3
"""A shorter gap is breath inside one utterance, not a pause."""

SHORTEST_SPEECH = 0.1
"""Seconds; a click is shorter, a 嗯 is longer."""

WINDOW_SECONDS = 15.0
"""Longest window for Whisper: it stops at 224 tokens and Mandarin costs 1.3 a character, so 30 s loses text."""

EARLIEST_CUT = 8.0
"""Speech without a pause is cut at its quietest moment between here and WINDOW_SECONDS."""

JOIN_SECONDS = 1.0
"""Utterances closer than this share a window: context helps Whisper more than the gap costs."""

PADDING = 0.25
"""Seconds of sound kept around speech, where it does not reach into the neighbour: soft beginnings and ends."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, seconds of the recording."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def speech_in(samples: Samples) -> tuple[Span, ...]:
    """Where somebody speaks in mono sound at WHISPER_RATE, without padding, in order.

    Raises:
        MissingPart: faster-whisper, which brings Silero, is not installed.
    """
    if len(samples) == 0:
        return ()
    try:
        # Imported when first needed: it is an extra that may be missing, and slow to load.
        from faster_whisper.vad import VadOptions, get_speech_timestamps  # noqa: PLC0415
    except ImportError as error:
        raise MissingPart("asr.no_faster_whisper") from error
    options = VadOptions(
        threshold=SPEECH_BEGINS,
        neg_threshold=SPEECH_ENDS,
        min_silence_duration_ms=round(PAUSE_SECONDS * 1000),
        min_speech_duration_ms=round(SHORTEST_SPEECH * 1000),
        speech_pad_ms=0,
    )
    length = len(samples) / WHISPER_RATE
    found = get_speech_timestamps(samples, options, WHISPER_RATE)
    return tuple(Span(cut["start"] / WHISPER_RATE, min(cut["end"] / WHISPER_RATE, length)) for cut in found)


def without(spans: Iterable[Span], taken: Sequence[Span], shortest: float = SHORTEST_SPEECH) -> tuple[Span, ...]:
    """The spans minus what is `taken`; crumbs below `shortest` go too."""
    kept = list(spans)
    for hole in taken:
        pieces = []
        for span in kept:
            pieces += [Span(span.start, min(span.end, hole.start)), Span(max(span.start, hole.end), span.end)]
        kept = [piece for piece in pieces if piece.seconds >= shortest]
    return tuple(kept)


def windows_over(spans: Sequence[Span], samples: Samples) -> tuple[Span, ...]:
    """Stretches of at most WINDOW_SECONDS that hold all speech once, cut at pauses and padded."""
    pieces = [piece for span in spans for piece in _cut_long(span, samples)]
    groups: list[Span] = []
    for piece in pieces:
        last = groups[-1] if groups else None
        joins = last is not None and 0 < piece.start - last.end <= JOIN_SECONDS
        if last is not None and joins and piece.end - last.start <= WINDOW_SECONDS - 2 * PADDING:
            groups[-1] = Span(last.start, piece.end)
        else:
            groups.append(piece)
    return _padded(groups, len(samples) / WHISPER_RATE)


def _cut_long(span: Span, samples: Samples) -> list[Span]:
    pieces = []
    longest = WINDOW_SECONDS - 2 * PADDING
    while span.seconds > longest:
        cut = _quietest(samples, span.start + EARLIEST_CUT, span.start + longest)
        pieces.append(Span(span.start, cut))
        span = Span(cut, span.end)
    return [*pieces, span]


def _quietest(samples: Samples, start: float, end: float) -> float:
    """The middle of the quietest tenth of a second between two times."""
    frame = WHISPER_RATE // 50
    part = samples[round(start * WHISPER_RATE) : round(end * WHISPER_RATE)]
    energy = np.square(part[: len(part) // frame * frame]).reshape(-1, frame).mean(axis=1)
    around = np.convolve(energy, np.ones(5) / 5, mode="valid")
    return start + (int(np.argmin(around)) + 2.5) * frame / WHISPER_RATE


def _padded(groups: Sequence[Span], length: float) -> tuple[Span, ...]:
    padded = []
    for i, group in enumerate(groups):
        before = groups[i - 1].end if i else 0.0
        after = groups[i + 1].start if i + 1 < len(groups) else length
        left = min(PADDING, max(0.0, group.start - before) / (2 if i else 1))
        right = min(PADDING, max(0.0, after - group.end) / (2 if i + 1 < len(groups) else 1))
        padded.append(Span(group.start - left, group.end + right))
    return tuple(padded)
