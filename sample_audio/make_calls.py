"""Make telephone calls from scripts with any voice that has ``say(text, voice, speed)``.

    python sample_audio/make_calls.py --voice VOICE.py --scripts sample_audio/scripts --out sample_audio

writes ``OUT/calls/<file>`` and ``OUT/truth/<stem>.json`` for every script. ``VOICE.py`` is loaded by path: it has
``say(text, voice, speed) -> float32 mono`` and may name its sample rate as ``RATE`` (24 kHz if not). The same script
and voice always give the same call: everything random is drawn from a seed made of the script's stem.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import av
import numpy as np
import soundfile
import soxr
import yaml
from numpy.random import Generator
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Sound = NDArray[np.float64]
Say = Callable[[str, str, float], Samples]

RATE = 8_000  # Hz
CHANNELS = {"agent": 0, "customer": 1}
SPEECH_LEVEL = -22.0  # RMS of a line before its channel's own level, dBFS
BAND = (300.0, 3400.0)  # of the telephone, Hz
WAV_CODECS = {"pcm": "PCM_16", "alaw": "ALAW", "ulaw": "ULAW", "gsm": "GSM610", "adpcm": "IMA_ADPCM"}
STREAM_CODECS = {  # encoder, bit/s, sample format
    "mp3": ("libmp3lame", 32_000, "s16p"),
    "opus": ("libopus", 28_000, "flt"),
    "aac": ("aac", 36_000, "fltp"),
    "amr": ("libopencore_amrnb", 12_200, "s16"),
}
NOTES = (392.0, 523.3, 659.3, 784.0, 659.3, 523.3, 440.0, 587.3)
"""The hold music, Hz: one note every 0.4 s."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A wait before a line, in seconds; excused when the agent had asked for it."""

    seconds: float
    kind: Literal["silence", "music"] = "silence"
    excused: bool = False


