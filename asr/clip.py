"""A stretch of a recording for others to hear: both speakers as loud as each other, and beeps over what is not theirs.

The channels are mixed into one. What a customer says is often heard faintly in the agent's channel too, so that a beep
in one channel alone would hide nothing.
"""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from asr.audio import WHISPER_RATE
from asr.decode import decode

Sound = npt.NDArray[np.float32]
"""Samples of one channel, full scale 1."""

CLIP_VERSION = 1
"""Part of a clip's name: clips are cut again when this code cuts them otherwise."""

RATE = WHISPER_RATE
LONGEST = 4 * 3600.0
"""Seconds of a recording whose length nobody knows."""

SLACK = 60.0
FADE = 0.02
EDGE = 0.008
"""Seconds over which speech goes before a beep, and comes back after it: outside of what is hidden."""

BEEP_HZ = 1000.0
BEEP = 0.1
"""Amplitude: about as loud as the speech around it, and nobody jumps."""

FRAME = 0.05
AROUND = 30
"""Frames before and after over which a voice is taken to be equally loud: 1.5 s, about a clause."""

LOUD = 0.1
"""Root mean square speech is brought to: −20 dBFS."""

ACTIVE = 0.03
"""Frames below this share of the loudest are pauses: −30 dB."""

FLOOR = 0.002
"""Nothing quieter than this is speech; a dead channel's noise stays quiet."""

GAINS = (0.25, 10.0)
CEILING = 0.95
QUALITY = 0.6
"""Of libsndfile's scale from 0, the best, to 1: about 4 kB a second."""


def write_clip(
    source: Path,
    target: Path,
    start: float,
    end: float,
    beeps: Sequence[tuple[float, float]],
    *,
    name: str,
    seconds: float | None = None,
) -> None:
    """The seconds `start` to `end` of a recording as a small MP3. `beeps` are seconds of the recording too.

    The target appears whole or not at all. `name` is what people know the recording by, `seconds` its
    length where it is known.

    Raises:
        BadRecording: it cannot be decoded.
    """
    audio = decode(source, name=name, max_seconds=(seconds or LONGEST) + SLACK)
    first, last = max(0, round(start * audio.rate)), max(1, round(end * audio.rate))
    channels = np.asarray(audio.samples[:, first:last], dtype=np.float32)
    hidden = [(begin - first / audio.rate, stop - first / audio.rate) for begin, stop in beeps]
    sound = mixed(channels, audio.rate, hidden)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, working = tempfile.mkstemp(dir=target.parent, prefix=".clip.", suffix=".mp3")
    os.close(handle)
    try:
        soundfile.write(
            working,
            sound,
            RATE,
            format="MP3",
            subtype="MPEG_LAYER_III",
            compression_level=QUALITY,
            bitrate_mode="VARIABLE",
        )
        Path(working).replace(target)
    finally:
        Path(working).unlink(missing_ok=True)


def mixed(channels: npt.NDArray[np.float32], rate: int, hidden: Sequence[tuple[float, float]]) -> Sound:
    """One channel at RATE of [channels, frames], the seconds `hidden` (from its start) under a beep."""
    spoken = np.stack([soxr.resample(channel, rate, RATE) for channel in channels]).astype(np.float32)
    frames = spoken.shape[1]
    spans = [(max(0, round(begin * RATE)), min(frames, round(stop * RATE))) for begin, stop in hidden]
    kept = _kept(frames, [span for span in spans if span[0] < span[1]])
    mono = sum((_evened(channel * kept) for channel in spoken), start=np.zeros(frames, np.float32))
    if len(spoken) == 2 and np.allclose(spoken[0], spoken[1], atol=1e-4):
        mono = _evened(spoken[0] * kept)
    mono *= min(1.0, CEILING / max(float(np.abs(mono).max(initial=0.0)), 1e-9))
    for begin, stop in spans:
        if begin < stop:
            mono[begin:stop] = _beep(stop - begin)
    return _faded(mono)


def _kept(frames: int, spans: Sequence[tuple[int, int]]) -> Sound:
    """1 where speech stays, 0 where it goes, with slopes outside of what goes."""
    kept = np.ones(frames, np.float32)
    edge = round(EDGE * RATE)
    down = np.linspace(1, 0, edge, dtype=np.float32)
    for begin, stop in spans:
        before, after = max(0, begin - edge), min(frames, stop + edge)
        kept[before:begin] = np.minimum(kept[before:begin], down[edge - (begin - before) :])
        kept[stop:after] = np.minimum(kept[stop:after], down[::-1][: after - stop])
        kept[begin:stop] = 0.0
    return kept


def _evened(channel: Sound) -> Sound:
    """The channel with its speech at LOUD, whoever speaks in it and however far from the telephone."""
    frame = round(FRAME * RATE)
    whole = -(-len(channel) // frame)
    if not whole:
        return channel
    padded = np.zeros(whole * frame, np.float32)
    padded[: len(channel)] = channel
    power = np.square(padded.reshape(whole, frame), dtype=np.float64).mean(axis=1)
    active = np.sqrt(power) > max(FLOOR, ACTIVE * float(np.sqrt(power.max())))
    if not active.any():
        return channel
    around = np.ones(2 * AROUND + 1)
    speech = np.convolve(power * active, around, "full")[AROUND : AROUND + whole]
    counted = np.convolve(active.astype(float), around, "full")[AROUND : AROUND + whole]
    places = np.flatnonzero(active)
    level = np.sqrt(speech[places] / counted[places])
    gains = np.clip(LOUD / level, *GAINS)
    middles = (places + 0.5) * frame
    return (channel * np.interp(np.arange(len(channel)), middles, gains)).astype(np.float32)


def _beep(frames: int) -> Sound:
    edge = min(round(EDGE * RATE), frames // 2)
    tone = BEEP * np.sin(2 * np.pi * BEEP_HZ * np.arange(frames) / RATE)
    if edge:
        tone[:edge] *= np.linspace(0, 1, edge)
        tone[-edge:] *= np.linspace(1, 0, edge)
    return tone.astype(np.float32)


def _faded(sound: Sound) -> Sound:
    edge = min(round(FADE * RATE), len(sound) // 2)
    if edge:
        sound[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)
        sound[-edge:] *= np.linspace(1, 0, edge, dtype=np.float32)
    return sound
