"""Phrases in the text as it is heard: found by a part that sounds right, then measured as a whole.

A phrase is cut into parts of two syllables: wherever it was said, one part is mostly right (the principle of
partition into exact search; Navarro, "A guided tour to approximate string matching", 2001). All parts of all phrases
are looked for in one pass (scoring/grams.py); where one is found and half of the syllables are there
(scoring/phonetic_present.py) and in their order (the longest common subsequence, bit-parallel in rapidfuzz), the
weighted edit distance is worked out.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, groupby, pairwise, product
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from scoring.grams import Grams, Places, codes_of, spread
from scoring.normalise import BREAK
from scoring.phonetic import COUNTED, PARTICLES, sound, sounds
from scoring.phonetic_align import align, means_otherwise, strangers
from scoring.phonetic_least import ROUNDING, LeastCosts
from scoring.phonetic_numbers import SPELLED
from scoring.phonetic_present import Present
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
"""One in so many syllables may sound altogether otherwise; in the shortest phrases none: however badly it was heard,
要不要对 is not 要不要脸."""
UNSURE, SURE = (0.5, 0.5), (1.0, 1.25)
"""Whisper's confidence in a character, and how much its sounding otherwise counts; in between likewise. Where a phrase
was said and something else written, Whisper's confidence is 0.7 (median); where it was not said, 0.96."""
FILTERED = 8
"""Syllables from which one less than half in their order is enough to look closer: of a long phrase much is heard
otherwise, and the rest tells it."""


Weights = NDArray[np.float64]


class Bounds(NamedTuple):
    """How far a phrase may be from what is heard: as `SHARE`, `STRANGE` and the half of its sounds say, or further.

    `share` of its syllables but one may be wrong, one `strange` in so many, and `sounds` of them must be there in their
    order. `other_words`: also where the text has a word of its own.
    """

    share: float = SHARE
    strange: int = STRANGE
    sounds: float = 0.0
    other_words: bool = False


