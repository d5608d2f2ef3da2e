"""A case (案例): a stretch of a call to learn from, its words masked where they are somebody's own."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter

from models.finding import Effect
from models.transcript import Role

DIFFICULTIES = (1, 2, 3)


class CaseKind(StrEnum):
    EXCELLENT = "excellent"
    FAILING = "failing"


class CaseState(StrEnum):
    """SUGGESTED: by the machine, nobody has looked yet. DISMISSED: somebody did, and it is none."""

    SUGGESTED = "suggested"
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    DISMISSED = "dismissed"


OPEN_STATES = (CaseState.SUGGESTED, CaseState.DRAFT, CaseState.PUBLISHED)
"""Those that may yet be shown in a class."""


class PersonalKind(StrEnum):
    """What a masked stretch was."""

    PHONE = "phone"
    ID_CARD = "id_card"
    BANK_CARD = "bank_card"
    NUMBER = "number"
    """Digits of an account, an order, part of a card: long enough to be somebody's own."""
    PLATE = "plate"
    EMAIL = "email"
    ACCOUNT = "account"
    """WeChat, QQ."""
    CODE = "code"
    """Verification codes, passwords."""
    NAME = "name"
    ADDRESS = "address"
    OTHER = "other"
    """What an editor masked by hand."""


@dataclass(frozen=True, slots=True)
class CaseWord:
    """Seconds are the recording's."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class CaseMark:
    """Characters `begin` to `end` of a turn's text are evidence; `name` says of what."""

    begin: int
    end: int
    effect: Effect
    name: str


@dataclass(frozen=True, slots=True)
class MaskedPart:
    """Characters `begin` to `end` of a turn's text are masked, each by one ＊."""

    begin: int
    end: int
    kind: PersonalKind


@dataclass(frozen=True, slots=True)
class CaseTurn:
    """A turn of the call, number `index` in it, masked. `text` is the words' texts joined, where there are words."""

    index: int
    role: Role
    start: float
    end: float
    text: str
    words: tuple[CaseWord, ...] = ()
    marks: tuple[CaseMark, ...] = ()
    masked: tuple[MaskedPart, ...] = ()


_TURNS = TypeAdapter(tuple[CaseTurn, ...])


def turns_as_json(turns: tuple[CaseTurn, ...]) -> list[Any]:
    stored: list[Any] = _TURNS.dump_python(turns, mode="json")
    return stored


def turns_of(body: list[Any]) -> tuple[CaseTurn, ...]:
    return _TURNS.validate_python(body)
