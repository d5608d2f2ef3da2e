"""`duration: {at_least, at_most}`: the recording's length in seconds."""

from collections.abc import Hashable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.finding import Evidence
from scoring.heard import Heard
from scoring.mistake import wrong
from scoring.operators.operator import Operator
from scoring.verdict import Verdict, clean, hit


class Range(BaseModel):
    """Both ends included; at least one is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: Annotated[float, Field(ge=0)] | None = None
    at_most: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Range":
        if self.at_least is None and self.at_most is None:
            raise wrong("no_bound")
        return self

    def holds(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


class Duration(Operator):
    """The recording is at least or at most so many seconds long."""

    KEY = "duration"
    SCOPE_KEYS = ()
    duration: Range

    def hollow(self) -> Hashable:
        return self.KEY, self.duration.model_dump_json()

    def ask(self, heard: Heard) -> Verdict:
        seconds = heard.transcript.recording.seconds
        call = Evidence(0.0, seconds)
        return hit(call) if self.duration.holds(seconds) else clean(call)
