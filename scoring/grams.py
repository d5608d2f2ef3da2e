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
_FACTORS = (2654435761, 2246822519, 3266489917)
_SHIFT = np.uint32(16)
_SLOTS = 1 << 16


def codes_of(text: str) -> Codes:
    """Its characters' code points."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


class Grams:
    """Of each string the gram that the fewest strings have; different grams may share a slot of a table."""

    def __init__(self, strings: Sequence[str]) -> None:
        self._strings = strings
        often = Counter(gram for string in strings for gram in set(grams(string)))
        slots: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
        for number, string in enumerate(strings):
            offset, gram = min(enumerate(grams(string)), key=lambda one: often[one[1]])
            mixed = int(_mixed(codes_of(gram), len(gram))[0])
            slots.setdefault((len(gram), mixed >> int(_SHIFT)), []).append((mixed, number, offset))
        self._tables = {size: np.zeros(_SLOTS, np.int32) for size, _ in slots}
        for number, (size, slot) in enumerate(slots, start=1):
            self._tables[size][slot] = number
        self._many = np.array([0, *map(len, slots.values())], np.intp)
        self._firsts = self._many.cumsum() - self._many
        places = list(chain.from_iterable(slots.values()))
        self._mixed = np.array([mixed for mixed, _, _ in places], np.uint32)
        self._numbers: Places = np.array([number for _, number, _ in places], np.intp)
        self._offsets: Places = np.array([offset for _, _, offset in places], np.intp)

    def find(self, text: str, codes: Codes) -> tuple[Places, Places]:
        """Numbers of the strings and where each begins; the places of one string are in order."""
        numbers, begins = self.near(codes)
        strings = map(self._strings.__getitem__, numbers.tolist())
        there = np.fromiter(map(text.startswith, strings, begins.tolist()), bool, len(numbers))
        return numbers[there], begins[there]

    def near(self, codes: Codes) -> tuple[Places, Places]:
        """As `find`, with places where only the gram stands."""
        found: list[NDArray[np.int32]] = []
        ats: list[Places] = []
        grams: list[NDArray[np.uint32]] = []
        for size, table in self._tables.items():
            mixed = _mixed(codes, size)
            slots = table[mixed >> _SHIFT]
            at = slots.nonzero()[0]
            found.append(slots[at])
            grams.append(mixed[at])
            ats.append(at)
        if not found:
            nothing: Places = np.zeros(0, np.intp)
            return nothing, nothing
        slot, at = np.concatenate(found), np.concatenate(ats)
        which, source = spread(self._firsts[slot], self._many[slot])
        numbers: Places = self._numbers[which]
        begins = at[source] - self._offsets[which]
        inside = (begins >= 0) & (self._mixed[which] == np.concatenate(grams)[source])
        return numbers[inside], begins[inside]


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


def _mixed(codes: Codes, size: int) -> NDArray[np.uint32]:
    """A number for the gram at each place; its upper half is the slot."""
    count = max(len(codes) - size + 1, 0)
    mixed = codes[:count] * np.uint32(_FACTORS[0])
    for at in range(1, size):
        mixed += codes[at : at + count] * np.uint32(_FACTORS[at])
    return mixed