Wait = tuple[int, int, Hold]
"""First sample, the sample after the last, and what the wait was."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one person says. ``pause`` is seconds after everything before it; negative talks over it; gain is dB."""

    role: Literal["agent", "customer"]
    text: str
    pause: float = 0.4
    speed: float = 1.0
    gain: float = 0.0
    hold: Hold | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """A call to be spoken; ``contains`` and ``traps`` go into its truth unchanged."""

    stem: str
    file: str
    codec: str
    layout: Literal["stereo", "mono"]
    voices: Mapping[str, str]
    pitch: Mapping[str, float]
    lines: tuple[Line, ...]
    contains: tuple[Mapping[str, Any], ...] = ()
    traps: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line with its sound (8 kHz), its first sample in the call and the one after its last."""

    line: Line
    start: int
    end: int
    sound: Samples


def read_script(path: Path) -> Script:
    """Read one YAML script; its stem names the call."""
    fields = yaml.safe_load(path.read_text("utf-8"))
    holds = (Hold(**line["hold"]) if "hold" in line else None for line in fields["lines"])
    return Script(
        stem=path.stem,
        file=fields["file"],
        codec=fields["codec"],
        layout=fields["layout"],
        voices={role: fields[f"{role}_voice"] for role in CHANNELS},
        pitch={role: fields.get(f"{role}_pitch", 1.0) for role in CHANNELS},
        lines=tuple(Line(**{**line, "hold": hold}) for line, hold in zip(fields["lines"], holds, strict=True)),
        contains=tuple(fields.get("contains", ())),
        traps=tuple(fields.get("traps", ())),
    )


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def mix_call(script: Script, say: Say, voice_rate: int = 24_000) -> tuple[Samples, dict[str, Any]]:
    """Speak and mix a call: samples [n, channels] at 8 kHz, and its truth with times in seconds."""
    random = np.random.default_rng(zlib.crc32(script.stem.encode()))
    spoken, holds = place(script, say, voice_rate, random)
    length = max(one.end for one in spoken) + int(random.uniform(0.7, 1.3) * RATE)
    samples = _through_the_line(_sides(spoken, holds, length), random)
    if script.layout == "mono":
        samples = samples.mean(axis=1, keepdims=True) * 1.4
    return _limit(samples), _truth(script, spoken, holds, length)


def place(script: Script, say: Say, voice_rate: int, random: Generator) -> tuple[list[Spoken], list[Wait]]:
    """Give every line its place; nobody talks over themselves."""
    spoken: list[Spoken] = []
    holds: list[Wait] = []
    front = int(random.uniform(0.5, 1.0) * RATE)
    free = dict.fromkeys(CHANNELS, 0)
    for line in script.lines:
        sound = speak(line, script.voices[line.role], script.pitch[line.role], say, voice_rate)
        waited = int(line.hold.seconds * RATE) if line.hold else 0
        start = max(front + waited + int(line.pause * RATE), free[line.role], 0)
        if line.hold:
            holds.append((front, start, line.hold))
        end = start + len(sound)
        spoken.append(Spoken(line, start, end, sound))
        free[line.role] = end + RATE // 10
        front = max(front, end)
    return spoken, holds


def speak(line: Line, voice: str, pitch: float, say: Say, voice_rate: int) -> Samples:
    """One line at 8 kHz without silence at its ends; pitch 1.05 raises voice and formants by 5 % at the same speed."""
    sound: Samples = soxr.resample(say(line.text, voice, line.speed / pitch), voice_rate * pitch, RATE)
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max())
    sound = sound[max(0, loud[0] - 160) : loud[-1] + 400]
    active = sound[np.abs(sound) > 0.05 * np.abs(sound).max()]
    return sound * np.float32(_ratio(SPEECH_LEVEL + line.gain) / np.sqrt(np.mean(active**2)))


def _sides(spoken: Iterable[Spoken], holds: Iterable[Wait], length: int) -> Samples:
    """Both sides of the call; hold music comes from the switch, so it is recorded on the agent's."""
    sides = np.zeros((length, 2), np.float32)
    for one in spoken:
        sides[one.start : one.end, CHANNELS[one.line.role]] += one.sound
    for start, end, hold in holds:
        if hold.kind == "music":
            sides[start + RATE // 4 : end - RATE // 4, 0] += _music(end - start - RATE // 2)
    return sides


def _music(length: int) -> Samples:
    time = np.arange(length) / RATE
    note = (time / 0.4).astype(int)
    tone = np.sin(2 * np.pi * np.take(NOTES, note % len(NOTES)) * time)
    return (_ratio(-26) * tone * np.exp(-5 * (time - note * 0.4))).astype(np.float32)


def _through_the_line(sides: Samples, random: Generator) -> Samples:
    """Level, line noise, leakage of the other side, and the telephone band, drawn for each call."""
    level = np.array([_ratio(random.uniform(-1, 3)), _ratio(random.uniform(-5, 2))])
    noise = np.column_stack([_noise(len(sides), random, floor) for floor in ((-66, -58), (-60, -48))])
    leak = [_ratio(-random.uniform(30, 45)) for _ in CHANNELS]
    delay = int(random.uniform(0.004, 0.020) * RATE)
    clean = sides * level
    other = np.vstack([np.zeros((delay, 2)), clean[:-delay, ::-1]])
    return _shape(clean + other * leak + noise, *BAND).astype(np.float32)


def _shape(sound: Sound, low: float, high: float) -> Sound:
    """Keep what lies between two frequencies, with the slopes of a fourth-order Butterworth filter and no delay."""
    hertz = np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE), 1.0)
    gain = 1 / np.sqrt((1 + (low / hertz) ** 8) * (1 + (hertz / high) ** 8))
    shaped: Sound = np.fft.irfft(np.fft.rfft(sound.T) * gain, len(sound)).T
    return shaped


