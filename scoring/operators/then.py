"""`then: {first, next, within}`: the second condition holds after a place where the first one held.

With `within`, in so many seconds or turns after it; without, anywhere after it. Where the first never held, or nobody
spoke after it, the answer is clean.
"""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from models.finding import Answer, Evidence
from scoring.heard import Heard
from scoring.kleene import all_of, any_of
from scoring.operators.operator import Operator
from scoring.reach import Within, after
from scoring.verdict import Verdict, clean, hit

if TYPE_CHECKING:
    from scoring.operators import Condition


class Sequel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    first: "Condition"
    following: "Condition" = Field(alias="next")
    within: Within | None = None


class Then(Operator):
    """The second condition holds after the first one, within so many seconds or turns."""

    KEY = "then"
    then: Sequel

    def parts(self) -> Iterable[Operator]:
        return (self.then.first, self.then.following)

    def hollow(self) -> Hashable:
        return self.KEY, self.then.first.hollow(), self.then.following.hollow(), self.then.within

    def ask(self, heard: Heard) -> Verdict:
        first = self.then.first.ask(heard)
        if first.answer is Answer.HIT:
            return any_of([self._from(place, heard) for place in first.evidence])
        if first.answer is Answer.CANNOT_JUDGE:
            # That what should follow happened nowhere can be said all the same.
            anywhere = self.then.following.ask(heard)
            return anywhere if anywhere.answer is Answer.CLEAN and anywhere.reason is None else first
        return first

    def _from(self, place: Evidence, heard: Heard) -> Verdict:
        if place.end >= heard.timeline.end:
            return clean(place)
        return all_of([hit(place), self.then.following.ask(heard.within(*after(place, self.then.within, heard)))])
