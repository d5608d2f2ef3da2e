"""What excuses a wait: the role asked for it ("请稍等") before it began."""

from collections.abc import Hashable, Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.reason import Reason
from models.transcript import Role, Silence
from scoring.heard import Heard
from scoring.normalise import normalise
from scoring.operators.voiced import SLACK
from scoring.operators.words import Words
from scoring.scope import Scope
from scoring.search import sift


class Excusable(BaseModel):
    """One of the `excused_by` phrases said in the last `excused_before` seconds excuses `excused_for` seconds of wait.

    Without `excused_for` it excuses however long a wait.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    excused_by: tuple[Words, ...] = ()
    excused_before: Annotated[float, Field(gt=0)] = 15.0
    excused_for: Annotated[float, Field(gt=0)] | None = None

    def excuses(self) -> Iterable[str]:
        return self.excused_by

    def unexcused(self) -> Hashable:
        """All that the answer depends on where none of the excuses is said."""
        return bool(self.excused_by), self.model_dump_json(exclude={"excused_by"})

    def excused(self, silence: Silence, role: Role | None, heard: Heard) -> bool | Reason:
        """Whether the role asked for the wait; a reason where that may have been said but was not heard well."""
        if not self.excused_by or (self.excused_for is not None and silence.seconds > self.excused_for):
            return False
        before = heard.within(silence.start - self.excused_before, silence.start + SLACK)
        window = before.window(Scope(role))
        said = [sift(before, window, heard.said(normalise(phrase).text)) for phrase in self.excused_by]
        if any(one.sure for one in said):
            return True
        unsure = [reason for one in said for _, reason in one.unsure]
        if unsure or not heard.timeline.doubtful.isdisjoint(window.turns):
            return Reason("scoring.excuse_unheard", {"start": round(silence.start, 1)})
        return False
