"""Regular expressions on one call's text, within the seconds a call may cost.

A pattern that runs away (nested repeats on a text that nearly matches) may use a sixteenth of what is left of the
call's seconds, over all lines together; then it is given up for this call and whoever asks for it cannot judge. So the
first bad one costs a quarter of a second, each further one less, and however many a pack has, all of them together
never cost more than `CALL_SECONDS`. What others use up is felt by a sane pattern, which needs a thousandth of a second,
only after dozens of bad ones.
"""

from collections.abc import Sequence
from time import perf_counter

from scoring.grams import Places
from scoring.patterns import PatternIndex
from scoring.phrases import Occurrence

CALL_SECONDS = 4.0
PATTERN_SHARE = 1 / 16
FEW_STEPS = 5_000_000
"""Ways of matching, from all places together, that are tried in a tenth of a second at the worst."""
LEAST_SECONDS = 0.001
"""With less left nothing is tried."""


class OutOfTimeError(TimeoutError):
    """A pattern was given up on this call."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern)
        self.pattern = pattern


class PatternSearch:
    """`lines` are where the passages stand in the text, `line_at` the number of the line of each character."""

    def __init__(
        self, index: PatternIndex, text: str, lines: Sequence[tuple[int, int]], line_at: Sequence[int] | Places
    ) -> None:
        self.candidates = index.lines(text, line_at)
        self._index, self._ways = index, index.ways
        self._text = text
        self._lines = lines
        # With no more ways of matching a pattern has few steps on all lines together.
        self._few = FEW_STEPS / max(len(text), 1)
        self._matches: dict[str, dict[int, Sequence[Occurrence]]] = {}
        self._left = CALL_SECONDS
        self._left_of: dict[str, float] = {}

    def on_lines(self, pattern: str, lines: Sequence[int]) -> Sequence[Occurrence]:
        """Where it matches on some of its candidate lines; empty matches are left out.

        Raises:
            OutOfTimeError: the pattern takes too long on this call.
        """
        known = self._matches.get(pattern)
        if known is None:
            known = self._matches[pattern] = {}
        new = [line for line in lines if line not in known] if known else lines
        if new:
            if self._ways[pattern] <= self._few or self._has_few_steps(pattern, new):
                self._search(pattern, new, known)
            else:
                for line in new:
                    known[line] = self.anywhere(pattern, self._text, *self._lines[line])
        return known[lines[0]] if len(lines) == 1 else [match for line in lines for match in known[line]]

    def _has_few_steps(self, pattern: str, lines: Sequence[int]) -> bool:
        return self._ways[pattern] * sum([self._lines[line][1] - self._lines[line][0] for line in lines]) <= FEW_STEPS

    def _search(self, pattern: str, lines: Sequence[int], known: dict[int, Sequence[Occurrence]]) -> None:
        """On lines that have few steps all together: the clock, which costs more than a match, is looked at once."""
        left, begun = self._left_for(pattern), perf_counter()
        text, place_of, find = self._text, self._lines, self._index.finder(pattern)
        for line in lines:
            start, end = place_of[line]
            spans = [match.span() for match in find(text, start, end)]
            known[line] = [Occurrence(*span) for span in spans if span[1] > span[0]] if spans else ()
        self._spend(pattern, left, perf_counter() - begun)

    def anywhere(self, pattern: str, text: str, start: int, end: int) -> Sequence[Occurrence]:
        """Where it matches in a part of any text.

        Raises:
            OutOfTimeError: the pattern takes too long on this call.
        """
        left = self._left_for(pattern)
        begun = perf_counter()
        try:
            if self._ways[pattern] * (end - start) <= FEW_STEPS:
                # Looking at the clock costs more than most patterns do.
                spans = [match.span() for match in self._index.finder(pattern)(text, start, end)]
            else:
                # The clock of `regex` is that of the whole process: with busy threads beside it a match is stopped a
                # little earlier.
                matches = self._index.compiled[pattern].finditer(text, start, end, timeout=left)
                spans = [match.span() for match in matches]
        except TimeoutError:
            self._left -= max(left, perf_counter() - begun)
            self._left_of[pattern] = 0.0
            raise OutOfTimeError(pattern) from None
        self._spend(pattern, left, perf_counter() - begun)
        return [Occurrence(begin, stop) for begin, stop in spans if stop > begin]

    def _left_for(self, pattern: str) -> float:
        """Seconds it may still use."""
        left = self._left_of.get(pattern)
        if left is None:
            left = self._left * PATTERN_SHARE
        if left < LEAST_SECONDS:
            raise OutOfTimeError(pattern)
        return left

    def _spend(self, pattern: str, left: float, seconds: float) -> None:
        self._left -= seconds
        self._left_of[pattern] = left - seconds
