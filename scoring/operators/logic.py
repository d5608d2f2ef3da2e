"""`all`, `any`, `not`: three-valued, see scoring/kleene.py."""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from scoring.heard import Heard
from scoring.kleene import all_of, any_of, negate
from scoring.operators.operator import Operator
from scoring.verdict import Verdict

if TYPE_CHECKING:
    from scoring.operators import Condition


class All(Operator):
    """Every one of the conditions holds."""

    KEY = "all"
    conditions: Annotated[tuple["Condition", ...], Field(alias="all", min_length=1)]

    def parts(self) -> Iterable[Operator]:
        return self.conditions

    def hollow(self) -> Hashable:
        return self.KEY, tuple(dict.fromkeys(part.hollow() for part in self.conditions))

    def ask(self, heard: Heard) -> Verdict:
        return all_of(part.ask(heard) for part in self.conditions)


class Any(Operator):
    """At least one of the conditions holds."""

    KEY = "any"
    conditions: Annotated[tuple["Condition", ...], Field(alias="any", min_length=1)]

    def parts(self) -> Iterable[Operator]:
        return self.conditions

    def hollow(self) -> Hashable:
        return self.KEY, tuple(dict.fromkeys(part.hollow() for part in self.conditions))

    def ask(self, heard: Heard) -> Verdict:
        return any_of([part.ask(heard) for part in self.conditions])


class Not(Operator):
    """The condition does not hold."""

    KEY = "not"
    condition: Annotated["Condition", Field(alias="not")]

    def parts(self) -> Iterable[Operator]:
        return (self.condition,)

    def hollow(self) -> Hashable:
        return self.KEY, self.condition.hollow()

    def ask(self, heard: Heard) -> Verdict:
        return negate(self.condition.ask(heard))
