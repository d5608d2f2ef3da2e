"""All regular expressions of all rules: where in a text each is worth trying, found in one pass."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import regex
from ahocorasick_rs import AhoCorasick

from scoring.literals import required_literals
from scoring.pattern_shape import shape_of


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

    `compiled` and `ways` (scoring/pattern_shape.py) are by pattern.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(sorted(set(patterns)))
        needs = {pattern: required_literals(pattern) for pattern in self.patterns}
        self._everywhere = frozenset(pattern for pattern, literals in needs.items() if literals is None)
        self._literals = tuple(sorted({literal for literals in needs.values() for literal in literals or ()}))
        by_literal: dict[str, list[str]] = {literal: [] for literal in self._literals}
        for pattern, literals in needs.items():
            for literal in literals or ():
                by_literal[literal].append(pattern)
        self._patterns_of = [tuple(by_literal[literal]) for literal in self._literals]
        self._automaton = AhoCorasick(self._literals) if self._literals else None
        self.compiled = {pattern: compile_pattern(pattern) for pattern in self.patterns}
        self.ways = {pattern: shape_of(pattern).ways for pattern in self.patterns}

    def __reduce__(self) -> tuple[type["PatternIndex"], tuple[tuple[str, ...]]]:
        return PatternIndex, (self.patterns,)

    def lines(self, text: str, line_at: Sequence[int]) -> dict[str, Sequence[int]]:
        """Pattern → numbers of the lines in which it may match, in order; absent where it cannot.

        `line_at` gives the line of each character.
        """
        all_lines = range(line_at[-1] + 1 if line_at else 0)
        found: dict[str, Sequence[int]] = dict.fromkeys(self._everywhere, all_lines)
        if self._automaton is None:
            return found
        begun: dict[str, list[int]] = {}
        for number, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            line = line_at[start]
            for pattern in self._patterns_of[number]:
                lines = begun.get(pattern)
                if lines is None:
                    begun[pattern] = [line]
                elif lines[-1] != line:
                    lines.append(line)
        return {**begun, **found}
