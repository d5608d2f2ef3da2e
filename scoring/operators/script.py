"""`script: {text, at_least}`: a required script is said.

Of the characters it requires (all but punctuation, free slots `____`, and the alternatives not taken of `(A/B)`), at
least this share is said, in order, by one side. What the other side says in between does not break it off. Characters
that sound alike are the same (scoring/sounded.py), since Whisper writes either.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from models.finding import Evidence
from models.reason import Reason
from scoring.heard import Heard
from scoring.mistake import wrong
from scoring.operators.operator import Scoped
from scoring.phrases import Occurrence
from scoring.scope import Window
from scoring.sounded import length
from scoring.verdict import Verdict, cannot_judge, hit
from scoring.wordings import MOST, TooManyWordings, Wording, wordings

SHORTEST = 4
"""Required characters: fewer are a phrase."""


class Required(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    at_least: Annotated[float, Field(gt=0, le=1)] = 0.8

    @field_validator("text")
    @classmethod
    def _can_be_said(cls, text: str) -> str:
        try:
            shortest = min(length(one.required) for one in wordings(text))
        except TooManyWordings:
            raise wrong("too_many_wordings", most=MOST) from None
        if shortest < SHORTEST:
            raise wrong("short_script", text=text[:60], least=SHORTEST)
        return text


class Best(NamedTuple):
    share: float
    places: tuple[Occurrence, ...] = ()


class Script(Scoped):
    """A required script is said, apart from free slots and a few words."""

    KEY = "script"
    script: Required

    @cached_property
    def _wordings(self) -> tuple[Wording, ...]:
        return wordings(self.script.text)

    def ask(self, heard: Heard) -> Verdict:
        window = heard.window(self.scope)
        said = list(_said(heard, window))
        best = self._best([place for place, sure in said if sure], heard)
        if best.share < self.script.at_least and not all(sure for _, sure in said):
            # With what was badly heard, or may be another's.
            whole = self._best([place for place, _ in said], heard)
            if whole.share >= self.script.at_least:
                reason = Reason("scoring.script_unsure", {"percent": round(100 * best.share)})
                return cannot_judge(reason, *_quotes(whole, heard, window))
        quotes = _quotes(best, heard, window)
        return hit(*quotes) if best.share >= self.script.at_least and quotes else window.absence

    def _best(self, places: Sequence[Occurrence], heard: Heard) -> Best:
        sounds, said = heard.sounds, heard.sounds.heard
        spans = [said.span(place) for place in places]
        text = "".join(said.symbols[first:end] for first, end in spans)
        share, start, end = max(wording.best(sounds.of(wording.required), text) for wording in self._wordings)
        if share < self.script.at_least:
            return Best(share)
        return Best(share, tuple(said.place(*span) for span in _cut(spans, start, end)))


def _said(heard: Heard, window: Window) -> Iterator[tuple[Occurrence, bool]]:
    """Where in the text the turns of the window are, and whether each surely belongs and was heard well."""
    for turn, place in heard.places():
        if turn in window.turns:
            yield place, window.turns[turn] and turn not in heard.timeline.doubtful


def _cut(spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The part `start:end` of the spans set end to end."""
    for first, last in spans:
        length = last - first
        begin, stop = max(start, 0), min(end, length)
        if begin < stop:
            yield first + begin, first + stop
        start, end = start - length, end - length


def _quotes(best: Best, heard: Heard, window: Window) -> list[Evidence]:
    """A quote of each turn, if any of it is in the window's seconds."""
    quotes = [heard.quote(place) for place in best.places]
    return quotes if any(window.holds(one.start, one.end) for one in quotes) else []
