"""How far what was heard is from what was said, by character."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import jiwer

from benchmarks.normaliser import normalise


@dataclass(frozen=True, slots=True)
class Errors:
    """Characters `said`, and of what was heard instead: other ones, none, and ones that nobody said."""

    said: int = 0
    other: int = 0
    left_out: int = 0
    added: int = 0

    def __add__(self, more: "Errors") -> "Errors":
        return Errors(
            self.said + more.said, self.other + more.other, self.left_out + more.left_out, self.added + more.added
        )

    @property
    def all(self) -> int:
        return self.other + self.left_out + self.added


def errors_in(heard: Mapping[int, Sequence[str]], said: Mapping[int, Sequence[str]]) -> Errors:
    """Of a call, channel by channel; each channel is one text, since nobody cuts it as the truth does."""
    return sum((_between(said.get(at, ()), heard.get(at, ())) for at in {*heard, *said}), Errors())


def _between(said: Sequence[str], heard: Sequence[str]) -> Errors:
    reference, hypothesis = ("".join(map(normalise, texts)) for texts in (said, heard))
    if not reference:  # of which jiwer knows no rate
        return Errors(added=len(hypothesis))
    counted = jiwer.process_characters(reference, hypothesis)
    return Errors(len(reference), counted.substitutions, counted.deletions, counted.insertions)
