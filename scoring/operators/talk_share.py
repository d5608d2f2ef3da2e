"""`talk_share: {at_least, at_most}`: the role's part of all talk, from 0 to 1, by seconds of speech."""

from collections.abc import Hashable
from typing import Annotated, Literal

from pydantic import Field

from models.finding import Evidence
from models.reason import Reason
from models.transcript import Role
from scoring.heard import Heard
from scoring.operators.duration import Range
from scoring.operators.operator import Operator
from scoring.verdict import Verdict, cannot_judge, clean, hit

Part = Annotated[float, Field(ge=0, le=1)]


class Parts(Range):
    at_least: Part | None = None
    at_most: Part | None = None


class TalkShare(Operator):
    """The role's part of all talk is at least or at most so much."""

    KEY = "talk_share"
    SCOPE_KEYS = ()
    talk_share: Parts
    role: Literal["agent", "customer"] = "agent"

    def hollow(self) -> Hashable:
        return self.KEY, self.role, self.talk_share.model_dump_json()

    def ask(self, heard: Heard) -> Verdict:
        talk = {role: voice.talk_seconds for role, voice in heard.transcript.voice.roles.items()}
        total = sum(talk.values())
        if not total or talk.get(Role.UNKNOWN):
            return cannot_judge(Reason("scoring.no_talk_share"))
        call = Evidence(*heard.reach, role=Role(self.role))
        return hit(call) if self.talk_share.holds(talk.get(Role(self.role), 0.0) / total) else clean(call)
