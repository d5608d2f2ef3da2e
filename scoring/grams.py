"""Where in a text any of many strings may stand: each is looked for by one gram, up to three of its characters.

All grams are looked for at once, in arrays (a q-gram filter; Navarro, "A guided tour to approximate string matching",
2001). With thousands of strings that is several times as fast as an automaton, whose states never are in the
processor's cache when a call comes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
Codes = NDArray[np.uint32]
LONGEST = 3
"""Characters of a gram."""
_BITS = np.uint64(21)
"""Of a code point: three of them are one number."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SLOTS = 16
"""For each gram in a table, at least: the most of what is no gram falls into an empty one."""


def codes_of(text: str) -> Codes:
    """Its characters' code points."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


class Grams:
    """Of each string the gram that the fewest strings have; different grams may share a slot of the table."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._strings = strings
        often = Counter(gram for string in strings for gram in set(grams(string)))
        bits = (_SLOTS * len(strings)).bit_length()
        self._shift = np.uint64(64 - bits)
        slots: dict[int, list[tuple[int, int, int]]] = {}
        sizes = set()
        for number, string in enumerate(strings):
            offset, gram = min(enumerate(grams(string)), key=lambda one: often[one[1]])
            packed = _packed(codes_of(gram), range(len(gram), len(gram) + 1))[:1]
            slots.setdefault(int(self._slots(packed)[0]), []).append((int(packed[0]), number, offset))
            sizes.add(len(gram))
        self._sizes = range(min(sizes, default=1), max(sizes, default=0) + 1)
        self._table = np.zeros(1 << bits, np.int32)
        self._table[[*slots]] = np.arange(1, len(slots) + 1)
        self._many = np.array([0, *map(len, slots.values())], np.intp)
        self._firsts = self._many.cumsum() - self._many
        places = list(chain.from_iterable(slots.values()))
        self._packed = np.array([packed for packed, _, _ in places], np.uint64)
        self._numbers: Places = np.array([number for _, number, _ in places], np.intp)
        self._offsets: Places = np.array([offset for _, _, offset in places], np.intp)

    def _slots(self, packed: NDArray[np.uint64]) -> Places:
        return (packed * _FACTOR >> self._shift).view(np.intp)

    def find(self, text: str, codes: Codes) -> tuple[Places, Places]:
        """Numbers of the strings and where each begins; the places of one string are in order."""
        numbers, begins = self.near(codes)
        strings = map(self._strings.__getitem__, numbers.tolist())
        there = np.fromiter(map(text.startswith, strings, begins.tolist()), bool, len(numbers))
        return numbers[there], begins[there]

    def near(self, codes: Codes) -> tuple[Places, Places]:
        """As `find`, with places where only the gram stands."""
        if not self._sizes:
            nothing: Places = np.zeros(0, np.intp)
            return nothing, nothing
        packed = _packed(codes, self._sizes)
        slots = self._table[self._slots(packed)]
        at = slots.nonzero()[0]
        slot = slots[at]
        which, source = spread(self._firsts[slot], self._many[slot])
        at = at[source]
        begins = at % len(codes) - self._offsets[which]
        inside = (begins >= 0) & (self._packed[which] == packed[at])
        return self._numbers[which[inside]], begins[inside]


def spread(firsts: Places, many: Places) -> tuple[Places, Places]:
    """The indexes of all ranges, `many` from each of the `firsts`, and the number of the range each is of."""
    source = np.repeat(np.arange(len(many)), many)
    ends: Places = many.cumsum()
    within: Places = np.arange(len(source)) + (firsts - (ends - many))[source]
    return within, source


def grams(string: str) -> Iterator[str]:
    """All of a string, in order."""
    size = min(len(string), LONGEST)
    return (string[at : at + size] for at in range(len(string) - size + 1))


def _packed(codes: Codes, sizes: range) -> NDArray[np.uint64]:
    """The grams of these sizes at each place as numbers, size by size; 0 where the text ends before the gram does."""
    count = len(codes)
    packed = np.zeros((sizes[-1], count), np.uint64)
    packed[0] = codes
    for more in range(1, sizes[-1]):
        longer = packed[more, : max(count - more, 0)]
        np.left_shift(packed[more - 1, : len(longer)], _BITS, out=longer)
        longer |= codes[more:]
    return packed[sizes[0] - 1 :].ravel()
