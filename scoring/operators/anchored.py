"""`before`, `after` and `around` beside any operator that has a place in the call: it is asked only near another one.

    phrase: [非常抱歉]
    role: agent
    after: {phrase: [投诉], role: customer}
    within: 20

asks for the apology in the 20 seconds after each mention of the complaint. Where the other condition never held, or
nobody speaks there, there is nowhere to look: not applicable.
"""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

from pydantic import Field, model_validator

from models.finding import Answer, Evidence
from scoring.heard import Heard
from scoring.kleene import any_of
from scoring.mistake import wrong
from scoring.operators.operator import Operator
from scoring.reach import Stretch, Within, after, around, before
from scoring.verdict import NOT_APPLICABLE, Verdict

if TYPE_CHECKING:
    from scoring.operators import Condition

SIDES = ("before", "after", "around")
INNER = "<asked>"
"""Where the operator itself stands once the keys of this file have been taken out of its mapping; never written."""


class Anchored(Operator):
    """An operator with one of the `SIDES`: not written by that name, so it has a tag for a key."""

    KEY = "<anchored>"
    asked: "Condition" = Field(alias=INNER)
    before: "Condition | None" = None
    after: "Condition | None" = None
    around: "Condition | None" = None
    within: Within | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "Anchored":
        sides = [side for side in SIDES if getattr(self, side) is not None]
        if len(sides) > 1:
            raise wrong("two_anchors", first=sides[0], second=sides[1])
        if not sides:
            raise wrong("within_what")
        if self.around and not self.within:
            raise wrong("around_needs_within")
        if not self.asked.SCOPE_KEYS:
            raise wrong("of_the_whole_call", operator=self.asked.KEY, key=sides[0])
        return self

    @property
    def anchor(self) -> Operator:
        found = self.before or self.after or self.around
        assert found
        return found

    def parts(self) -> Iterable[Operator]:
        return (self.anchor, self.asked)

    def hollow(self) -> Hashable:
        side = next(side for side in SIDES if getattr(self, side) is not None)
        return side, self.anchor.hollow(), self.asked.hollow(), self.within

    def ask(self, heard: Heard) -> Verdict:
        anchor = self.anchor.ask(heard)
        if anchor.answer is Answer.HIT:
            return any_of([self._ask_near(place, heard) for place in anchor.evidence])
        return anchor if anchor.answer is Answer.CANNOT_JUDGE else NOT_APPLICABLE

    def _ask_near(self, place: Evidence, heard: Heard) -> Verdict:
        start, end = self._near(place, heard)
        if start >= heard.timeline.end or end <= heard.timeline.begin:
            return NOT_APPLICABLE
        return self.asked.ask(heard.within(start, end))

    def _near(self, place: Evidence, heard: Heard) -> Stretch:
        where = before if self.before else after if self.after else around
        return where(place, self.within, heard)


def split(value: dict[Any, Any]) -> dict[Any, Any]:
    """The mapping of an operator as YAML has it, with what belongs to this file taken apart from the rest."""
    own = {key: value[key] for key in (*SIDES, "within") if key in value}
    return {INNER: {key: value[key] for key in value if key not in own}, **own} if own else value
