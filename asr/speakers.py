"""Two voices in one channel told apart: who speaks when, how sure that is, and when to say that it is not known.

Windows of speech become voice vectors, two-means parts them, and Viterbi's path gives each moment its speaker, a
change costing less across a pause. Whether these are two people is judged by how far the halves lie apart for how
wide they are: one voice cut in two by force gives halves that touch.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from asr.audio import Sound
from asr.speech import Span
from asr.voice import loudness
from asr.voice_encoder import can_tell_voices
from asr.voiceprint import WINDOW_SECONDS, voices

Count = Literal["one", "two", "unsure"]
Numbers = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

HOP_SECONDS = 0.5
"""From one window to the next: how exactly a change without a pause can be placed."""

CLUSTERED_SECONDS = 0.7
"""Windows shorter than this say too little of a voice to shape the two; they are given to one of them after."""

FEWEST_WINDOWS = 24
"""Below this, about 12 s of speech, two halves of one voice look as far apart as two voices."""

FEWEST_OF_ONE = 6
LEAST_SHARE = 0.08
"""A half smaller than this is a cough, a cry or a moment of both at once rather than a person."""

FEWEST_CHANGES = 4
"""Two people take turns; a line that turns noisy halfway looks like another voice, once."""

APART = 0.575
"""Separation midway between the most divided single voice measured (0.42) and the two most alike (0.73); see
benchmarks/diarisation.py, which also leaves each call out in turn."""

APART_WIDTH = 0.05
"""Of the logistic curve that makes a confidence of a separation."""

SURE = 0.9
"""Confidence from which turns are split."""

MOST_EVIDENCE = 6.0
"""Log odds one window may give: vectors beside each other are not independent."""

CHANGE_COST = 4.0
CHANGE_COST_AT_PAUSE = 1.0
"""Log odds of a change of speaker between two windows, inside an utterance and after a pause."""

DOUBT_BELOW = 2.0
"""Log odds in favour of the chosen speaker below which a moment is doubtful."""


STARTS = 3
"""Two-means from so many beginnings: with voices apart any of them finds the same halves."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of speech by speaker 0 or 1 (0 speaks first)."""

    start: float
    end: float
    speaker: int
    doubtful: bool = False

    def overlap(self, start: float, end: float) -> float:
        return max(0.0, min(self.end, end) - max(self.start, start))

    def distance(self, moment: float) -> float:
        return max(self.start - moment, moment - self.end, 0.0)


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who speaks when in one channel. `parts` cover the speech and are empty unless `count` is two.

    `confidence` is that there are two, by their `separation` (0 where there is too little speech to tell);
    `loudness` is each one's, dBFS.
    """

    count: Count
    confidence: float
    separation: float = 0.0
    parts: tuple[Part, ...] = ()
    loudness: tuple[float | None, ...] = ()

    def spans(self, speaker: int) -> tuple[Span, ...]:
        return tuple(Span(part.start, part.end) for part in self.parts if part.speaker == speaker)

    def of(self, start: float, end: float) -> tuple[int, bool]:
        """Who says what is said from `start` to `end`, and whether that is doubtful."""
        first = max(0, bisect_right(self.parts, start, key=lambda part: part.start) - 1)
        last = bisect_left(self.parts, end, key=lambda part: part.start)
        near = self.parts[first : last + 1]
        part = max(near, key=lambda part: (part.overlap(start, end), -part.distance((start + end) / 2)))
        return part.speaker, part.doubtful


@dataclass(frozen=True, slots=True, eq=False)
class _Halves:
    """Vectors cut in two: their directions, and how separate they are."""

    labels: Labels
    axis: Numbers
    middle: float
    spread: float
    separation: float

    @property
    def confidence(self) -> float:
        return float(1 / (1 + np.exp(-np.clip((self.separation - APART) / APART_WIDTH, -30, 30))))

    @property
    def smaller(self) -> int:
        return int(min(self.labels.sum(), len(self.labels) - self.labels.sum()))

    def evidence(self, vectors: Numbers) -> Numbers:
        """Log odds for label 1, of two normal curves of one width along the axis."""
        gap = float(np.linalg.norm(self.axis))
        along = (vectors @ self.axis) / gap - self.middle
        return np.asarray(np.clip(along * gap / self.spread**2, -MOST_EVIDENCE, MOST_EVIDENCE))


def tell_apart(sound: Sound, spans: Sequence[Span]) -> Speakers:
    """The speakers of a sound in which `spans` are speech; unsure where no encoder is installed."""
    if not can_tell_voices():
        return Speakers("unsure", 0.0)
    windows = [(at, window) for at, span in enumerate(spans) for window in _windows(span)]
    vectors = voices(sound, spans, [window for _, window in windows]).astype(np.float64)
    telling = np.array([window.seconds >= CLUSTERED_SECONDS for _, window in windows], dtype=bool)
    if telling.sum() < FEWEST_WINDOWS:
        return Speakers("unsure", 0.0)
    halves = _two_means(vectors[telling])
    confidence = round(halves.confidence, 3)
    if _uneven(halves) or _more_than_two(vectors[telling], halves):
        return Speakers("unsure", min(confidence, 0.5), halves.separation)
    if confidence < SURE:
        return Speakers("one" if confidence < 1 - SURE else "unsure", confidence, halves.separation)
    parts = _parts(spans, windows, halves.evidence(vectors))
    if sum(before.speaker != after.speaker for before, after in pairwise(parts)) < FEWEST_CHANGES:
        return Speakers("unsure", 0.5, halves.separation)
    each = [tuple(Span(part.start, part.end) for part in parts if part.speaker == who) for who in (0, 1)]
    return Speakers("two", confidence, halves.separation, parts, tuple(loudness(sound, mine) for mine in each))


def _windows(span: Span) -> list[Span]:
    """Evenly laid over the span, its whole length covered."""
    if span.seconds <= WINDOW_SECONDS:
        return [span]
    count = int(np.ceil((span.seconds - WINDOW_SECONDS) / HOP_SECONDS)) + 1
    starts = np.linspace(span.start, span.end - WINDOW_SECONDS, count)
    return [Span(float(start), float(start) + WINDOW_SECONDS) for start in starts]


def _two_means(vectors: Numbers) -> _Halves:
    # Imported when first needed: it takes a second, and two-channel calls never need it.
    from sklearn.cluster import KMeans  # noqa: PLC0415

    labels = np.asarray(KMeans(2, n_init=STARTS, random_state=0).fit(vectors).labels_, dtype=np.int64)
    low, high = (vectors[labels == label].mean(axis=0) for label in (0, 1))
    axis = high - low
    gap = float(np.linalg.norm(axis))
    along = vectors @ axis / gap
    spread = float(np.sqrt(np.mean([along[labels == label].var() for label in (0, 1)]) + 1e-9))
    unlike = 1 - float(low @ high / (np.linalg.norm(low) * np.linalg.norm(high)))
    middle = float((low + high) @ axis / gap / 2)
    return _Halves(labels, axis, middle, spread, separation=unlike * gap / spread)


def _uneven(halves: _Halves) -> bool:
    return halves.smaller < max(FEWEST_OF_ONE, LEAST_SHARE * len(halves.labels))


def _more_than_two(vectors: Numbers, halves: _Halves) -> bool:
    """Whether a half falls apart again, as when an announcement comes before two people: then nobody is sure."""
    for label in (0, 1):
        mine = vectors[halves.labels == label]
        if len(mine) >= FEWEST_WINDOWS:
            again = _two_means(mine)
            if not _uneven(again) and again.confidence > 1 - SURE:
                return True
    return False


def _parts(spans: Sequence[Span], windows: Sequence[tuple[int, Span]], evidence: Numbers) -> tuple[Part, ...]:
    """Speech cut where the speaker changes, halfway between windows of one span."""
    weights = np.array([min(1.0, window.seconds / WINDOW_SECONDS) for _, window in windows])
    path = _best_path(evidence * weights, np.array([after[0] != before[0] for before, after in pairwise(windows)]))
    chosen = np.where(path == 1, evidence, -evidence) * weights
    centres = [(window.start + window.end) / 2 for _, window in windows]
    cells = []
    for i, (at, _) in enumerate(windows):
        first = i == 0 or windows[i - 1][0] != at
        last = i + 1 == len(windows) or windows[i + 1][0] != at
        start = spans[at].start if first else (centres[i - 1] + centres[i]) / 2
        end = spans[at].end if last else (centres[i] + centres[i + 1]) / 2
        cells.append(Part(start, end, int(path[i] != path[0]), bool(chosen[i] < DOUBT_BELOW)))
    return _joined(cells)


def _joined(cells: Sequence[Part]) -> tuple[Part, ...]:
    joined = [cells[0]]
    for cell in cells[1:]:
        last = joined[-1]
        same = (cell.speaker, cell.doubtful) == (last.speaker, last.doubtful)
        if same and cell.start == last.end:
            joined[-1] = Part(last.start, cell.end, cell.speaker, cell.doubtful)
        else:
            joined.append(cell)
    return tuple(joined)


def _best_path(evidence: Numbers, pauses: npt.NDArray[np.bool_]) -> Labels:
    """Viterbi over two states: a label for each window. `evidence` is the log odds of label 1."""
    costs = np.where(pauses, CHANGE_COST_AT_PAUSE, CHANGE_COST)
    best = np.array([-evidence[0], evidence[0]]) / 2
    came_from = np.zeros((len(evidence), 2), dtype=np.int64)
    for i in range(1, len(evidence)):
        changed = best[::-1] - costs[i - 1]
        came_from[i] = np.where(changed > best, [1, 0], [0, 1])
        best = np.maximum(best, changed) + np.array([-evidence[i], evidence[i]]) / 2
    path = np.zeros(len(evidence), dtype=np.int64)
    path[-1] = int(np.argmax(best))
    for i in range(len(evidence) - 1, 0, -1):
        path[i - 1] = came_from[i, path[i]]
    return path