def _noise(length: int, random: Generator, floor: tuple[float, float]) -> Sound:
    """Room and line noise, more of it low, that swells slowly; ``floor`` is the range of its RMS, dBFS."""
    white = random.standard_normal(length)
    noise: Sound = white * 0.3 + _shape(white, 50, 500)
    knots = random.uniform(0.6, 1.4, length // RATE + 2)
    swell = np.interp(np.arange(length) / RATE, np.arange(len(knots)), knots)
    noise *= swell * _ratio(random.uniform(*floor)) / noise.std()
    return noise


def _limit(samples: Samples) -> Samples:
    """Bend peaks above 0.6 softly under full scale, as a recorder's limiter does."""
    size = np.abs(samples)
    bent = np.minimum(size, 0.6) + 0.38 * np.tanh(np.maximum(size - 0.6, 0) / 0.38)
    return np.copysign(bent, samples).astype(np.float32)


def _truth(script: Script, spoken: Iterable[Spoken], holds: Iterable[Wait], length: int) -> dict[str, Any]:
    return {
        "file": script.file,
        "seconds": _seconds(length),
        "layout": script.layout,
        "lines": [
            {
                "role": one.line.role,
                "channel": CHANNELS[one.line.role] if script.layout == "stereo" else 0,
                "text": one.line.text,
                "start": _seconds(one.start),
                "end": _seconds(one.end),
            }
            for one in spoken
        ],
        "holds": [
            {"start": _seconds(first), "end": _seconds(last), "kind": hold.kind, "excused": hold.excused}
            for first, last, hold in holds
        ],
        "contains": [dict(finding) for finding in script.contains],
        "traps": [dict(trap) for trap in script.traps],
    }


def _seconds(samples: int) -> float:
    return round(samples / RATE, 3)


def encode(samples: Samples, path: Path, codec: str) -> None:
    """Write samples [n, channels] at 8 kHz with one of WAV_CODECS or STREAM_CODECS."""
    if codec in WAV_CODECS:
        soundfile.write(path, samples, RATE, format="WAV", subtype=WAV_CODECS[codec])
        return
    encoder, bit_rate, form = STREAM_CODECS[codec]
    layout = "stereo" if samples.shape[1] == 2 else "mono"
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream(encoder, rate=RATE, layout=layout, format=form, bit_rate=bit_rate)
        assert isinstance(stream, av.AudioStream)
        for frame in _frames(samples, layout):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _frames(samples: Samples, layout: str) -> Iterator[av.AudioFrame]:
    """The call in frames of 20 ms."""
    whole = np.round(samples * 32767).astype(np.int16)
    for start in range(0, len(whole), RATE // 50):
        frame = av.AudioFrame.from_ndarray(whole[start : start + RATE // 50].reshape(1, -1), "s16", layout)
        frame.sample_rate, frame.pts = RATE, start
        yield frame


def load_voice(path: Path) -> tuple[Say, int]:
    """Load the voice module at a path: its ``say`` and its sample rate, Hz."""
    spec = importlib.util.spec_from_file_location("voice", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"no Python module at {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.say, getattr(module, "RATE", 24_000)


def make(script: Script, say: Say, voice_rate: int, out: Path) -> Path:
    """Make one call and its truth under ``out``; returns the recording's path."""
    samples, truth = mix_call(script, say, voice_rate)
    encode(samples, out / "calls" / script.file, script.codec)
    text = json.dumps(truth, ensure_ascii=False, indent=1) + "\n"
    (out / "truth" / f"{script.stem}.json").write_text(text, "utf-8")
    return out / "calls" / script.file


def main(argv: list[str] | None = None) -> None:
    """Make every call of a folder of scripts."""
    parser = argparse.ArgumentParser(description="Make telephone calls from scripts.")
    parser.add_argument("--voice", type=Path, required=True, help="Python module with say(text, voice, speed)")
    parser.add_argument("--scripts", type=Path, required=True, help="folder of YAML scripts")
    parser.add_argument("--out", type=Path, required=True, help="folder that gets calls/ and truth/")
    parser.add_argument("--only", nargs="*", help="stems to make; all of them if not given")
    options = parser.parse_args(argv)
    for name in ("calls", "truth"):
        (options.out / name).mkdir(parents=True, exist_ok=True)
    say, voice_rate = load_voice(options.voice)
    for path in sorted(options.scripts.glob("*.yaml")):
        if not options.only or path.stem in options.only:
            print(make(read_script(path), say, voice_rate, options.out))


if __name__ == "__main__":
    main()
