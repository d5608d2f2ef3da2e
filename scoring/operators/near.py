"""`near: {first, second, within, ordered, across}`: two phrases said close together.

`within` is how many characters of normalised text (no punctuation, no fillers) may stand between the two. Both are said
without a pause by one speaker, unless `across: true`: then what others say between them is counted, too.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from models.finding import Evidence
from models.reason import Reason
from scoring.heard import BREAK, Heard
from scoring.mistake import wrong
from scoring.normalise import normalise
from scoring.operators.counted import counted
from scoring.operators.operator import Scoped
from scoring.phrases import Occurrence
from scoring.search import sift
from scoring.verdict import Verdict


class Pair(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    first: Annotated[tuple[str, ...], Field(min_length=1)]
    second: Annotated[tuple[str, ...], Field(min_length=1)]
    within: Annotated[int, Field(ge=0)]
    ordered: bool = False
    across: bool = False

    @field_validator("first", "second")
    @classmethod
    def _has_words(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        for phrase in phrases:
            if not normalise(phrase).text:
                raise wrong("empty_phrase", phrase=phrase)
        return phrases


class Near(Scoped):
    """Two phrases are said with at most so many characters between them."""

    KEY = "near"
    near: Pair

    def phrases(self) -> Iterable[str]:
        return (*self.near.first, *self.near.second)

    @cached_property
    def _normalised(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        first, second = ({normalise(one).text: None for one in group} for group in (self.near.first, self.near.second))
        return tuple(first), tuple(second)

    def ask(self, heard: Heard) -> Verdict:
        window = heard.window(self.scope)
        first, second = ([place for one in group for place in heard.said(one)] for group in self._normalised)
        sure: list[Evidence] = []
        unsure: list[tuple[Evidence, Reason]] = []
        for one, other in self._pairs(first, second, heard.text) if first and second else ():
            found = [sift(heard, window, [place]) for place in (one, other)]
            if not all(found):
                continue
            doubts = [pair[1] for part in found for pair in part.unsure]
            places = self._evidence(one, other, heard)
            if doubts:
                unsure += [(place, doubts[0]) for place in places]
            else:
                sure += places
        return counted(sure, unsure, 1, window.absence)

    def _pairs(
        self, first: Sequence[Occurrence], second: Sequence[Occurrence], text: str
    ) -> Iterator[tuple[Occurrence, Occurrence]]:
        """Those that are close enough and do not overlap, in the order in which they are said."""
        yield from self._followed(first, second, text)
        if not self.near.ordered:
            yield from self._followed(second, first, text)

    def _followed(
        self, left: Sequence[Occurrence], right: Sequence[Occurrence], text: str
    ) -> Iterator[tuple[Occurrence, Occurrence]]:
        ordered = sorted(right)
        starts = [_spoken(other.start, text) for other in ordered]
        for one in left:
            end = _spoken(one.end, text)
            for other in ordered[bisect_left(starts, end) : bisect_right(starts, end + self.near.within)]:
                if other.start >= one.end and (self.near.across or BREAK not in text[one.end : other.start]):
                    yield one, other

    @staticmethod
    def _evidence(left: Occurrence, right: Occurrence, heard: Heard) -> list[Evidence]:
        """One quote from the first word to the last where one speaker says it all; otherwise a quote of each."""
        if BREAK in heard.text[left.end : right.start]:
            return [heard.quote(left), heard.quote(right)]
        return [heard.quote(Occurrence(left.start, right.end, min(left.likeness, right.likeness)))]


def _spoken(offset: int, text: str) -> int:
    """How many characters are said before it."""
    return offset - text.count(BREAK, 0, offset)
