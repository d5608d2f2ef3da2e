"""`similar: {to: [..], at_least}`: something like one of these sentences is said.

Compared with each passage (what one speaker says without a pause) is the stretch of it that is most like the sentence;
see scoring/similarity.py for the formula.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from scoring.heard import Heard
from scoring.mistake import wrong
from scoring.normalise import normalise
from scoring.operators.counted import counted
from scoring.operators.operator import Scoped
from scoring.phrases import Occurrence
from scoring.search import sift
from scoring.similarity import LONGEST, hopeful, most_similar
from scoring.sounded import length
from scoring.verdict import Verdict

SHORTEST = 4
"""Characters of an example: shorter ones are like anything."""


class Likeness(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    to: Annotated[tuple[str, ...], Field(min_length=1)]
    at_least: Annotated[float, Field(ge=0.5, le=1)] = 0.7

    @field_validator("to")
    @classmethod
    def _long_enough(cls, sentences: tuple[str, ...]) -> tuple[str, ...]:
        for sentence in sentences:
            normal = normalise(sentence).text
            if len(normal) > LONGEST:
                raise wrong("long_sentence", sentence=f"{sentence[:30]}…", most=LONGEST)
            if length(normal) < SHORTEST:
                raise wrong("short_sentence", sentence=sentence, least=SHORTEST)
        return sentences


class Similar(Scoped):
    """Something like one of these sentences is said."""

    KEY = "similar"
    similar: Likeness

    @cached_property
    def _sentences(self) -> tuple[str, ...]:
        return tuple(normalise(sentence).text for sentence in self.similar.to)

    def ask(self, heard: Heard) -> Verdict:
        window = heard.window(self.scope)
        found = sift(heard, window, self._places(heard))
        return counted(found.sure, found.unsure, 1, window.absence)

    def _places(self, heard: Heard) -> Iterator[Occurrence]:
        sounds = heard.sounds
        sentences = [sounds.of(sentence) for sentence in self._sentences]
        for text, sentence in hopeful(sentences, sounds.passages, self.similar.at_least):
            best = most_similar(sentences[sentence], sounds.passages[text], self.similar.at_least)
            if best:
                first = sounds.begins[text]
                yield sounds.heard.place(first + best[0], first + best[1], best[2])