HEARD_SAID = Bounds()
"""Within these a phrase counts as said."""


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
    def of(cls, text: str, share: float) -> "Wanted":
        telling = len(text) - sum(token in PARTICLES for token in text)
        # A number is one thing said, however many numerals it has.
        telling -= sum(before in SPELLED and after in SPELLED for before, after in pairwise(text))
        return cls(text, sound(text), (len(text) - 1) // 2, share * (telling - 1))


def weigh(confidences: Weights) -> Weights:
    """How much a character counts that sounds otherwise: little where Whisper itself was not sure of it."""
    (low, least), (high, most) = UNSURE, SURE
    return np.maximum(least + (confidences - low) / (high - low) * (most - least), least)


def is_long(phrase: str) -> bool:
    """Enough to be told by its sound. The phrase is tokens."""
    return len(phrase) + sum(ord(token) >= FIRST_NUMBER or token in COUNTED for token in phrase) >= SHORTEST


class SoundIndex:
    """`phrases` are tokens, as scoring/phonetic_text.py makes them: those looked for in each of so many texts."""

    def __init__(self, *phrases: Iterable[str], bounds: Bounds = HEARD_SAID) -> None:
        self._bounds = bounds
        owned = [(text, Wanted.of(phrase, bounds.share)) for text, own in enumerate(phrases) for phrase in own]
        self._wanted = [wanted for _, wanted in owned]
        # Of each part in each text the numbers of the phrases it is of, and its offset in each. A part is a gram.
        places: dict[str, list[list[tuple[int, int]]]] = {}
        for number, (text, wanted) in enumerate(owned):
            for offset, part in _parts(wanted.text):
                places.setdefault(part, [[] for _ in phrases])[text].append((number, offset))
        self._grams = Grams(list(places))
        by_text = list(chain.from_iterable(places.values()))
        self._many = np.array(list(map(len, by_text)), np.intp)
        self._firsts = self._many.cumsum() - self._many
        self._texts = len(phrases)
        listed = list(chain.from_iterable(by_text))
        self._numbers = np.array([number for number, _ in listed], np.intp)
        self._offsets = np.array([offset for _, offset in listed], np.intp)
        self._sounds = [wanted.sounds for wanted in self._wanted]
        self._lengths = np.array(list(map(len, self._sounds)), np.intp)
        self._slack = np.array([wanted.wrong for wanted in self._wanted], np.intp)
        self._at_least = self._lengths - self._slack - (self._lengths >= FILTERED)
        if bounds.sounds:
            self._at_least = np.maximum(np.ceil(self._lengths * bounds.sounds).astype(np.intp), SYLLABLES)
        self._present = Present(self._sounds, self._lengths + 2 * self._slack, self._at_least)
        self._most = np.array([wanted.most for wanted in self._wanted])
        self._least = LeastCosts([wanted.text for wanted in self._wanted], self._slack)
        self._margin = max((len(wanted.text) + wanted.wrong for wanted in self._wanted), default=0)

    def find(self, *texts: tuple[str, Weights]) -> Iterator[tuple[int, str, Hit]]:
        """Number of the text, phrase and place, in no order; places of one phrase do not overlap.

        Each text with the weights of its tokens (`weigh`).
        """
        if not self._wanted or not all(text for text, _ in texts):
            return
        margin, edge = self._margin, BREAK * self._margin
        whole = "".join([f"{edge}{text}{edge}" for text, _ in texts])
        begun = list(accumulate([len(text) + 2 * margin for text, _ in texts], initial=0))
        numbers, begins = self._candidates(sound(whole), begun)
        if not numbers.size:
            return
        around = [(own[:1].repeat(margin), own, own[-1:].repeat(margin)) for _, own in texts]
        weights = np.concatenate(list(chain.from_iterable(around)))
        costs = self._least.of(numbers, begins, codes_of(whole), weights)
        hopeful = costs <= self._most[numbers] + ROUNDING
        candidates = zip(numbers[hopeful].tolist(), begins[hopeful].tolist(), strict=True)
        for number, places in groupby(candidates, key=itemgetter(0)):
            wanted = self._wanted[number]
            for start, end, likeness in _apart(self._verify(wanted, whole, (begin for _, begin in places), weights)):
                text = bisect_right(begun, start) - 1
                before = begun[text] + margin
                yield text, wanted.text, Hit(start - before, end - before, likeness)

    def _verify(self, wanted: Wanted, text: str, begins: Iterable[int], weights: Weights) -> Iterator[Hit]:
        slack, length, bounds = wanted.wrong, len(wanted.text), self._bounds
        most_strange = length // bounds.strange if length > SHORTEST or bounds.strange < STRANGE else 0
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
            own = weights[first:last].tolist()
            found = align(wanted.text, near, wanted.most, own)
            if found is None or strangers(wanted.text, near, found) > most_strange:
                continue
            if bounds.other_words or not means_otherwise(wanted.text, near, found, own):
                yield Hit(found.start + first, found.end + first, round(1 - found.cost / length, 4))

    def _candidates(self, heard: str, begun: Sequence[int]) -> tuple[Places, Places]:
        """Numbers of phrases and where each may begin, in order. `begun` is where each text begins."""
        codes = codes_of(heard)
        parts, starts = self._grams.near(codes)
        parts = parts * self._texts + np.searchsorted(begun, starts, side="right") - 1
        which, source = spread(self._firsts[parts], self._many[parts])
        numbers, begins = self._numbers[which], starts[source] - self._offsets[which]
        enough = self._present.enough(numbers, begins - self._slack[numbers], codes)
        places = numbers[enough] * len(heard) + begins[enough]
        places.sort()
        another = np.ones(len(places), bool)
        np.not_equal(places[1:], places[:-1], out=another[1:])
        numbers, begins = np.divmod(places[another], len(heard))
        firsts = begins - self._slack[numbers]
        ends = firsts + self._present.widths[numbers]
        near = [heard[first:end] for first, end in zip(firsts.tolist(), ends.tolist(), strict=True)]
        own = [self._sounds[number] for number in numbers.tolist()]
        shared = process.cpdist(own, near, scorer=LCSseq.similarity, dtype=np.uint8)
        enough = shared >= self._at_least[numbers]
        return numbers[enough], begins[enough]


def _parts(phrase: str) -> Iterator[tuple[int, str]]:
    """Offset and sounds of each part, in all its readings; the last may overlap the one before."""
    last = max(len(phrase) - SYLLABLES, 0)
    for start in (*range(0, last, SYLLABLES), last):
        for way in product(*map(sounds, phrase[start : start + SYLLABLES])):
            yield start, "".join(way)


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """The best of those that overlap."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.likeness, hit.start, hit.end)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return kept
