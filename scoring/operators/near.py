"""`near: {first, second, within, ordered, across}`: two phrases said close together.

`within` is how many characters of normalised text (no punctuation, no fillers) may stand between the two. Both are said
without a pause by one speaker, unless `across: true`: then what others say between them is counted, too. A phrase too
short to be told by its sound (工号) is taken as said where what Whisper wrote (公号) is no word and the other one was
said.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.finding import Evidence
from models.reason import Reason
from scoring.heard import Heard
from scoring.normalise import BREAK, normalise
from scoring.operators.counted import counted
from scoring.operators.operator import Scoped
from scoring.operators.words import Words
from scoring.phonetic_match import SHORTEST
from scoring.phrases import Occurrence
from scoring.scope import DOUBTFUL_CONFIDENCE
from scoring.search import sift
from scoring.sounded import length
from scoring.verdict import Verdict

MOST = 2000
"""Pairs that are looked at: more than hours of speech have, unless they are made for it."""


class Pair(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    first: Annotated[tuple[Words, ...], Field(min_length=1)]
    second: Annotated[tuple[Words, ...], Field(min_length=1)]
    within: Annotated[int, Field(ge=0, le=1000)]
    ordered: bool = False
    across: bool = False


class Near(Scoped):
    """Two phrases are said with at most so many characters between them."""

    KEY = "near"
    near: Pair

    def phrases(self) -> Iterable[str]:
        return (*self.near.first, *self.near.second)

    def hollow(self) -> Hashable:
        return self.absent()

    @cached_property
    def _normalised(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        first, second = ({normalise(one).text: None for one in group} for group in (self.near.first, self.near.second))
        return tuple(first), tuple(second)

    def ask(self, heard: Heard) -> Verdict:
        window = heard.window(self.scope)
        said = [self._said(group, heard) for group in self._normalised]
        guessed = [self._sounding(group, heard) for group in self._normalised] if any(said) else [[], []]
        unsaid = {place for group in guessed for place in group}
        found = {place: sift(heard, window, [place]) for group in (*said, *guessed) for place in group}
        first, second = (
            [place for place in (*group, *more) if found[place]] for group, more in zip(said, guessed, strict=True)
        )
        sure: list[Evidence] = []
        unsure: list[tuple[Evidence, Reason]] = []
        pairs = (pair for pair in self._pairs(first, second, heard.text) if not unsaid.issuperset(pair))
        for one, other in islice(pairs, MOST):
            doubts = [pair[1] for place in (one, other) for pair in found[place].unsure]
            places = self._evidence(one, other, heard)
            if doubts:
                unsure += [(place, doubts[0]) for place in places]
            else:
                sure += places
        return counted(sure, unsure, 1, window.absence)

    @staticmethod
    def _said(group: Iterable[str], heard: Heard) -> list[Occurrence]:
        return [place for phrase in group for place in heard.said(phrase)]

    @staticmethod
    def _sounding(group: Iterable[str], heard: Heard) -> list[Occurrence]:
        """What only sounds like one of the short phrases; it counts where the other of the pair was said."""
        return [place for phrase in group if length(phrase) < SHORTEST for place in heard.sounds.alike(phrase)]

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
        likeness = min(left.likeness, right.likeness)
        meant = "…".join(one.phrase or heard.text[one.start : one.end] for one in (left, right))
        evidence = heard.quote(Occurrence(left.start, right.end, likeness, meant))
        again = [heard.again[one] for one in (left, right) if one in heard.again]
        if not again:
            return [evidence]
        return [replace(evidence, confidence=min(again), meant=meant, listened=min(again) >= DOUBTFUL_CONFIDENCE)]


def _spoken(offset: int, text: str) -> int:
    """How many characters are said before it."""
    return offset - text.count(BREAK, 0, offset)
