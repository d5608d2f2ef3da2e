"""`slow_answer: {at_least, times, excused_by, ...}` or `slow_answer: {median}`: the role lets the other wait.

With `at_least`: a silence of so many seconds that begins when the other has stopped speaking, whoever ends it. With
`median`: the role's median response time over the call, for one who is slow all the time. Unlike `silence`, what was
said before does not matter: only that the other spoke last.
"""

from collections.abc import Hashable, Iterable
from typing import Annotated, Literal

from pydantic import Field, model_validator

from models.finding import Evidence
from models.reason import Reason
from models.transcript import Role
from scoring.heard import Heard
from scoring.mistake import wrong
from scoring.operators.counted import counted
from scoring.operators.excuse import Excusable
from scoring.operators.voiced import Voiced
from scoring.verdict import Verdict, cannot_judge, clean, hit

NO_RESPONSE = {"agent": "scoring.no_agent_response", "customer": "scoring.no_customer_response"}


class Answering(Excusable):
    """Silences are measured from one second up."""

    at_least: Annotated[float, Field(ge=1)] | None = None
    times: Annotated[int, Field(ge=1)] = 1
    median: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Answering":
        if (self.at_least is None) == (self.median is None):
            raise wrong("at_least_or_median")
        return self


class SlowAnswer(Voiced):
    """The role answers only after so many seconds, so many times; or is slow as a rule."""

    KEY = "slow_answer"
    slow_answer: Answering
    role: Literal["agent", "customer"] = "agent"

    def phrases(self) -> Iterable[str]:
        return self.slow_answer.excuses()

    def hollow(self) -> Hashable:
        return self.KEY, self.scope, self.slow_answer.unexcused()

    def ask(self, heard: Heard) -> Verdict:
        if self.slow_answer.at_least is not None:
            return self._single(heard, self.slow_answer.at_least)
        voice = heard.transcript.voice.roles.get(Role(self.role))
        if voice is None or voice.response is None:
            return cannot_judge(Reason(NO_RESPONSE[self.role]))
        call = Evidence(*heard.reach, role=Role(self.role))
        return hit(call) if voice.response >= (self.slow_answer.median or 0.0) else clean(call)

    def _single(self, heard: Heard, at_least: float) -> Verdict:
        if not heard.transcript.voice.silences_measured:
            return cannot_judge(Reason("scoring.no_silences"))
        sure: list[Evidence] = []
        unsure: list[tuple[Evidence, Reason]] = []
        for silence in heard.transcript.voice.silences:
            if silence.seconds < at_least or not self.inside(silence, heard):
                continue
            if silence.waited_for not in {Role(self.role), Role.UNKNOWN}:
                continue
            evidence = Evidence(silence.start, silence.end, Role(self.role))
            excused = self.slow_answer.excused(silence, Role(self.role), heard)
            if isinstance(excused, Reason):
                unsure.append((evidence, excused))
            elif not excused and silence.waited_for is Role.UNKNOWN:
                facts = {"start": round(silence.start, 1), "seconds": round(silence.seconds, 1)}
                unsure.append((evidence, Reason("scoring.who_was_waited_for", facts)))
            elif not excused:
                sure.append(evidence)
        return counted(sure, unsure, self.slow_answer.times, self.absence(heard))
