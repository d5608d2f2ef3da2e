"""`classifier: {signs, at_least, unsure_from}`: the trained classifier takes a turn for one of these signs.

The probability is calibrated, of each turn by itself. Between `unsure_from` and `at_least` the classifier abstains.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from models.finding import Evidence
from models.reason import Fact, Reason
from models.transcript import Role
from scoring.heard import Heard
from scoring.mistake import wrong
from scoring.operators.counted import counted
from scoring.operators.listed import listed
from scoring.operators.operator import Scoped
from scoring.scope import Scope
from scoring.starter.labels import turn_labels
from scoring.starter.signs import MISSING, sign_ids
from scoring.verdict import Verdict, cannot_judge

AT_LEAST, UNSURE_FROM = 0.8, 0.5


if TYPE_CHECKING:
    Sign = str
else:
    Sign = Literal[sign_ids()]
Signs = Annotated[
    tuple[Sign, ...], Field(min_length=1), BeforeValidator(listed, json_schema_input_type=Sign | list[Sign])
]
Probability = Annotated[float, Field(gt=0, le=1)]


class Likely(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    signs: Signs
    at_least: Probability = AT_LEAST
    unsure_from: Probability = UNSURE_FROM

    @model_validator(mode="after")
    def _band(self) -> "Likely":
        if self.unsure_from > self.at_least:
            raise wrong("band_backwards", low=self.unsure_from, high=self.at_least)
        return self


class Classifier(Scoped):
    """The trained classifier takes a turn for one of these signs (`shirking`, `dissatisfied`, …)."""

    KEY = "classifier"
    classifier: Likely

    @model_validator(mode="after")
    def _of_one_role(self) -> "Classifier":
        for sign in self.classifier.signs:
            if self.role and Role(self.role) is not _role_of(sign):
                raise wrong("sign_of_other_role", sign=sign, role=self.role)
        return self

    @cached_property
    def scope(self) -> Scope:
        """With the role whose signs they are, where they are all of one and none is asked for."""
        asked = super().scope
        roles = {_role_of(sign) for sign in self.classifier.signs}
        return asked._replace(role=roles.pop()) if asked.role is None and len(roles) == 1 else asked

    def ask(self, heard: Heard) -> Verdict:
        if heard.signs is None:
            return cannot_judge(Reason("scoring.no_classifier"))
        window = heard.window(self.scope)
        found = list(self._found(heard))
        sure = [evidence for evidence, doubt in found if doubt is None]
        unsure = [(evidence, doubt) for evidence, doubt in found if doubt is not None]
        return counted(sure, unsure, 1, window.absence)

    def _found(self, heard: Heard) -> Iterator[tuple[Evidence, Reason | None]]:
        """Turns of the window that are, or may be, one of the signs; and why that is not sure."""
        assert heard.signs is not None
        window, columns = heard.window(self.scope), [sign_ids().index(sign) for sign in self.classifier.signs]
        for turn, sure_turn in window.turns.items():
            said = heard.turns[turn]
            probability = heard.signs.likeliest(turn, columns)
            if probability < self.classifier.unsure_from or not window.holds(said.start, said.end):
                continue
            confidence = round(probability * said.confidence, 4)
            evidence = Evidence(said.start, said.end, said.role, turn, said.text, (0, len(said.text)), confidence)
            yield evidence, self._doubt(heard, evidence, probability, sure_turn=sure_turn)

    def _doubt(self, heard: Heard, evidence: Evidence, probability: float, *, sure_turn: bool) -> Reason | None:
        where: dict[str, Fact] = {"quote": evidence.quote, "start": round(evidence.start, 1)}
        if not sure_turn:
            unknown = evidence.role is Role.UNKNOWN
            return Reason("scoring.speaker_unknown" if unknown else "scoring.position_unknown", where)
        if evidence.turn in heard.timeline.doubtful:
            return Reason("scoring.badly_heard_words", where)
        if probability < self.classifier.at_least:
            return Reason("scoring.sign_unsure", {**where, "percent": round(100 * probability)})
        return None


def _role_of(sign: str) -> Role:
    label = MISSING[sign].after if sign in MISSING else sign
    return next(one.role for one in turn_labels() if one.id == label)
