"""Sound as the rest of the room takes it: samples in memory with what they are."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float32]

WHISPER_RATE = 16_000
"""Hz; Whisper and Silero hear nothing else."""


@dataclass(frozen=True, slots=True)
class Audio:
    """`samples` is [channels, n], full scale ±1, at `rate` Hz; the file itself had `source_rate` and `codec`."""

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

    def heard_by_whisper(self, channel: int) -> Samples:
        """One channel as mono at WHISPER_RATE."""
        mono: Samples = self.samples[channel]
        if self.rate == WHISPER_RATE:
            return mono
        return np.asarray(soxr.resample(mono, self.rate, WHISPER_RATE), dtype=np.float32)
