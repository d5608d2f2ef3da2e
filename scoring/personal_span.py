"""A stretch of a turn that is somebody's own, and what is known of people before anybody listens."""

from dataclasses import dataclass

from models.case import PersonalKind


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the people in a call without listening to it."""

    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class PersonalSpan:
    """Characters `begin` to `end` of the text of turn number `turn`."""

    turn: int
    begin: int
    end: int
    kind: PersonalKind
