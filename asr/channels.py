"""Who is on which channel, and what each channel truly holds.

Two channels: the role is declared (the agent is on the left unless set otherwise). One channel, or one channel
recorded twice: both speakers share it, and the role of everything is unknown, which is said rather than guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from asr.audio import WHISPER_RATE, Audio, Samples
from asr.decode import SILENT_BELOW
from asr.speech import Span
from models.transcript import Role, Turn

AgentChannel = Literal["left", "right"]

SAME_SOUND = 0.98
"""Correlation of two channels above which they are one, recorded twice; lossy codecs keep it above 0.99."""

LEAK_DECIBELS = 6.0
"""A leak is at least this much weaker than the channel it leaks from."""

FAINT_DECIBELS = 25.0
"""What is this much weaker than the voice it coincides with is its leak, however a codec has changed it."""

LEAK_LIKENESS = 0.5
"""Best correlation with the louder channel above which sound is its leak; two voices stay below 0.3."""

LEAK_DELAY = 0.3
"""Seconds an echo may come after (or, by the recorder's skew, before) its source."""

LEAK_FRAME = 0.5
"""Seconds judged at a time."""

OPENING_TURNS = 3
"""Turns of each channel in which an agent's opening is looked for."""

AGENT_OPENINGS = (
    "为您服务",
    "为你服务",
    "欢迎致电",
    "感谢致电",
    "感谢您的来电",
    "请问有什么可以帮",
    "有什么可以帮您",
    "很高兴为",
)
"""What agents open with, and customers do not."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`heard` are the channels worth hearing, `roles` one per channel of the recording."""

    heard: tuple[int, ...]
    roles: tuple[Role, ...]

    @property
    def apart(self) -> bool:
        """Whether the speakers are on channels of their own."""
        return len(self.heard) == 2


def lay_out(audio: Audio, agent_channel: AgentChannel) -> Layout:
    """Which channels to hear, and the role on each."""
    if audio.channels == 1:
        return Layout((0,), (Role.UNKNOWN,))
    left, right = audio.samples
    if dead(right) or same_sound(left, right):
        return Layout((0,), (Role.UNKNOWN, Role.UNKNOWN))
    if dead(left):
        return Layout((1,), (Role.UNKNOWN, Role.UNKNOWN))
    agent_left = agent_channel == "left"
    return Layout((0, 1), (Role.AGENT, Role.CUSTOMER) if agent_left else (Role.CUSTOMER, Role.AGENT))


def dead(samples: Samples) -> bool:
    """Nothing was ever on this channel."""
    return float(np.ptp(samples)) / 2 < SILENT_BELOW


def same_sound(left: Samples, right: Samples) -> bool:
    return _likeness(left, right) > SAME_SOUND


def leaked(source: Samples, quiet: Samples, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Parts of `spans` (speech found on `quiet`) that are only `source` coming through; both at WHISPER_RATE.

    Energy says which channel is louder; correlation, at the best delay, that it is the same sound: a customer who
    speaks softly while the agent speaks loudly must not be lost.
    """
    found: list[Span] = []
    for span in spans:
        if _weaker(source, quiet, span.start, span.end) > FAINT_DECIBELS:
            found.append(span)
            continue
        frames = max(1, round(span.seconds / LEAK_FRAME))
        edges = np.linspace(span.start, span.end, frames + 1)
        for start, end in pairwise(edges):
            if _is_leak(source, quiet, float(start), float(end)):
                if found and abs(found[-1].end - start) < 1e-6:
                    found[-1] = Span(found[-1].start, float(end))
                else:
                    found.append(Span(float(start), float(end)))
    return tuple(found)


def _is_leak(source: Samples, quiet: Samples, start: float, end: float) -> bool:
    first, last = round(start * WHISPER_RATE), round(end * WHISPER_RATE)
    here = quiet[first:last]
    if len(here) < WHISPER_RATE // 20 or _weaker(source, quiet, start, end) < LEAK_DECIBELS:
        return False
    reach = round(LEAK_DELAY * WHISPER_RATE)
    around = source[max(0, first - reach) : last + reach]
    return _best_likeness(here, around) > LEAK_LIKENESS


def _weaker(source: Samples, quiet: Samples, start: float, end: float) -> float:
    """By how many decibels `quiet` is below `source` between two times."""
    first, last = round(start * WHISPER_RATE), round(end * WHISPER_RATE)
    return _decibels(source[first:last]) - _decibels(quiet[first:last])


def _decibels(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-12))


def _likeness(left: Samples, right: Samples) -> float:
    a, b = left - left.mean(), right - right.mean()
    return float(np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-12))


def _best_likeness(part: Samples, around: Samples) -> float:
    """Normalised cross-correlation of `part` with the best place inside `around`, sign ignored."""
    size = 1 << (len(part) + len(around)).bit_length()
    product = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(part, size)), size)
    places = len(around) - len(part) + 1
    energy = np.cumsum(np.concatenate([[0.0], np.square(around, dtype=np.float64)]))
    local = np.sqrt(np.maximum(energy[len(part) :] - energy[: -len(part)], 1e-12))
    return float(np.max(np.abs(product[:places]) / (local * np.linalg.norm(part) + 1e-12)))


def looks_swapped(turns: Sequence[Turn]) -> bool:
    """Whether the agent's opening words are on the customer's channel and not on the agent's."""
    return _opens(turns, Role.CUSTOMER) and not _opens(turns, Role.AGENT)


def _opens(turns: Sequence[Turn], role: Role) -> bool:
    first = [turn.text for turn in turns if turn.role is role][:OPENING_TURNS]
    return any(opening in text for text in first for opening in AGENT_OPENINGS)
