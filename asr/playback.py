"""A recording as a browser plays it, and its outline for a waveform."""

import os
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from asr.decode import open_sound

Peaks = npt.NDArray[np.float32]
"""One value per channel."""


def write_playable(source: Path, target: Path, *, name: str | None = None) -> None:
    """The recording as 16-bit PCM WAV at its own rate and channels: every browser plays it and seeks exactly.

    The target appears whole or not at all. `name` is what people know the file by.

    Raises:
        BadRecording: it cannot be decoded.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, working = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".wav")
    os.close(handle)
    try:
        with (
            open_sound(source, name=name or source.name) as sound,
            soundfile.SoundFile(working, "w", sound.rate, sound.channels, "PCM_16", format="WAV") as out,
        ):
            for block in sound.blocks:
                out.write(np.clip(block, -1.0, 1.0))
        Path(working).replace(target)
    finally:
        Path(working).unlink(missing_ok=True)


def peaks(source: Path, per_second: int, *, name: str | None = None) -> list[list[float]]:
    """The loudest sample (0–1) of each of `per_second` slices a second, per channel, of any recording.

    Raises:
        BadRecording: it cannot be decoded.
    """
    loudest: dict[int, Peaks] = {}
    with open_sound(source, name=name or source.name) as sound:
        at = 0
        for block in sound.blocks:
            slices = (np.arange(at, at + len(block)) * per_second) // sound.rate
            first = int(slices[0])
            starts = np.flatnonzero(np.diff(slices, prepend=first - 1))
            for i, peak in enumerate(np.maximum.reduceat(np.abs(block), starts, axis=0)):
                loudest[first + i] = np.maximum(loudest.get(first + i, 0.0), peak)
            at += len(block)
        channels = sound.channels
    return [[round(min(1.0, float(peak[channel])), 3) for peak in loudest.values()] for channel in range(channels)]
