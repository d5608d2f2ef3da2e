"""All regular expressions of all rules: where in a text each is worth trying, found in one pass."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray

from scoring.grams import Grams, Places, codes_of, grams, spread
from scoring.letters import Bits, Letters
from scoring.literals import Literals, alternatives
from scoring.pattern_shape import shape_of

Finder = Callable[[str, int, int], Iterator[Any]]
MOST_NEEDS = 2
"""Sets of literals that are asked for beside the most telling one: a third would rule out 2 of 578 places."""


@lru_cache(maxsize=4096)
def compile_pattern(pattern: str) -> regex.Pattern[str]:
    """`^` and `$` are the edges of a passage. The text has no capitals.

    Raises:
        regex.error: the pattern is wrong.
    """
    capitals = regex.IGNORECASE if any("A" <= character <= "Z" for character in pattern) else 0
    return regex.compile(pattern, regex.MULTILINE | capitals)


class PatternIndex:
    """Patterns by the literals they need; those that need none must be tried everywhere.

    `compiled` and `ways` (scoring/pattern_shape.py) are by pattern. Where Python's own engine, which has no clock but
    is twice as fast, finds the same, `finder` is of that.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(sorted(set(patterns)))
        self.compiled = {pattern: compile_pattern(pattern) for pattern in self.patterns}
        shapes = [shape_of(pattern) for pattern in self.patterns]
        self.ways = {pattern: shape.ways for pattern, shape in zip(self.patterns, shapes, strict=True)}
        found = [alternatives(pattern) for pattern in self.patterns]
        # Only what needs a literal is never found empty, where the engines may go on differently.
        self._basic = {
            pattern
            for pattern, shape, needed in zip(self.patterns, shapes, found, strict=True)
            if shape.basic and needed is not None
        }
        self._finders: dict[str, Finder] = {}
        self._everywhere = [pattern for pattern, ways in zip(self.patterns, found, strict=True) if ways is None]
        # One for each alternative of each pattern: its most telling set is looked for, and where one of that is
        # found, its next sets must have a letter on the line each.
        ways = [(number, sets) for number, listed in enumerate(found) for sets in listed or ()]
        self._pattern_of = np.array([number for number, _ in ways], np.intp)
        often = Counter(gram for _, sets in ways for gram in {gram for literal in sets[0] for gram in grams(literal)})
        ways_of: dict[str, list[int]] = {}
        for way, (_, sets) in enumerate(ways):
            for gram in {min(grams(literal), key=often.__getitem__) for literal in sets[0]}:
                ways_of.setdefault(gram, []).append(way)
        self._grams = Grams(list(ways_of))
        self._many = np.array(list(map(len, ways_of.values())), np.intp)
        self._firsts = self._many.cumsum() - self._many
        self._ways = np.array(list(chain.from_iterable(ways_of.values())), np.intp)
        self._letters, self._needs = _needs([sets[1 : 1 + MOST_NEEDS] for _, sets in ways])

    def __reduce__(self) -> tuple[type["PatternIndex"], tuple[tuple[str, ...]]]:
        return PatternIndex, (self.patterns,)

    def finder(self, pattern: str) -> Finder:
        """Finds the places in a part of a text, however long it takes."""
        finder = self._finders.get(pattern)
        if finder is None:
            engine = re.compile(pattern, re.MULTILINE) if pattern in self._basic else self.compiled[pattern]
            finder = self._finders[pattern] = engine.finditer
        return finder

    def lines(self, text: str, line_at: Sequence[int] | Places) -> Mapping[str, Sequence[int]]:
        """Pattern → numbers of the lines in which it may match, in order; absent where it cannot.

        `line_at` gives the line of each character.
        """
        count = int(line_at[-1]) + 1 if len(line_at) else 0
        found: dict[str, Sequence[int]] = dict.fromkeys(self._everywhere, range(count))
        if not count:
            return {}
        codes, line_of = codes_of(text), np.asarray(line_at)[: len(text)]
        literals, begins = self._grams.near(codes)
        which, source = spread(self._firsts[literals], self._many[literals])
        ways, lines = self._ways[which], line_of[begins[source]]
        present = self._letters.on_lines(codes, line_of, count)
        for needs in self._needs:
            fit = _in_common(needs, ways, present, lines)
            ways, lines = ways[fit], lines[fit]
        tried = np.zeros(len(self.patterns) * count, bool)
        tried[self._pattern_of[ways] * count + lines] = True
        numbers, lines = np.divmod(tried.nonzero()[0], count)
        firsts, on = np.diff(numbers, prepend=-1).nonzero()[0], lines.tolist()
        bounds = [*firsts.tolist(), len(on)]
        for number, (first, end) in zip(numbers[firsts].tolist(), pairwise(bounds), strict=True):
            found[self.patterns[number]] = on[first:end]
        return found


def _in_common(some: Bits, rows: Places, others: Bits, columns: Places) -> NDArray[np.bool_]:
    """Which of the pairs of rows have a bit in common; word by word, as numpy is slow with short rows."""
    words = [one[rows] & other[columns] for one, other in zip(some, others, strict=True)]
    return np.asarray(np.logical_or.reduce(words))


def _needs(ways: Sequence[Sequence[Literals]]) -> tuple[Letters, Sequence[Bits]]:
    """For each further set of each way the letters of which one must be there: of each literal the least common."""
    common = Counter(letter for sets in ways for literals in sets for literal in literals for letter in literal)
    asked = [[{min(one, key=common.__getitem__) for one in literals} for literals in sets] for sets in ways]
    often = Counter(letter for sets in asked for chosen in sets for letter in chosen)
    letters = Letters(letter for letter, _ in often.most_common())
    rows = [[letters.bits(sets[at] if at < len(sets) else None) for sets in asked] for at in range(MOST_NEEDS)]
    return letters, [np.array(row).T.copy() for row in rows] if ways else []
