"""What the templates of the case library are given."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from models.case import CaseTurn, PersonalKind
from models.finding import Effect
from models.score import ItemScore
from pipeline.browse import Call
from pipeline.cases.library import Case, CaseLine, CasePage

EFFECTS = (Effect.VIOLATION, Effect.PRAISE, Effect.TAG)
"""Where marks overlap, the first of these colours the text."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of a turn from `begin` on: masked (`kind` says what it was), evidence (`names` of what), or plain."""

    text: str
    begin: int
    kind: PersonalKind | None
    effect: Effect | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownTurn:
    turn: CaseTurn
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the library can be narrowed to."""

    items: Sequence[tuple[str, str]]
    types: Sequence[str]
    teams: Sequence[str]
    tags: Sequence[str]


@dataclass(frozen=True, slots=True)
class CasesPage:
    listed: CasePage
    asked: Mapping[str, str]
    choices: Choices
    shown: str
    counts: Mapping[str, int]
    may_edit: bool
    next: str | None
    first: str | None

    @property
    def is_filtered(self) -> bool:
        return any(value for name, value in self.asked.items() if name != "show")


@dataclass(frozen=True, slots=True)
class SuggestedPage:
    """Suggestions of a month, near duplicates under the best of them."""

    listed: CasePage
    month: date | None
    months: Sequence[date]
    kind: str
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class OneCasePage:
    case: Case
    turns: tuple[ShownTurn, ...]
    alike: tuple[CaseLine, ...]
    history: Sequence[Any]


@dataclass(frozen=True, slots=True)
class EditPage:
    """A new case of a call, or one that is edited. `items` are the scorecard's."""

    call: Call
    case: Case | None
    turns: tuple[ShownTurn, ...]
    first_turn: int
    last_turn: int
    items: tuple[ItemScore, ...]
    chosen: frozenset[str]
    tags: Sequence[str]
    kind: str
    title: str
    sound: str
    offset: float
    revision: int | None


def shown_turns(turns: Sequence[CaseTurn]) -> tuple[ShownTurn, ...]:
    return tuple(ShownTurn(turn, pieces(turn)) for turn in turns)


def pieces(turn: CaseTurn, *, marked: bool = True) -> tuple[Stretch, ...]:
    """The turn's text, cut where something masked or marked begins or ends."""
    return tuple(_pieces(turn, marked=marked))


def _pieces(turn: CaseTurn, *, marked: bool) -> Iterator[Stretch]:
    marks = turn.marks if marked else ()
    ends = [(part.begin, part.end) for part in turn.masked] + [(mark.begin, mark.end) for mark in marks]
    cuts = {0, len(turn.text), *(at for span in ends for at in span if 0 <= at <= len(turn.text))}
    for begin, end in pairwise(sorted(cuts)):
        hidden = next((part.kind for part in turn.masked if part.begin <= begin and end <= part.end), None)
        over = [mark for mark in marks if mark.begin <= begin and end <= mark.end]
        effects = {mark.effect for mark in over}
        effect = next((one for one in EFFECTS if one in effects), None)
        names = tuple(dict.fromkeys(mark.name for mark in over))
        yield Stretch(turn.text[begin:end], begin, hidden, effect, names)
