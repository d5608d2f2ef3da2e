"""A recording as a browser plays it, and its outline for a waveform."""

import os
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from asr.container import size_of_file
from asr.decode import open_sound
from asr.decoder import ask
from models.reason import Fact

Peaks = npt.NDArray[np.float32]
"""One value per channel."""


def write_playable(source: Path, target: Path, *, name: str | None = None) -> None:
    """The recording as 16-bit PCM WAV at its own rate and channels: every browser plays it and seeks exactly.

    The target appears whole or not at all. `name` is what people know the file by.

    Raises:
        BadRecording: it cannot be decoded.
    """
    name = name or source.name
    target.parent.mkdir(parents=True, exist_ok=True)
    size = size_of_file(source, name)
    handle, working = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".wav")
    os.close(handle)
    try:
        ask("playable", {"path": str(source.absolute()), "target": str(Path(working).absolute())}, name=name, size=size)
        Path(working).replace(target)
    finally:
        Path(working).unlink(missing_ok=True)


def peaks(source: Path, per_second: int, *, name: str | None = None) -> list[list[float]]:
    """The loudest sample (0–1) of each of `per_second` slices a second, per channel, of any recording.

    Raises:
        BadRecording: it cannot be decoded.
    """
    name = name or source.name
    facts: dict[str, Fact] = {"path": str(source.absolute()), "per_second": per_second}
    loudest: list[list[float]] = ask("outline", facts, name=name, size=size_of_file(source, name))
    return loudest


def write_wav(source: Path, target: Path, *, name: str) -> None:
    """What `write_playable` does in the decoder's process."""
    with (
        open_sound(source, name=name) as sound,
        soundfile.SoundFile(target, "w", sound.rate, sound.channels, "PCM_16", format="WAV") as out,
    ):
        for block in sound.blocks:
            out.write(np.clip(block, -1.0, 1.0))


def outline(source: Path, per_second: int, *, name: str) -> list[list[float]]:
    """What `peaks` does in the decoder's process."""
    loudest: dict[int, Peaks] = {}
    with open_sound(source, name=name) as sound:
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
