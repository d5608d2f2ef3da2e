"""What every operator is: a shape in YAML and a question to a call."""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.transcript import Role
from scoring.heard import Heard
from scoring.mistake import wrong
from scoring.scope import Scope
from scoring.verdict import Verdict


class Operator(BaseModel, ABC):
    """A condition in a rule. `KEY` is the operator's name in YAML and the key of its main field."""

    KEY: ClassVar[str]
    SCOPE_KEYS: ClassVar[tuple[str, ...]] = ("before", "after", "around", "within")
    """Keys of scoring/operators/anchored.py that may stand beside it; none where it asks about the call as a whole."""
    model_config = ConfigDict(frozen=True, extra="forbid")

    @abstractmethod
    def ask(self, heard: Heard) -> Verdict: ...

    def phrases(self) -> Iterable[str]:
        """Phrases to be found in the one pass over the text."""
        return ()

    def patterns(self) -> Iterable[str]:
        """Regular expressions it may ask for."""
        return ()

    def triggers(self) -> Iterable[str]:
        """Those of its patterns without which, and without its phrases, it answers by what is left of it (`hollow`)."""
        return self.patterns()

    def parts(self) -> "Iterable[Operator]":
        """Conditions inside this one."""
        return ()

    def hollow(self) -> Hashable:
        """What is left of the condition where none of its phrases is said and none of its triggers can match.

        Conditions of which the same is left answer alike then. Unless it says otherwise, a condition is like no other.
        """
        return id(self)

    def walk(self) -> "Iterator[Operator]":
        """This condition and all inside it."""
        yield self
        for part in self.parts():
            yield from part.walk()


class Seconds(BaseModel):
    """The first or the last seconds of speech."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: Annotated[float, Field(gt=0)] | None = None
    last: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Seconds":
        if (self.first is None) == (self.last is None):
            raise wrong("first_or_last")
        return self


Part = Annotated[float, Field(ge=0, le=1)]


class Scoped(Operator):
    """An operator that may be limited to a role and to a part of the call."""

    role: Literal["agent", "customer"] | None = None
    turns: tuple[int, int] | None = None
    seconds: Seconds | None = None
    share: tuple[Part, Part] | None = None

    @model_validator(mode="after")
    def _forwards(self) -> "Scoped":
        if self.share and self.share[0] >= self.share[1]:
            raise wrong("backwards", key="share", first=self.share[0], last=self.share[1])
        if self.turns and (self.turns[0] < 0) == (self.turns[1] < 0) and self.turns[0] > self.turns[1]:
            raise wrong("backwards", key="turns", first=self.turns[0], last=self.turns[1])
        return self

    def absent(self, *, negated: bool = False) -> Hashable:
        """Hollow for those that answer the absence of the scope's window then, or the opposite."""
        return "absent", self.scope, negated

    @cached_property
    def scope(self) -> Scope:
        seconds = self.seconds or Seconds.model_construct()
        return Scope(Role(self.role) if self.role else None, self.turns, seconds.first, seconds.last, self.share)
