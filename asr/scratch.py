"""Samples on their way from the decoder's process into ours: a file with one row of float32 per channel.

A row has room for the longest recording allowed, so that each channel can be written as it comes; what is not used
of it is a hole that takes no space.
"""

import math
import mmap
from dataclasses import asdict, dataclass
from typing import IO, Any, BinaryIO

import numpy as np

from asr.audio import Samples


class ScratchFull(Exception):
    """What was decoded cannot be written: no fault of the recording's."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.number = error.errno
        self.what = error.strerror


@dataclass(slots=True)
class Rows:
    """What is in the file: `frames` so far of each of `channels`, whose rows are `row` bytes apart."""

    channels: int
    row: int
    frames: int = 0

    @classmethod
    def with_room(cls, channels: int, seconds: float, rate: int) -> "Rows":
        return cls(channels, 4 * math.ceil((seconds + 1) * rate))

    def append(self, scratch: BinaryIO, block: Samples) -> None:
        """Write [channels, frames].

        Raises:
            ScratchFull: the file cannot grow.
        """
        try:
            for channel, samples in enumerate(block):
                scratch.seek(channel * self.row + self.frames * 4)
                scratch.write(samples.data)
            scratch.flush()
        except OSError as error:
            raise ScratchFull(error) from error
        self.frames += block.shape[1]

    def mapped(self, scratch: IO[bytes]) -> Samples:
        """[channels, frames], read from the file when looked at; changes stay in this process."""
        end = (self.channels - 1) * self.row + self.frames * 4
        sound = mmap.mmap(scratch.fileno(), end, access=mmap.ACCESS_COPY)
        return np.ndarray((self.channels, self.frames), np.float32, sound, strides=(self.row, 4))

    def facts(self) -> dict[str, Any]:
        return asdict(self)
