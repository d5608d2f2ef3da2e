"""`overlap: {at_least, times, delay}`: the role began to speak while the other was speaking.

Shorter overlaps are how people take turns, and a listener's 嗯 or 对 is not cutting in. `times` is how often it must
happen. With `delay` the other must have been speaking for so long: two who begin together interrupt nobody. On a
one-channel recording overlaps cannot be heard.
"""

from collections.abc import Hashable
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
from scoring.operators.counted import counted
from scoring.operators.voiced import SLACK, Voiced
from scoring.verdict import Verdict, cannot_judge


class Limits(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: Annotated[float, Field(gt=0)]
    times: Annotated[int, Field(ge=1)] = 1
    delay: Annotated[float, Field(ge=0)] = 0.0


class Overlap(Voiced):
    """The role began to speak while the other was speaking, and went on."""

    KEY = "overlap"
    overlap: Limits
    role: Literal["agent", "customer"] = "agent"

    def hollow(self) -> Hashable:
        return self.KEY, self.scope, self.overlap.model_dump_json()

    def ask(self, heard: Heard) -> Verdict:
        overlaps = heard.transcript.voice.overlaps
        if overlaps is None:
            one_channel = heard.transcript.recording.channels == 1
            return cannot_judge(Reason("scoring.one_channel" if one_channel else "scoring.no_overlaps"))
        long = [one for one in overlaps if self._long(one, heard.turns) and self.inside(one, heard)]
        own = [self._evidence(one, heard.turns) for one in long if one.by is Role(self.role)]
        cuts = [one for one in own if not _only_listens(one, heard.turns)]
        unknown = [
            (Evidence(one.start, one.end), Reason("scoring.who_cut_in", {"start": round(one.start, 1)}))
            for one in long
            if one.by is Role.UNKNOWN
        ]
        return counted(cuts, unknown, self.overlap.times, self.absence(heard))

    def _long(self, overlap: Stretch, turns: tuple[Turn, ...]) -> bool:
        """Long enough, and into something the other had been saying for long enough."""
        if overlap.seconds < self.overlap.at_least:
            return False
        spoken = [
            overlap.start - turn.start
            for turn in turns
            if turn.role is not overlap.by and turn.start <= overlap.start + SLACK and turn.end >= overlap.start
        ]
        return not self.overlap.delay or not spoken or max(spoken) >= self.overlap.delay

    def _evidence(self, overlap: Stretch, turns: tuple[Turn, ...]) -> Evidence:
        """With the turn that cut in, where the transcript has it."""
        role = Role(self.role)
        begun = [
            (abs(turn.start - overlap.start), index)
            for index, turn in enumerate(turns)
            if turn.role is role and turn.start <= overlap.end and turn.end >= overlap.start - SLACK
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
