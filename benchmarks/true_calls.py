"""Calls of which it is known when what is said: those of sample_audio, and others laid together of clips."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from asr.decode import decode
from asr.speech import PAUSE_SECONDS, Span

RATE = 8000
MAX_SECONDS = 4 * 3600

FRAME = 0.01
SMOOTH = 5
"""Frames a level is taken over."""

BELOW_PEAK, BELOW_PEAK_OF_CLIPS = 35.0, 20.0
"""Decibels under its loudest moment down to which a line sounds; real rooms are noisy down to 25."""

SHORTEST = 0.05
"""Seconds; what sounds for less is a click."""

LEAD = 1.0
"""Seconds before the first clip of a laid call and after its last."""

CLIPS_A_CALL = 12
GAPS = (-1.2, -0.6, 0.2, 0.4, 0.7, 1.3, 2.5, 6.0)
"""Seconds from the end of a clip to the beginning of the next; negative, it cuts in."""


@dataclass(frozen=True)
class Line:
    role: str
    channel: int
    text: str
    start: float
    end: float
    sounds: tuple[Span, ...]
    """Where in it there is sound, without its pauses."""


@dataclass(frozen=True)
class TrueCall:
    path: Path
    apart: bool
    lines: list[Line]


def sample_calls(folder: Path) -> Iterator[TrueCall]:
    for file in sorted((folder / "truth").glob("*.json")):
        truth = json.loads(file.read_text("utf8"))
        path = folder / "calls" / truth["file"]
        audio = decode(path, name=path.name, max_seconds=MAX_SECONDS)
        lines = [
            Line(
                role=one["role"],
                channel=min(one["channel"], audio.channels - 1),
                text=one["text"],
                start=one["start"],
                end=one["end"],
                sounds=sounding(audio.samples[min(one["channel"], audio.channels - 1)], audio.rate, one),
            )
            for one in truth["lines"]
        ]
        yield TrueCall(path, truth["layout"] == "stereo", lines)


def sounding(
    samples: npt.NDArray[np.float32], rate: int, line: Mapping[str, float], below: float = BELOW_PEAK
) -> tuple[Span, ...]:
    """Where a line is within so many decibels of its loudest moment; gaps shorter than a pause count as sound."""
    frame = round(FRAME * rate)
    part = samples[round(line["start"] * rate) : round(line["end"] * rate)]
    levels = np.square(part[: len(part) // frame * frame]).reshape(-1, frame).mean(axis=1)
    levels = np.convolve(levels, np.ones(SMOOTH) / SMOOTH, mode="same")
    loud = np.flatnonzero(levels > levels.max() * 10 ** (-below / 10))
    runs = np.split(loud, np.flatnonzero(np.diff(loud) > PAUSE_SECONDS / FRAME) + 1)
    spans = (Span(line["start"] + float(run[0]) * FRAME, line["start"] + float(run[-1] + 1) * FRAME) for run in runs)
    return tuple(span for span in spans if span.seconds >= SHORTEST)


def laid_calls(clips: Path, folder: Path) -> Iterator[TrueCall]:
    """Calls of two channels, written to `folder`, of clips that take turns at known distances.

    `clips` holds manifest.jsonl with `file` and `text`; a clip is cut to where it sounds.
    """
    manifest = [json.loads(line) for line in (clips / "manifest.jsonl").read_text("utf8").splitlines()]
    random = np.random.default_rng(0)
    for first in range(0, len(manifest) - CLIPS_A_CALL + 1, CLIPS_A_CALL):
        lines: list[Line] = []
        sounds: list[npt.NDArray[np.float32]] = []
        for i, clip in enumerate(manifest[first : first + CLIPS_A_CALL]):
            sound = telephone(clips / clip["file"])
            shape = sounding(sound, RATE, {"start": 0.0, "end": len(sound) / RATE}, BELOW_PEAK_OF_CLIPS)
            # Nobody cuts in on what follows on their own last words.
            gap = float(random.choice(GAPS)) if i % 2 else float(random.choice([gap for gap in GAPS if gap > 0]))
            at = round(lines[-1].end + gap if lines else LEAD, 2)
            lines.append(_laid(clip["text"], i % 2, at, shape))
            sounds.append(sound[round(shape[0].start * RATE) : round(shape[-1].end * RATE)])
        yield _written(folder / f"laid-{first:03}.wav", lines, sounds)


def telephone(file: Path) -> npt.NDArray[np.float32]:
    samples, rate = soundfile.read(file, dtype="float32")
    return np.asarray(soxr.resample(samples, rate, RATE), dtype=np.float32)


def _laid(text: str, channel: int, at: float, shape: Sequence[Span]) -> Line:
    shift = at - shape[0].start
    sounds = tuple(Span(span.start + shift, span.end + shift) for span in shape)
    return Line(("agent", "customer")[channel], channel, text, at, sounds[-1].end, sounds)


def _written(path: Path, lines: list[Line], sounds: Sequence[npt.NDArray[np.float32]]) -> TrueCall:
    """The call as A-law with a little noise on the line."""
    seconds = max(line.end for line in lines) + LEAD
    both = np.random.default_rng(1).normal(0, 2e-4, (round(seconds * RATE), 2)).astype(np.float32)
    for line, sound in zip(lines, sounds, strict=True):
        begins = round(line.start * RATE)
        both[begins : begins + len(sound), line.channel] += sound
    soundfile.write(path, np.clip(both, -1, 1), RATE, "ALAW", format="WAV")
    return TrueCall(path, apart=True, lines=lines)
