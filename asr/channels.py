"""Who is on which channel, and what each channel truly holds.

Two channels: the role is declared (the agent is on the left unless set otherwise). One channel, or one channel
recorded twice: both speakers share it, and the role of everything is unknown, which is said rather than guessed.
"""

from collections.abc import Iterable, Iterator, Sequence
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

OWN_DECIBELS = 10.0
"""Unless it is no weaker than this below what the channel's own voice has while the other is silent: some recorders
take one side 30 dB below the other, and a customer who cuts in there is no leak."""

OWN_SECONDS = 1.0
"""Of own voice that tell how loud it is."""

TWIN_LIKENESS = 0.95
"""Correlation above which sound is on both channels alike: a recorded announcement played to both sides."""

TWIN_COMPANY = 0.9
"""Enough for a moment of speech that is mostly so alike: codecs differ by this, two who speak at once by more."""

LEAK_LIKENESS = 0.5
"""Best correlation with the louder channel above which sound is its leak; two voices stay below 0.3."""

LEAK_DELAY = 0.3
"""Seconds an echo may come after (or, by the recorder's skew, before) its source."""

LEAK_FRAME = 0.5
"""Seconds judged at a time."""

LEAK_ENERGY = 10 ** (LEAK_DECIBELS / 10)

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
    faint = _own_level(source, quiet, spans) - OWN_DECIBELS
    found: list[Span] = []
    for span in spans:
        if _weaker(source, quiet, span) > FAINT_DECIBELS and _level(quiet, span) < faint:
            found.append(span)
        else:
            _append(found, (part for part in _frames(span) if _is_leak(source, quiet, part)))
    return tuple(found)


def on_both(left: Samples, right: Samples, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Parts of `spans` (speech found on either) that both channels carry alike, so that it must be heard only once.

    Unlike a leak it is as loud on both: a recorded announcement, or a recorder that mixed both sides for a while.
    """
    found: list[Span] = []
    for span in spans:
        twins = [(part, _twin_likeness(left, right, part)) for part in _frames(span)]
        surely = sum(likeness > TWIN_LIKENESS for _, likeness in twins)
        needed = TWIN_COMPANY if surely * 2 > len(twins) else TWIN_LIKENESS
        _append(found, (part for part, likeness in twins if likeness > needed))
    return tuple(found)


def _frames(span: Span) -> Iterator[Span]:
    """The span in parts of about LEAK_FRAME."""
    frames = max(1, round(span.seconds / LEAK_FRAME))
    for start, end in pairwise(np.linspace(span.start, span.end, frames + 1)):
        yield Span(float(start), float(end))


def _append(found: list[Span], parts: Iterable[Span]) -> None:
    """Add parts in order, one that follows on the last being joined to it."""
    for part in parts:
        if found and abs(found[-1].end - part.start) < 1e-6:
            found[-1] = Span(found[-1].start, part.end)
        else:
            found.append(part)


def _own_level(source: Samples, quiet: Samples, spans: Sequence[Span]) -> float:
    """Decibels of `quiet` where it is too loud to be a leak: its own voice. Infinite where it hardly ever is."""
    own = [span for span in spans if _weaker(source, quiet, span) < LEAK_DECIBELS]
    if sum(span.seconds for span in own) < OWN_SECONDS:
        return float("inf")
    return float(np.median([_level(quiet, span) for span in own]))


def _is_leak(source: Samples, quiet: Samples, span: Span) -> bool:
    """An echo outlasts its source, so levels are compared where the sounds fit and not at the same moment."""
    here, around = _part(quiet, span), _part(source, span, LEAK_DELAY)
    if len(here) < WHISPER_RATE // 20 or _energy(around) < LEAK_ENERGY * _energy(here):
        return False
    likeness, place = _best_likeness(here, around)
    return likeness > LEAK_LIKENESS and _energy(around[place : place + len(here)]) >= LEAK_ENERGY * _energy(here)


def _twin_likeness(left: Samples, right: Samples, span: Span) -> float:
    """0 where the levels tell enough."""
    here, around = _part(right, span), _part(left, span, LEAK_DELAY)
    if len(here) < WHISPER_RATE // 20 or abs(_weaker(left, right, span)) > LEAK_DECIBELS:
        return 0.0
    return _best_likeness(here, around)[0]


def _part(samples: Samples, span: Span, more: float = 0.0) -> Samples:
    """The samples of a span and of so many seconds on either side."""
    return samples[max(0, round((span.start - more) * WHISPER_RATE)) : round((span.end + more) * WHISPER_RATE)]


def _energy(samples: Samples) -> float:
    return float(np.dot(samples, samples))


def _level(samples: Samples, span: Span) -> float:
    return _decibels(_part(samples, span))


def _weaker(source: Samples, quiet: Samples, span: Span) -> float:
    """By how many decibels `quiet` is below `source` in the same moments."""
    return _level(source, span) - _level(quiet, span)


def _decibels(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-12))


def _likeness(left: Samples, right: Samples) -> float:
    a, b = left - left.mean(), right - right.mean()
    return float(np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-12))


def _best_likeness(part: Samples, around: Samples) -> tuple[float, int]:
    """Normalised cross-correlation of `part` with the best place inside `around`, sign ignored; and that place."""
    size = 1 << (len(part) + len(around)).bit_length()
    product = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(part, size)), size)
    places = len(around) - len(part) + 1
    energy = np.cumsum(np.concatenate([[0.0], np.square(around, dtype=np.float64)]))
    local = np.sqrt(np.maximum(energy[len(part) :] - energy[: -len(part)], 1e-12))
    likeness = np.abs(product[:places]) / (local * np.linalg.norm(part) + 1e-12)
    best = int(np.argmax(likeness))
    return float(likeness[best]), best


def looks_swapped(turns: Sequence[Turn]) -> bool:
    """Whether the agent's opening words are on the customer's channel and not on the agent's."""
    return _opens(turns, Role.CUSTOMER) and not _opens(turns, Role.AGENT)


def _opens(turns: Sequence[Turn], role: Role) -> bool:
    first = [turn.text for turn in turns if turn.role is role][:OPENING_TURNS]
    return any(opening in text for text in first for opening in AGENT_OPENINGS)
