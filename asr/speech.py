"""Where somebody speaks in a channel (Silero, as faster-whisper ships it), and how that is cut for Whisper."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from asr.audio import WHISPER_RATE, Sound
from models.errors import MissingPart

SPEECH_BEGINS, SPEECH_ENDS = 0.4, 0.25
"""Silero's probabilities; its own 0.5 loses a 对的 or a 嗯 on the telephone, which may be a consent."""

FRAME = 512
FRAME_CONTEXT = 64
"""Samples Silero judges at a time, and of those before that it hears with them."""

FRAMES_AT_ONCE = 2000
"""About a minute."""

PAUSE_SECONDS = 0.3
"""A shorter gap is breath inside one utterance, not a pause."""

SHORTEST_SPEECH = 0.1
"""Seconds; a click is shorter, a 嗯 is longer."""

WINDOW_SECONDS = 15.0
"""Longest window for Whisper: it stops at 224 tokens and Mandarin costs 1.3 a character, so 30 s loses text."""

EARLIEST_CUT = 8.0
"""Speech without a pause is cut at its quietest moment between here and WINDOW_SECONDS."""

JOIN_SECONDS = PAUSE_SECONDS
"""Utterances closer than this share a window; others only a strip (asr/strips.py), and can be decoded again alone."""

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


def speech_in(sound: Sound) -> tuple[Span, ...]:
    """Where somebody speaks, without padding, in order.

    Raises:
        MissingPart: faster-whisper, which brings Silero, is not installed.
    """
    length = len(sound) / WHISPER_RATE
    return tuple(Span(start, min(end, length)) for start, end in _uttered(_probabilities(sound), length))


def _probabilities(sound: Sound) -> Iterator[float]:
    """Silero's, that somebody speaks, of every frame: as of the whole sound at once, which it would hold thrice."""
    try:
        # Imported when first needed: it is an extra that may be missing, and slow to load.
        from faster_whisper.vad import get_vad_model  # noqa: PLC0415
    except ImportError as error:
        raise MissingPart("asr.no_faster_whisper") from error
    silero = get_vad_model().session
    remembered = remembered_cell = np.zeros((1, 1, 128), np.float32)
    before = np.zeros(FRAME_CONTEXT, np.float32)
    for first in range(0, len(sound), FRAME * FRAMES_AT_ONCE):
        samples = sound[first : first + FRAME * FRAMES_AT_ONCE]
        samples = np.concatenate([before, samples, np.zeros(-len(samples) % FRAME, np.float32)])
        before = samples[-FRAME_CONTEXT:]
        frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME_CONTEXT + FRAME)[::FRAME]
        heard = {"input": np.ascontiguousarray(frames), "h": remembered, "c": remembered_cell}
        probabilities, remembered, remembered_cell = silero.run(None, heard)
        yield from probabilities.tolist()


def _uttered(probabilities: Iterable[float], length: float) -> Iterator[tuple[float, float]]:
    """Starts and ends in seconds of what a pause of PAUSE_SECONDS follows, as faster-whisper's own reading has them."""
    begun = quiet = None
    for at, probability in enumerate(probabilities):
        moment = at * FRAME / WHISPER_RATE
        if probability >= SPEECH_BEGINS:
            begun, quiet = moment if begun is None else begun, None
        elif probability < SPEECH_ENDS and begun is not None:
            quiet = moment if quiet is None else quiet
            if moment - quiet >= PAUSE_SECONDS:
                if quiet - begun > SHORTEST_SPEECH:
                    yield begun, quiet
                begun = quiet = None
    if begun is not None and length - begun > SHORTEST_SPEECH:
        yield begun, length


def without(spans: Iterable[Span], taken: Sequence[Span], shortest: float = SHORTEST_SPEECH) -> tuple[Span, ...]:
    """The spans minus what is `taken`; crumbs below `shortest` go too. Both are in order, each apart."""
    kept = []
    holes = [*taken, Span(math.inf, math.inf)]
    at = 0
    for span in spans:
        while holes[at].end <= span.start:
            at += 1
        start, hole = span.start, at
        while holes[hole].start < span.end:
            kept.append(Span(start, holes[hole].start))
            start = holes[hole].end
            hole += 1
        kept.append(Span(start, span.end))
    return tuple(piece for piece in kept if piece.seconds >= shortest)


def windows_over(spans: Sequence[Span], sound: Sound) -> tuple[Span, ...]:
    """Stretches of at most WINDOW_SECONDS that hold all speech once, cut at pauses and padded."""
    pieces = [piece for span in spans for piece in _cut_long(span, sound)]
    groups: list[Span] = []
    for piece in pieces:
        last = groups[-1] if groups else None
        joins = last is not None and 0 < piece.start - last.end <= JOIN_SECONDS
        if last is not None and joins and piece.end - last.start <= WINDOW_SECONDS - 2 * PADDING:
            groups[-1] = Span(last.start, piece.end)
        else:
            groups.append(piece)
    return _padded(groups, len(sound) / WHISPER_RATE)


def _cut_long(span: Span, sound: Sound) -> list[Span]:
    pieces = []
    longest = WINDOW_SECONDS - 2 * PADDING
    while span.seconds > longest:
        cut = _quietest(sound, span.start + EARLIEST_CUT, span.start + longest)
        pieces.append(Span(span.start, cut))
        span = Span(cut, span.end)
    return [*pieces, span]


def _quietest(sound: Sound, start: float, end: float) -> float:
    """The middle of the quietest tenth of a second between two times."""
    frame = WHISPER_RATE // 50
    part = sound[round(start * WHISPER_RATE) : round(end * WHISPER_RATE)]
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
