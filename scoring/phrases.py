"""All phrases of all rules, found in one pass over the text."""

from collections.abc import Iterable
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from scoring.normalise import normalise


class Occurrence(NamedTuple):
    """A stretch of normalised text; `likeness` is 1 for the very words, less for a sound-alike."""

    start: int
    end: int
    likeness: float = 1.0


class PhraseIndex:
    """Finds phrases given as people write them; punctuation, width, case and fillers do not matter."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self.phrases = tuple(sorted({normalise(phrase).text for phrase in phrases} - {""}))
        self._automaton = AhoCorasick(self.phrases) if self.phrases else None

    def __reduce__(self) -> tuple[type["PhraseIndex"], tuple[tuple[str, ...]]]:
        return PhraseIndex, (self.phrases,)

    def find(self, text: str) -> dict[str, list[Occurrence]]:
        """Normalised phrase → where it stands in the normalised text, in order; phrases not found are absent."""
        found: dict[str, list[Occurrence]] = {}
        if self._automaton is not None:
            for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
                found.setdefault(self.phrases[number], []).append(Occurrence(start, end))
        return found
