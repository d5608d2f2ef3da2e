"""A call's voice measures against where its lines sound."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
import numpy.typing as npt

from asr.speech import Span
from asr.voice import OVERLAP_AT_LEAST, SILENCE_AT_LEAST, characters
from benchmarks.true_calls import Line, TrueCall
from models.transcript import Role, Transcript

GRID = 0.01
SHOWN = {
    "silence": "silence, s a call",
    "longest silence": "longest silence, s",
    "overlap": "overlap, s a call",
    "share": "agent's share of talk, %",
    "rate": "speech rate, %",
    "response": "response, s",
}


@dataclass(frozen=True)
class Errors:
    """Ours minus the truth, by measure; and of the times somebody cut in: found, by the right one, and besides."""

    of: dict[str, list[float]]
    cuts: int
    found: int
    right: int
    besides: int


def compare(call: TrueCall, transcript: Transcript) -> Errors:
    voice = transcript.voice
    spans = [sorted(_sounds(call, channel), key=lambda span: span.start) for channel in (0, 1)]
    both = np.stack([_grid(one, max(line.end for line in call.lines)) for one in spans])
    gaps = [end - start for start, end in _runs(~(both[0] | both[1])) if end - start >= SILENCE_AT_LEAST]
    overlaps = [(start, end) for start, end in _runs(both[0] & both[1]) if end - start >= OVERLAP_AT_LEAST]
    ours = [silence.seconds for silence in voice.silences]
    of = {
        "silence": [sum(ours) - sum(gaps)],
        "longest silence": [max(ours, default=0.0) - max(gaps, default=0.0)],
        "overlap": [sum(one.seconds for one in voice.overlaps or ()) - sum(end - start for start, end in overlaps)],
        "rate": [],
        "response": [],
    }
    talk = [sum(span.seconds for span in one) for one in spans]
    heard = [voice.roles[role].talk_seconds if role in voice.roles else 0.0 for role in (Role.AGENT, Role.CUSTOMER)]
    of["share"] = [100 * (heard[0] / sum(heard) - talk[0] / sum(talk))]
    for role, seconds in zip((Role.AGENT, Role.CUSTOMER), talk, strict=True):
        mine = voice.roles.get(role)
        said = sum(characters(line.text) for line in call.lines if line.role == role.value)
        if mine and mine.rate:
            of["rate"].append(100 * (mine.rate / (said / seconds * 60) - 1))
        waits = _waits(call.lines, role.value)
        if mine and mine.response is not None and waits:
            of["response"].append(mine.response - median(waits))
    return Errors(of, *_cuts(call.lines, overlaps, transcript))


def _sounds(call: TrueCall, channel: int) -> list[Span]:
    return [span for line in call.lines if line.channel == channel for span in line.sounds]


def _grid(spans: Sequence[Span], seconds: float) -> npt.NDArray[np.bool_]:
    marked = np.zeros(round(seconds / GRID) + 1, bool)
    for span in spans:
        marked[round(span.start / GRID) : round(span.end / GRID)] = True
    return marked


def _runs(marked: npt.NDArray[np.bool_]) -> list[tuple[float, float]]:
    """From where to where it is true, seconds; what reaches to either end is no silence within the call."""
    edges = np.flatnonzero(np.diff(marked.astype(int)))
    changes = edges[1:] if marked[0] else edges
    return [((start + 1) * GRID, (end + 1) * GRID) for start, end in zip(changes[::2], changes[1::2], strict=False)]


def _waits(lines: Sequence[Line], role: str) -> list[float]:
    ordered = sorted(lines, key=lambda line: line.start)
    return [
        after.start - before.end
        for before, after in pairwise(ordered)
        if after.role == role and before.role != role and after.start >= before.end
    ]


def _cuts(
    lines: Sequence[Line], overlaps: Sequence[tuple[float, float]], transcript: Transcript
) -> tuple[int, int, int, int]:
    """True overlaps; those of them ours overlap with, and by whom rightly; ours that overlap with none."""
    ours = transcript.voice.overlaps or ()
    found = right = 0
    for start, end in overlaps:
        met = [one for one in ours if one.start < end and one.end > start]
        both = [line for line in lines if line.start < end and line.end > start]
        found += bool(met)
        right += bool(met) and met[0].by.value == max(both, key=lambda line: line.start).role
    besides = sum(all(one.start >= end or one.end <= start for start, end in overlaps) for one in ours)
    return len(overlaps), found, right, besides


def table(calls: Sequence[Errors]) -> str:
    rows = [f"{'measure, ours minus truth':28} {'n':>4} {'median':>8} {'90 % of |error|':>16} {'worst':>8}"]
    for measure, name in SHOWN.items():
        values = np.array([value for call in calls for value in call.of[measure]])
        if len(values):
            worst, most = values[np.argmax(np.abs(values))], np.quantile(np.abs(values), 0.9)
            rows.append(f"{name:28} {len(values):4} {np.median(values):+8.2f} {most:16.2f} {worst:+8.2f}")
    cuts, found, right, besides = (
        sum(getattr(call, of) for call in calls) for of in ("cuts", "found", "right", "besides")
    )
    rows.append(f"times somebody cut in: {cuts}, found {found}, by the right one {right}; found besides: {besides}")
    return "\n".join(rows)
