"""What a voice is like, as a vector: the GE2E encoder (Wan et al. 2018) as Resemblyzer trained it, without torch.

Three LSTM layers and a projection (asr/voice_encoder.py), with the installed package's weights (asr/voice_weights.py).
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from asr.audio import WHISPER_RATE, Samples
from asr.speech import Span
from asr.voice_encoder import voice_encoder

WINDOW_SECONDS = 1.2
"""Sound one vector stands for; the encoder was trained on 1.6 s, but on the telephone people answer in less."""

FRAMES_A_SECOND = 100
FRAME_LENGTH = 400
"""Samples, 25 ms."""

FRAMES_AT_ONCE = 2048
"""An hour's frames do not fit into memory at once."""

MELS = 40
LEVEL_DECIBELS = -30.0
"""Of speech, which the encoder was trained with; its mel energies are not logarithms, so level matters."""

BATCH = 128

Voices = npt.NDArray[np.float32]


def voices(samples: Samples, spans: Sequence[Span], windows: Sequence[Span]) -> Voices:
    """A unit vector for each window, [windows, 256]; `spans` are the speech by which the level is set.

    Raises:
        MissingPart: the weights are not installed.
    """
    if not windows:
        return np.zeros((0, 256), np.float32)
    level = np.sqrt(np.mean([np.mean(np.square(_part(samples, span))) for span in spans]) + 1e-12)
    mels = _mels(samples * np.float32(10 ** (LEVEL_DECIBELS / 20) / level))
    found = []
    for first in range(0, len(windows), BATCH):
        batch = np.stack([_filled(mels, window) for window in windows[first : first + BATCH]], axis=1)
        found.append(np.asarray(voice_encoder().run(["voice"], {"mels": batch})[0], dtype=np.float32))
    return np.concatenate(found)


def _part(samples: Samples, span: Span) -> Samples:
    return samples[round(span.start * WHISPER_RATE) : round(span.end * WHISPER_RATE)]


def _filled(mels: Samples, window: Span) -> Samples:
    """The window's frames, always as many: what is short is heard again and again."""
    first = min(round(window.start * FRAMES_A_SECOND), len(mels) - 1)
    frames = mels[first : max(first + 1, round(window.end * FRAMES_A_SECOND))]
    return np.resize(frames, (round(WINDOW_SECONDS * FRAMES_A_SECOND), MELS))


def _mels(samples: Samples) -> Samples:
    """Mel energies of every 10 ms, [frames, MELS]."""
    frame = WHISPER_RATE // FRAMES_A_SECOND
    framed = np.lib.stride_tricks.sliding_window_view(np.pad(samples, FRAME_LENGTH // 2), FRAME_LENGTH)[::frame]
    hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME_LENGTH) / FRAME_LENGTH)).astype(np.float32)
    filters = _filters().T
    found = np.empty((len(framed), MELS), np.float32)
    for first in range(0, len(framed), FRAMES_AT_ONCE):
        spectrum = np.fft.rfft(framed[first : first + FRAMES_AT_ONCE] * hann, axis=1)
        found[first : first + FRAMES_AT_ONCE] = (np.square(spectrum.real) + np.square(spectrum.imag)) @ filters
    return found


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
