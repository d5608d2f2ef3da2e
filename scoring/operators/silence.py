"""`silence: {at_least, times, excused_by, excused_before, excused_for}`: nobody speaks for so long.

Who should have spoken: the one who did not speak last (as the voice measures say). But the agent leads the call: after
an agent's turn that asks for nothing (an answer, "我看一下") it is the agent who lets the customer wait. Silence before
the first or after the last word of the call is the recorder's, not a person's.
"""

from collections.abc import Hashable, Iterable
from functools import cache
from importlib import resources
from typing import Annotated

import yaml
from pydantic import Field

from models.finding import Evidence
from models.reason import Reason
from models.transcript import Role, Turn
from models.transcript import Silence as Stretch
from scoring.heard import Heard
from scoring.normalise import normalise
from scoring.operators.counted import counted
from scoring.operators.excuse import Excusable
from scoring.operators.voiced import SLACK, Voiced
from scoring.verdict import Verdict, cannot_judge


class Wait(Excusable):
    at_least: Annotated[float, Field(gt=0)]
    times: Annotated[int, Field(ge=1)] = 1


class Silence(Voiced):
    """Nobody speaks for so long, and the role should have."""

    KEY = "silence"
    silence: Wait

    def phrases(self) -> Iterable[str]:
        return self.silence.excuses()

    def hollow(self) -> Hashable:
        return self.KEY, self.scope, self.silence.unexcused()

    def ask(self, heard: Heard) -> Verdict:
        if not heard.transcript.voice.silences_measured:
            return cannot_judge(Reason("scoring.no_silences"))
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
        return counted(sure, unsure, self.silence.times, self.absence(heard))

    def _inside(self, silence: Stretch, heard: Heard) -> bool:
        between = any(turn.start < silence.start + SLACK for turn in heard.turns) and any(
            turn.end > silence.end - SLACK for turn in heard.turns
        )
        return between and self.inside(silence, heard)

    def _counts(self, silence: Stretch, heard: Heard) -> bool | Reason:
        """Whether it was the role's silence and nothing excuses it, or why that cannot be said."""
        waited_for = silence.waited_for if self.role is None else self._owner(silence, heard.turns)
        if self.role is not None and waited_for not in {Role(self.role), Role.UNKNOWN}:
            return False
        excuse = self.silence.excused(silence, Role(self.role) if self.role else None, heard)
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


@cache
def _questions() -> tuple[tuple[str, ...], tuple[str, ...]]:
    words = yaml.safe_load(resources.files("scoring").joinpath("words", "questions.yaml").read_text("utf8"))
    return tuple(words["endings"]), tuple(words["requests"])


def _asks(text: str) -> bool:
    """Whether an answer is expected after this."""
    endings, requests = _questions()
    bare = text.rstrip("。，,. …")
    return bare.endswith(endings) or any(request in normalise(text[-20:]).text for request in requests)
