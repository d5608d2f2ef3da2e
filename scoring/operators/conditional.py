"""`if: .. then: ..`: the second condition is asked only where the first one holds; else the rule is not applicable.

With `within`, the second is looked for in so many seconds or turns after each place where the first one held; without,
in the whole call.
"""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from models.finding import Answer
from scoring.heard import Heard
from scoring.kleene import any_of
from scoring.operators.operator import Operator
from scoring.reach import Within, after
from scoring.verdict import NOT_APPLICABLE, Verdict

if TYPE_CHECKING:
    from scoring.operators import Condition


class If(Operator):
    """Where the first condition holds, the second is asked; elsewhere the rule does not apply."""

    KEY = "if"
    SCOPE_KEYS = ()
    condition: Annotated["Condition", Field(alias="if")]
    then: "Condition"
    within: Within | None = None

    def parts(self) -> Iterable[Operator]:
        return (self.condition, self.then)

    def hollow(self) -> Hashable:
        return self.KEY, self.condition.hollow(), self.then.hollow(), self.within

    def ask(self, heard: Heard) -> Verdict:
        condition = self.condition.ask(heard)
        if condition.answer is Answer.CLEAN:
            return NOT_APPLICABLE
        if condition.answer is Answer.CANNOT_JUDGE:
            return self._left_open(condition, heard)
        if condition.answer is not Answer.HIT:
            return condition
        if self.within is None:
            return self.then.ask(heard)
        return any_of([self.then.ask(heard.within(*after(one, self.within, heard))) for one in condition.evidence])

    def _left_open(self, condition: Verdict, heard: Heard) -> Verdict:
        """Nobody knows whether it was asked for; that what it asks about is clean can be said all the same."""
        answer = self.then.ask(heard) if self.within is None else condition
        return answer if answer.answer is Answer.CLEAN and answer.reason is None else condition
