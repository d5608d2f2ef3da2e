"""Phrases in the text as it is heard: found by a part that sounds right, then measured as a whole.

A phrase is cut into as many parts as it may have syllables wrong and one more: wherever it was said, one part is right
(the pigeonhole principle of approximate matching; Navarro, "A guided tour to approximate string matching", 2001). All
parts of all phrases are looked for in one pass (Aho-Corasick), and only where one is found, with most of the other
sounds close by, is the weighted edit distance worked out.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from scoring.phonetic import Reading, sounds
from scoring.phonetic_align import BREAK, align, means_otherwise
from scoring.phonetic_text import FIRST_NUMBER

SHORTEST = 4
"""Syllables (a number counts as two). Shorter phrases sound like too much else: they are found only as they are
written."""
LOOSE = 6
"""Syllables from which one may be altogether wrong, too many or too few."""
SPREAD = 8
"""Syllables from which it may be two."""
TELLING = SPREAD
"""Syllables from which a phrase is told by the rest of it, though a real word stands where it sounds otherwise."""
STRICT_SHARE, LOOSE_SHARE = 0.2, 0.27
"""Of its syllables, how much of a short and of a longer phrase may be wrong: a homophone counts 0.1 (see
scoring/phonetic.py). Chosen by benchmarks/rules.py and tests/scoring/matcher_corpus.yaml."""
_READINGS = tuple(map(Reading, range(2)))
"""Ways a character may sound in which the text is looked at, the usual ones; the phrases are in all."""


class Hit(NamedTuple):
    """Tokens `start:end`; `likeness` is 1 where all sounds and words are the same."""

    start: int
    end: int
    likeness: float


class Wanted(NamedTuple):
    """A phrase as tokens. `ways` are the sounds of each token, `errors` how many may be altogether wrong."""

    text: str
    ways: tuple[str, ...]
    most: float
    errors: int

    @classmethod
    def of(cls, text: str) -> "Wanted":
        ways = tuple(map(sounds, text))
        length = len(text)
        errors = 2 if length >= SPREAD else int(length >= LOOSE)
        most = length * (LOOSE_SHARE if length >= SPREAD else STRICT_SHARE)
        return cls(text, ways, most, errors)


def is_long(phrase: str) -> bool:
    """Enough to be told by its sound. The phrase is tokens."""
    return len(phrase) + sum(ord(token) >= FIRST_NUMBER for token in phrase) >= SHORTEST


class SoundIndex:
    """`phrases` are tokens, as scoring/phonetic_text.py makes them."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._wanted = [Wanted.of(phrase) for phrase in phrases]
        places: dict[str, list[tuple[int, int]]] = {}
        for number, wanted in enumerate(self._wanted):
            for offset, part in _parts(wanted):
                places.setdefault(part, []).append((number, offset))
        self._places = list(places.values())
        self._automaton = AhoCorasick(list(places)) if places else None

    def find(self, text: str) -> Iterator[tuple[str, Hit]]:
        """Phrase and place, in no order; places of one phrase do not overlap."""
        if self._automaton is None:
            return
        ways = list(map(sounds, text))
        for number, begin in self._candidates(text):
            wanted = self._wanted[number]
            yield from ((wanted.text, hit) for hit in _apart(_verify(wanted, text, ways, begin)))

    def _candidates(self, text: str) -> Iterator[tuple[int, list[int]]]:
        """Numbers of phrases and where each may begin."""
        assert self._automaton is not None
        length = len(text) + 1
        heard = BREAK.join([reading.of(text) for reading in _READINGS])
        begins: dict[int, set[int]] = {}
        places = self._places
        for part, start, _ in self._automaton.find_matches_as_indexes(heard, overlapping=True):
            at = start % length
            for number, offset in places[part]:
                begins.setdefault(number, set()).add(at - offset)
        return ((number, sorted(found)) for number, found in begins.items())


def _parts(wanted: Wanted) -> Iterator[tuple[int, str]]:
    """Offset and sounds of each part, in all its readings."""
    pieces = max(wanted.errors, 1) + 1
    length = len(wanted.ways)
    cuts = [round(length * piece / pieces) for piece in range(pieces + 1)]
    for start, end in pairwise(cuts):
        for way in product(*wanted.ways[start:end]):
            yield start, "".join(way)


def _verify(wanted: Wanted, text: str, ways: list[str], begins: list[int]) -> Iterator[Hit]:
    slack, length = wanted.errors, len(wanted.text)
    done = -2 * length
    for begin in begins:
        if begin - done < length:
            continue
        if text.startswith(wanted.text, max(begin, 0)):
            # Found already, as it is written.
            done = begin
            continue
        first, last = max(begin - slack, 0), begin + length + slack
        if not _near(wanted, ways, begin):
            continue
        near = text[first:last]
        found = align(wanted.text, near, wanted.most)
        if found and (length >= TELLING or not means_otherwise(wanted.text, near, found)):
            yield Hit(found.start + first, found.end + first, round(1 - found.cost / length, 4))


def _near(wanted: Wanted, ways: list[str], begin: int) -> bool:
    """Whether enough syllables sound right about where they should be."""
    wrong, slack, length = max(wanted.errors, 1), wanted.errors, len(wanted.ways)
    if begin < -slack or begin + length > len(ways) + slack:
        return False
    for at, way in enumerate(wanted.ways, begin):
        there = "".join(ways[max(at - slack, 0) : at + slack + 1]) if slack else ways[at]
        if way not in there and not (len(way) > 1 and any(sound in there for sound in way)):
            wrong -= 1
            if wrong < 0:
                return False
    return True


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """The best of those that overlap."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.likeness, hit.start, hit.end)):
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return kept
