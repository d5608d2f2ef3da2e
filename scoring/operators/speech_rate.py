"""`speech_rate: {at_least, at_most}` of a role, in characters a minute without punctuation."""

from collections.abc import Hashable
from typing import Literal

from models.finding import Evidence
from models.reason import Reason
from models.transcript import Role
from scoring.heard import Heard
from scoring.operators.duration import Range
from scoring.operators.operator import Operator
from scoring.verdict import Verdict, cannot_judge, clean, hit


class SpeechRate(Operator):
    """The role speaks at least or at most so many characters a minute."""

    KEY = "speech_rate"
    SCOPE_KEYS = ()
    speech_rate: Range
    role: Literal["agent", "customer"] = "agent"

    def hollow(self) -> Hashable:
        return self.KEY, self.role, self.speech_rate.model_dump_json()

    def ask(self, heard: Heard) -> Verdict:
        voice = heard.transcript.voice.roles.get(Role(self.role))
        if voice is None or voice.rate is None:
            return cannot_judge(Reason(f"scoring.no_{self.role}_rate"))
        call = Evidence(*heard.reach, role=Role(self.role))
        return hit(call) if self.speech_rate.holds(voice.rate) else clean(call)
