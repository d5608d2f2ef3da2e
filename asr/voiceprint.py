"""What a voice is like, as a vector: the GE2E encoder (Wan et al. 2018) as Resemblyzer trained it, without torch.

Three LSTM layers and a projection (asr/voice_encoder.py), with the installed package's weights (asr/voice_weights.py).
"""

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from asr.audio import WHISPER_RATE, Samples, Sound, energy, stretch
from asr.speech import Span
from asr.voice_encoder import voice_encoder

WINDOW_SECONDS = 1.2
"""Sound one vector stands for; the encoder was trained on 1.6 s, but on the telephone people answer in less."""

FRAMES_A_SECOND = 100
FRAME_LENGTH = 400
FRAME_STEP = WHISPER_RATE // FRAMES_A_SECOND
"""Samples: frames of 25 ms every 10 ms."""

FRAMES_AT_ONCE = 4096
"""An hour's frames do not fit into memory at once."""

MELS = 40
LEVEL_DECIBELS = -30.0
"""Of speech, which the encoder was trained with; its mel energies are not logarithms, so level matters."""

BATCH = 128

Voices = npt.NDArray[np.float32]


def voices(sound: Sound, spans: Sequence[Span], windows: Sequence[Span]) -> Voices:
    """A unit vector for each window, [windows, 256]; windows are in order, `spans` are the speech that sets the level.

    Raises:
        MissingPart: the weights are not installed.
    """
    if not windows:
        return np.zeros((0, 256), np.float32)
    parts = [part for part in (stretch(sound, span.start, span.end) for span in spans) if len(part)]
    level = np.sqrt(np.mean([energy(part) / len(part) for part in parts]) + 1e-12)
    gain = np.float32(10 ** (LEVEL_DECIBELS / 20) / level)
    found = []
    for batch in _batches(windows, len(sound) // FRAME_STEP + 1):
        first, last = batch[0].start, max(frames.stop for frames in batch)
        mels = _mels(sound, first, last) * gain**2
        filled = np.stack([_filled(mels[frames.start - first : frames.stop - first]) for frames in batch], axis=1)
        found.append(np.asarray(voice_encoder().run(["voice"], {"mels": filled})[0], dtype=np.float32))
    return np.concatenate(found)


def _batches(windows: Sequence[Span], count: int) -> Iterator[list[range]]:
    """The windows' frames, of `count` there are; those together that are near each other, at most BATCH."""
    batch: list[range] = []
    for window in windows:
        first = min(round(window.start * FRAMES_A_SECOND), count - 1)
        frames = range(first, max(first + 1, min(count, round(window.end * FRAMES_A_SECOND))))
        if batch and (len(batch) == BATCH or frames.stop - batch[0].start > FRAMES_AT_ONCE):
            yield batch
            batch = []
        batch.append(frames)
    yield batch


def _filled(frames: Samples) -> Samples:
    """Always as many frames: what is short is heard again and again."""
    return np.resize(frames, (round(WINDOW_SECONDS * FRAMES_A_SECOND), MELS))


def _mels(sound: Sound, first: int, last: int) -> Samples:
    """Mel energies of every 10 ms from frame `first` up to `last`, [frames, MELS]; a frame lies around its moment."""
    begins, ends = first * FRAME_STEP - FRAME_LENGTH // 2, (last - 1) * FRAME_STEP + FRAME_LENGTH // 2
    samples = np.pad(sound[max(0, begins) : ends], (max(0, -begins), max(0, ends - len(sound))))
    framed = np.lib.stride_tricks.sliding_window_view(samples, FRAME_LENGTH)[::FRAME_STEP]
    hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME_LENGTH) / FRAME_LENGTH)).astype(np.float32)
    spectrum = np.fft.rfft(framed * hann, axis=1)
    return np.asarray((np.square(spectrum.real) + np.square(spectrum.imag)) @ _filters().T, dtype=np.float32)


@cache
def _filters() -> Samples:
    """Slaney's mel filters, [MELS, bins]: linear to 1 kHz, then logarithmic, each of the same area."""
    bins = np.fft.rfftfreq(FRAME_LENGTH, 1 / WHISPER_RATE)
    highest = 15.0 + 27.0 * np.log(WHISPER_RATE / 2000.0) / np.log(6.4)
    mels = np.linspace(0.0, highest, MELS + 2)
    hertz = np.where(mels < 15.0, mels * 200.0 / 3.0, 1000.0 * np.exp(np.log(6.4) / 27.0 * (mels - 15.0)))
    below, peak, above = hertz[:-2, None], hertz[1:-1, None], hertz[2:, None]
    triangles = np.minimum((bins - below) / (peak - below), (above - bins) / (above - peak))
    return np.asarray(np.maximum(0.0, triangles) * 2.0 / (above - below), dtype=np.float32)
