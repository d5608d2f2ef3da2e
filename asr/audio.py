"""Sound as the rest of the room takes it: looked at in parts, so that hours of it need not be in memory."""

import mmap
from dataclasses import dataclass
from math import gcd
from typing import Protocol

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float32]

WHISPER_RATE = 16_000
"""Hz; Whisper and Silero hear nothing else."""

FILTER_SAMPLES = 256
"""Of the source, taken on either side of a part; soxr's filter reaches half as far, so a part is as in the whole."""

PART_SAMPLES = 60 * WHISPER_RATE
"""Of a sound, looked at at once where all of it is gone through."""

EXCERPT_BLOCK = 60
EXCERPT_BLOCKS = 5
"""Seconds, and how many such blocks of each channel, stand for a recording too long to be held at once."""


class Sound(Protocol):
    """Mono sound at WHISPER_RATE: samples in memory, or what makes them when a part is looked at."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Samples: ...


@dataclass(frozen=True, slots=True, eq=False)
class ChannelSound:
    """One channel of a recording as Sound: each part is brought to WHISPER_RATE when looked at, and not kept.

    Resampling is linear and its filter short, so parts laid together are the whole but for rounding.
    """

    samples: Samples
    rate: int

    def __len__(self) -> int:
        return (2 * len(self.samples) * WHISPER_RATE + self.rate) // (2 * self.rate)

    def __getitem__(self, part: slice, /) -> Samples:
        start, stop, _ = part.indices(len(self))
        if stop <= start:
            return np.zeros(0, np.float32)
        if self.rate == WHISPER_RATE:
            found = self.samples[start:stop].copy()
            let_go(self.samples)
            return found
        # A part begins where a sample of the source and one of ours fall together.
        common = gcd(self.rate, WHISPER_RATE)
        theirs, ours = self.rate // common, WHISPER_RATE // common
        first = max(0, (start // ours * theirs - FILTER_SAMPLES) // theirs)
        source = self.samples[first * theirs : -(-stop // ours) * theirs + FILTER_SAMPLES]
        found = np.asarray(soxr.resample(source, self.rate, WHISPER_RATE), dtype=np.float32)
        let_go(self.samples)
        return found[start - first * ours : stop - first * ours]


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Part of a sound, as Sound: from sample `first` up to `last`."""

    sound: Sound
    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first

    def __getitem__(self, part: slice, /) -> Samples:
        start, stop, _ = part.indices(len(self))
        return self.sound[self.first + start : self.first + max(start, stop)]


def stretch(sound: Sound, start: float, end: float) -> Stretch:
    """The sound between two times in seconds, as far as there is any."""
    first, last = (min(max(0, round(moment * WHISPER_RATE)), len(sound)) for moment in (start, end))
    return Stretch(sound, first, max(first, last))


def energy(sound: Sound) -> float:
    """The sum of its samples' squares."""
    total = 0.0
    for first in range(0, len(sound), PART_SAMPLES):
        part = sound[first : first + PART_SAMPLES]
        total += float(np.dot(part, part))
    return total


@dataclass(frozen=True, slots=True)
class Audio:
    """`samples` is [channels, n], full scale ±1, at `rate` Hz; the file itself had `source_rate` and `codec`.

    Samples that are mapped from a file are not to be written to once they have been heard: what is let go is read
    from the file again.
    """

    samples: Samples
    rate: int
    codec: str
    source_rate: int

    @property
    def channels(self) -> int:
        return int(self.samples.shape[0])

    @property
    def seconds(self) -> float:
        return float(self.samples.shape[1] / self.rate)

    def sound(self, channel: int) -> ChannelSound:
        """One channel at WHISPER_RATE, made where it is looked at."""
        return ChannelSound(self.samples[channel], self.rate)

    def heard_by_whisper(self, channel: int) -> Samples:
        """One channel as mono at WHISPER_RATE, all of it in memory."""
        return self.sound(channel)[:]

    def excerpt(self) -> "Audio":
        """What tells how the channels lie to each other: the minutes in which most is heard on either of them.

        A short recording is its own excerpt. A channel is dead or alive, and the same as the other or not, in the
        excerpt as in the whole.
        """
        block = EXCERPT_BLOCK * self.rate
        starts = range(0, self.samples.shape[1], block)
        if len(starts) <= 2 * EXCERPT_BLOCKS:
            return self
        heights = np.array([[_height(channel[start : start + block]) for start in starts] for channel in self.samples])
        loudest = np.unique(np.argsort(-heights, axis=1, kind="stable")[:, :EXCERPT_BLOCKS])
        parts = [self.samples[:, starts[at] : starts[at] + block] for at in loudest]
        excerpt = Audio(np.concatenate(parts, axis=1), self.rate, self.codec, self.source_rate)
        let_go(self.samples)
        return excerpt


def _height(samples: Samples) -> float:
    height = float(np.ptp(samples))
    let_go(samples)
    return height


def let_go(samples: Samples) -> None:
    """Give back the memory of the file samples are mapped from, if they are: it is read again when looked at again.

    The system would take it back when in need, but until then a long call counts as hundreds of megabytes in use.
    """
    mapped: object = samples.base
    while isinstance(mapped, np.ndarray):
        mapped = mapped.base
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)  # all of it: Linux maps megabytes around what is read
