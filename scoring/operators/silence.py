"""`silence: {at_least, excused_by, excused_for, times}`: nobody speaks for so long, and the role should have.

Who should have spoken: the one who did not speak last (as the voice measures say). But the agent leads the call: after
an agent's turn that asks for nothing (an answer, "我看一下") it is the agent who lets the customer wait. Silence before
the first or after the last word of the call is the recorder's, not a person's.
`excused_by` lists phrases; if the role said one of them within the last `excused_before` seconds before the silence, it
is excused for `excused_for` seconds (without it: however long).
"""

from collections.abc import Iterable
from functools import cache, cached_property
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from models.finding import Evidence
from models.reason import Reason
from models.transcript import Role, Turn
from models.transcript import Silence as Stretch
from scoring.heard import Heard
from scoring.normalise import normalise
from scoring.operators.operator import Operator
from scoring.scope import Scope
from scoring.search import sift
from scoring.verdict import Verdict, cannot_judge, clean, hit

SLACK = 0.7
"""Speech detection and turn times differ by up to this, in seconds."""


class Wait(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: Annotated[float, Field(gt=0)]
    times: Annotated[int, Field(ge=1)] = 1
    excused_by: tuple[str, ...] = ()
    excused_before: Annotated[float, Field(gt=0)] = 15.0
    excused_for: Annotated[float, Field(gt=0)] | None = None


class Silence(Operator):
    KEY = "silence"
    silence: Wait
    role: Literal["agent", "customer"] | None = None

    def phrases(self) -> Iterable[str]:
        return self.silence.excused_by

    @cached_property
    def _excuses(self) -> tuple[str, ...]:
        return tuple(normalise(phrase).text for phrase in self.silence.excused_by)

    def ask(self, heard: Heard) -> Verdict:
        sure: list[Evidence] = []
        unsure: list[tuple[Evidence, Reason]] = []
        for silence in heard.transcript.voice.silences:
            if silence.seconds < self.silence.at_least or not self._inside(silence, heard):
                continue
            evidence = Evidence(silence.start, silence.end, Role(self.role) if self.role else silence.waited_for)
            answer = self._counts(silence, heard)
            if isinstance(answer, Reason):
                unsure.append((evidence, answer))
            elif answer:
                sure.append(evidence)
        if len(sure) >= self.silence.times:
            return hit(*sure)
        if len(sure) + len(unsure) >= self.silence.times:
            return cannot_judge(unsure[0][1], *sure, *(evidence for evidence, _ in unsure))
        return clean(Evidence(*heard.reach, role=Role(self.role) if self.role else None))

    @staticmethod
    def _inside(silence: Stretch, heard: Heard) -> bool:
        between = any(turn.start < silence.start + SLACK for turn in heard.turns) and any(
            turn.end > silence.end - SLACK for turn in heard.turns
        )
        return between and silence.start < heard.reach[1] and silence.end > heard.reach[0]

    def _counts(self, silence: Stretch, heard: Heard) -> bool | Reason:
        """Whether it was the role's silence and nothing excuses it, or why that cannot be said."""
        waited_for = silence.waited_for if self.role is None else self._owner(silence, heard.turns)
        if self.role is not None and waited_for not in {Role(self.role), Role.UNKNOWN}:
            return False
        excuse = self._excuse(silence, heard)
        if excuse is not False:
            return False if excuse is True else excuse
        if self.role is not None and waited_for is Role.UNKNOWN:
            facts = {"start": round(silence.start, 1), "seconds": round(silence.seconds, 1)}
            return Reason("scoring.who_was_waited_for", facts)
        return True

    def _owner(self, silence: Stretch, turns: tuple[Turn, ...]) -> Role:
        """Who should have spoken, knowing what was said last."""
        last = max(
            (turn for turn in turns if turn.end <= silence.start + SLACK), key=lambda turn: turn.end, default=None
        )
        if last and last.role is Role.AGENT and not _asks(last.text):
            return Role.AGENT
        return silence.waited_for

    def _excuse(self, silence: Stretch, heard: Heard) -> bool | Reason:
        """Whether the role asked for the wait; a reason where it may have been said but was not heard well."""
        wait = self.silence
        if not self._excuses or (wait.excused_for is not None and silence.seconds > wait.excused_for):
            return False
        before = heard.within(silence.start - wait.excused_before, silence.start + SLACK)
        window = before.window(Scope(Role(self.role) if self.role else None))
        said = [sift(before, window, heard.said(phrase)) for phrase in self._excuses]
        if any(one.sure for one in said):
            return True
        unsure = [reason for one in said for _, reason in one.unsure]
        if unsure or not heard.timeline.doubtful.isdisjoint(window.turns):
            return Reason("scoring.excuse_unheard", {"start": round(silence.start, 1)})
        return False


@cache
def _questions() -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = yaml.safe_load(resources.files("scoring").joinpath("words", "questions.yaml").read_text("utf8"))
    return tuple(words["endings"]), tuple(words["requests"])


def _asks(text: str) -> bool:
    """Whether an answer is expected after this."""
    endings, requests = _questions()
    bare = text.rstrip("。，,. …")
    return bare.endswith(endings) or any(request in normalise(text[-20:]).text for request in requests)
