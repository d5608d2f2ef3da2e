"""Phrases in the text as it is heard: found by a part that sounds right, then measured as a whole.

A phrase is cut into parts of two syllables: wherever it was said, one part is mostly right (the principle of
partition into exact search; Navarro, "A guided tour to approximate string matching", 2001). All parts of all phrases
are looked for in one pass (scoring/grams.py); where one is found and half of the syllables are there in their order
(the longest common subsequence, bit-parallel in rapidfuzz), the weighted edit distance is worked out.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import LCSseq

from scoring.grams import Grams, codes_of
from scoring.normalise import BREAK
from scoring.phonetic import COUNTED, PARTICLES, sound, sounds
from scoring.phonetic_align import align, means_otherwise, strangers
from scoring.phonetic_numbers import SPELLED
from scoring.phonetic_text import FIRST_NUMBER

SHORTEST = 4
"""Syllables (a number counts as two). Shorter phrases sound like too much else: they are found only as they are
written."""
SYLLABLES = 2
"""Of a part."""
SHARE = 0.38
"""Of its syllables but one, how much may be wrong, particles not counted: a homophone counts 0.1 (scoring/phonetic.py),
times its weight. Chosen on calls that no figure is quoted from, by benchmarks/rules.py, and on
tests/scoring/matcher_corpus.yaml."""
STRANGE = 4
"""One in so many syllables may sound altogether otherwise, but in any phrase one."""
UNSURE, SURE = (0.5, 0.5), (1.0, 1.25)
"""Whisper's confidence in a character, and how much its sounding otherwise counts; in between likewise. Where a phrase
was said and something else written, Whisper's confidence is 0.7 (median); where it was not said, 0.96."""
FILTERED = 8
"""Syllables from which one less than half in their order is enough to look closer: of a long phrase much is heard
otherwise, and the rest tells it."""


class Hit(NamedTuple):
    """Tokens `start:end`; `likeness` is 1 where all sounds and words are the same."""

    start: int
    end: int
    likeness: float


class Wanted(NamedTuple):
    """A phrase as tokens, and how they sound. So many may be altogether wrong, and they may cost at `most` so much."""

    text: str
    sounds: str
    wrong: int
    most: float

    @classmethod
    def of(cls, text: str) -> "Wanted":
        telling = len(text) - sum(token in PARTICLES for token in text)
        # A number is one thing said, however many numerals it has.
        telling -= sum(before in SPELLED and after in SPELLED for before, after in pairwise(text))
        return cls(text, sound(text), (len(text) - 1) // 2, SHARE * (telling - 1))


class Place(NamedTuple):
    """Of a part in a phrase, by its number. From where the part is heard the phrase begins at `begin`.

    From `first` to `last` so many syllables of it must be heard `at_least` in their order.
    """

    number: int
    begin: int
    first: int
    last: int
    at_least: int
    sounds: str


def weight(confidence: float) -> float:
    """How much a character counts that sounds otherwise: little where Whisper itself was not sure of it."""
    (low, least), (high, most) = UNSURE, SURE
    return max(least + (confidence - low) / (high - low) * (most - least), least)


def is_long(phrase: str) -> bool:
    """Enough to be told by its sound. The phrase is tokens."""
    return len(phrase) + sum(ord(token) >= FIRST_NUMBER or token in COUNTED for token in phrase) >= SHORTEST


class SoundIndex:
    """`phrases` are tokens, as scoring/phonetic_text.py makes them."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._wanted = [Wanted.of(phrase) for phrase in phrases]
        places: dict[str, list[Place]] = {}
        for number, wanted in enumerate(self._wanted):
            length, slack = len(wanted.text), wanted.wrong
            at_least = length - slack - (length >= FILTERED)
            for offset, part in _parts(wanted.text):
                place = Place(number, -offset, -offset - slack, length + slack - offset, at_least, wanted.sounds)
                places.setdefault(part, []).append(place)
        self._places = list(places.values())
        self._grams = Grams(list(places))
        self._margin = max((len(wanted.text) + wanted.wrong for wanted in self._wanted), default=0)

    def find(self, text: str, confidences: Sequence[float]) -> Iterator[tuple[str, Hit]]:
        """Phrase and place, in no order; places of one phrase do not overlap.

        `confidences` say how sure Whisper was of each token of the text.
        """
        if not self._places or not text:
            return
        margin, edge = self._margin, BREAK * self._margin
        text = f"{edge}{text}{edge}"
        candidates = self._candidates(sound(text))
        weigh = {confidence: weight(confidence) for confidence in set(confidences)}
        weights = [weigh[confidence] for confidence in confidences]
        weights = [*weights[:1] * margin, *weights, *weights[-1:] * margin]
        for number, begins in candidates.items():
            wanted = self._wanted[number]
            for start, end, likeness in _apart(_verify(wanted, text, sorted(begins), weights)):
                yield wanted.text, Hit(start - margin, end - margin, likeness)

    def _candidates(self, heard: str) -> dict[int, set[int]]:
        """Numbers of phrases and where each may begin."""
        begins: dict[int, set[int]] = {}
        places, shared = self._places, LCSseq.similarity
        for part, start in zip(*map(np.ndarray.tolist, self._grams.find(heard, codes_of(heard))), strict=True):
            for number, begin, first, last, at_least, own in places[part]:
                if shared(own, heard[start + first : start + last], score_cutoff=at_least):
                    begins.setdefault(number, set()).add(start + begin)
        return begins


def _parts(phrase: str) -> Iterator[tuple[int, str]]:
    """Offset and sounds of each part, in all its readings; the last may overlap the one before."""
    last = max(len(phrase) - SYLLABLES, 0)
    for start in (*range(0, last, SYLLABLES), last):
        for way in product(*map(sounds, phrase[start : start + SYLLABLES])):
            yield start, "".join(way)


def _verify(wanted: Wanted, text: str, begins: Iterable[int], weights: Sequence[float]) -> Iterator[Hit]:
    slack, length = wanted.wrong, len(wanted.text)
    done = -2 * length
    for begin in begins:
        if begin - done < length:
            continue
        first, last = begin - slack, begin + length + slack
        near = text[first:last]
        written = near.find(wanted.text)
        if written >= 0:
            # Found already.
            done = first + written
            continue
        own = weights[first:last]
        found = align(wanted.text, near, wanted.most, own)
        if found is None or strangers(wanted.text, near, found) > max(length // STRANGE, 1):
            continue
        if not means_otherwise(wanted.text, near, found, own):
            yield Hit(found.start + first, found.end + first, round(1 - found.cost / length, 4))


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """The best of those that overlap."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.likeness, hit.start, hit.end)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return kept
