"""`late_hangup: {at_least, at_most, farewell}`: seconds from the last word to the end of the recording.

`at_least` finds a line kept open, `at_most` one cut at the last word. With `farewell` phrases it is asked only of calls
in which the role said one of them in the last `farewell_last` seconds of speech.
"""

from collections.abc import Hashable, Iterable
from typing import Annotated, Literal

from pydantic import Field

from models.finding import Answer, Evidence
from models.transcript import Role
from scoring.heard import Heard
from scoring.normalise import normalise
from scoring.operators.counted import counted
from scoring.operators.duration import Range
from scoring.operators.operator import Operator
from scoring.operators.words import Words
from scoring.scope import Scope
from scoring.search import sift
from scoring.verdict import NOT_APPLICABLE, Verdict, cannot_judge, clean, hit


class Ending(Range):
    farewell: tuple[Words, ...] = ()
    farewell_last: Annotated[float, Field(gt=0)] = 30.0


class LateHangup(Operator):
    """So many seconds pass between the last word and the end of the recording."""

    KEY = "late_hangup"
    SCOPE_KEYS = ()
    late_hangup: Ending
    role: Literal["agent", "customer"] = "agent"

    def phrases(self) -> Iterable[str]:
        return self.late_hangup.farewell

    def hollow(self) -> Hashable:
        farewell = bool(self.late_hangup.farewell)
        return self.KEY, self.role, farewell, self.late_hangup.model_dump_json(exclude={"farewell"})

    def ask(self, heard: Heard) -> Verdict:
        if not heard.timeline.members[None]:
            return heard.window(Scope()).absence
        said = self._farewell(heard)
        if said is not None and said.answer is not Answer.HIT:
            return said if said.answer is Answer.CANNOT_JUDGE else NOT_APPLICABLE
        last = heard.timeline.end
        end = max(heard.transcript.recording.seconds, last)
        stretch = Evidence(last, end, Role(self.role))
        return hit(stretch) if self.late_hangup.holds(end - last) else clean(stretch)

    def _farewell(self, heard: Heard) -> Verdict | None:
        """Whether the role said farewell; None where that is not asked."""
        if not self.late_hangup.farewell:
            return None
        window = heard.window(Scope(Role(self.role), last=self.late_hangup.farewell_last))
        found = [sift(heard, window, heard.said(normalise(one).text)) for one in self.late_hangup.farewell]
        sure = [evidence for one in found for evidence in one.sure]
        unsure = [pair for one in found for pair in one.unsure]
        absence = window.absence
        # Nobody knows whether the farewell is in what was not heard well.
        unheard = cannot_judge(absence.reason) if absence.reason else absence
        return counted(sure, unsure, 1, unheard)
