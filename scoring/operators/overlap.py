"""`overlap: {at_least, times}`: the role began to speak while the other was speaking.

Shorter overlaps are how people take turns, and a listener's 嗯 or 对 is not cutting in. `times` is how often it must
happen. On a one-channel recording overlaps cannot be heard.
"""

from functools import cache
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from models.finding import Evidence
from models.reason import Reason
from models.transcript import Overlap as Stretch
from models.transcript import Role, Turn
from scoring.heard import Heard
from scoring.normalise import normalise
from scoring.operators.operator import Operator
from scoring.verdict import Verdict, cannot_judge, clean, hit

NEAR = 0.7
"""Speech detection and the words' times differ by up to this, in seconds."""


class Limits(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: Annotated[float, Field(gt=0)]
    times: Annotated[int, Field(ge=1)] = 1


class Overlap(Operator):
    KEY = "overlap"
    overlap: Limits
    role: Literal["agent", "customer"] = "agent"

    def ask(self, heard: Heard) -> Verdict:
        overlaps = heard.transcript.voice.overlaps
        if overlaps is None:
            return cannot_judge(Reason("scoring.one_channel"))
        long = [one for one in overlaps if one.seconds >= self.overlap.at_least and self._inside(one, heard)]
        own = [self._evidence(one, heard.turns) for one in long if one.by is Role(self.role)]
        cuts = [one for one in own if not _only_listens(one, heard.turns)]
        if len(cuts) >= self.overlap.times:
            return hit(*cuts)
        unknown = [Evidence(one.start, one.end) for one in long if one.by is Role.UNKNOWN]
        if len(cuts) + len(unknown) >= self.overlap.times:
            return cannot_judge(Reason("scoring.who_cut_in", {"start": round(unknown[0].start, 1)}), *unknown)
        return clean(Evidence(*heard.reach, role=Role(self.role)))

    @staticmethod
    def _inside(overlap: Stretch, heard: Heard) -> bool:
        return overlap.start < heard.reach[1] and overlap.end > heard.reach[0]

    def _evidence(self, overlap: Stretch, turns: tuple[Turn, ...]) -> Evidence:
        """With the turn that cut in, where the transcript has it."""
        role = Role(self.role)
        begun = [
            (abs(turn.start - overlap.start), index)
            for index, turn in enumerate(turns)
            if turn.role is role and turn.start <= overlap.end and turn.end >= overlap.start - NEAR
        ]
        if not begun:
            return Evidence(overlap.start, overlap.end, role)
        index = min(begun)[1]
        text = turns[index].text
        return Evidence(overlap.start, overlap.end, role, index, text, (0, len(text)))


def _only_listens(evidence: Evidence, turns: tuple[Turn, ...]) -> bool:
    if evidence.turn is None:
        return False
    words = normalise(turns[evidence.turn].text).text
    return words == "" or words in _backchannels()


@cache
def _backchannels() -> frozenset[str]:
    listed = yaml.safe_load(resources.files("scoring").joinpath("words", "backchannels.yaml").read_text("utf8"))
    return frozenset(normalise(word).text for word in listed)
