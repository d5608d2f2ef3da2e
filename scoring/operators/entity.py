"""`entity: {kind, digits, times}`: a number, phone number, ID card, bank card, amount of money or name is said.

Digits may be Chinese (幺三八…) or Arabic; see scoring/entities.py for what is one of each kind. Where a check digit is
wrong, Whisper or the speaker may have got one digit wrong: it cannot be judged.
"""

from collections.abc import Hashable
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from models.finding import Evidence
from models.reason import Reason
from scoring.entities import Kind, Place, found_in
from scoring.heard import Heard
from scoring.mistake import wrong
from scoring.operators.counted import counted
from scoring.operators.duration import Range
from scoring.operators.listed import listed
from scoring.operators.operator import Scoped
from scoring.search import sift
from scoring.verdict import Verdict

LEAST_DIGITS = Range(at_least=3)
"""Of a `number` where nothing is said: 一 and 两 stand in every other sentence."""


Kinds = Annotated[
    tuple[Kind, ...], Field(min_length=1), BeforeValidator(listed, json_schema_input_type=Kind | list[Kind])
]


class Entities(BaseModel):
    """`digits` is how many a `number` has."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kinds
    digits: Range | None = None
    times: Annotated[int, Field(ge=1)] = 1

    @model_validator(mode="after")
    def _digits_of_a_number(self) -> "Entities":
        if self.digits and "number" not in self.kind:
            raise wrong("digits_of_number", kind=", ".join(self.kind))
        return self


class Entity(Scoped):
    """A number, phone number, ID card, bank card, amount of money or name is said."""

    KEY = "entity"
    entity: Entities

    def hollow(self) -> Hashable:
        return self.KEY, self.scope, self.entity.model_dump_json()

    def ask(self, heard: Heard) -> Verdict:
        window = heard.window(self.scope)
        sure: list[Evidence] = []
        unsure: list[tuple[Evidence, Reason]] = []
        for place, right in self._places(heard.text):
            found = sift(heard, window, [place])
            unsure += found.unsure
            if right:
                sure += found.sure
            else:
                unsure += [(one, Reason("scoring.check_digit", _facts(one))) for one in found.sure]
        return counted(sure, unsure, self.entity.times, window.absence)

    def _places(self, text: str) -> list[Place]:
        """In order; of two that overlap (a number in an amount) the first."""
        enough = self.entity.digits or LEAST_DIGITS
        found = [
            one
            for kind in self.entity.kind
            for one in found_in(text, kind)
            if kind != "number" or enough.holds(one.place.end - one.place.start)
        ]
        kept: list[Place] = []
        for one in sorted(found, key=lambda found: (not found.right, found.place)):
            if all(one.place.end <= other.place.start or one.place.start >= other.place.end for other in kept):
                kept.append(one)
        return sorted(kept)


def _facts(evidence: Evidence) -> dict[str, str | float]:
    return {"quote": evidence.quote, "start": round(evidence.start, 1)}
