"""What the pages of calibration sessions show, typed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.console.marks import MarkedTurn
from models.review import JUDGEMENT_JSON, ItemVerdict, Judgement
from models.score import ItemScore, ItemState
from models.tables import CalibrationNoteRow, StandardChangeRow
from pipeline.calibration.sessions import SessionPage
from pipeline.calibration.standard_changes import ChangePage
from pipeline.calibration.standing import Among, Deviation, Standing
from pipeline.calibration.suggestions import Suggestion
from pipeline.calibration.table import CallTable, Row, effect
from storage.calibration.calibrations import Hearing

GOING = ("hearing", "talking")


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """`titles` are the cards', by name."""

    listed: SessionPage
    titles: Mapping[str, str]
    shown: str
    may_run: bool
    now: datetime
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class CardChoice:
    name: str
    title: str
    version: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who could take part."""

    id: int
    name: str
    role: str
    team: str | None


@dataclass(frozen=True, slots=True)
class NewSession:
    """`card` and `call_type` are what suggestions are for; None before any call was judged."""

    cards: tuple[CardChoice, ...]
    card: str | None
    call_types: tuple[str, ...]
    call_type: str | None
    people: tuple[Person, ...]
    chosen: frozenset[int]
    suggestions: tuple[Suggestion, ...]
    least_calls: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that raters gave to an item; `names` gave it, the machine's is `machine`."""

    names: tuple[str, ...]
    machine: bool
    state: ItemState
    lost: float
    won: float
    fatal: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table with the answers to choose from; `current` is the one that is chosen now, if any.

    `own`: what is agreed was said by nobody before.
    """

    row: Row
    choices: tuple[Choice, ...]
    current: int | None
    own: ItemVerdict | None
    notes: tuple[CalibrationNoteRow, ...]


@dataclass(frozen=True, slots=True)
class CallView:
    """`data` are the verdicts behind each line's choices, for the script; `folded` are lines all agree on."""

    table: CallTable
    apart: tuple[Line, ...]
    folded: tuple[Line, ...]
    notes: tuple[CalibrationNoteRow, ...]
    turns: tuple[MarkedTurn, ...]
    player: dict[str, Any]
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OneSession:
    """`grid` is each member's hearing of each call; what is said of calls is None and empty before all may talk."""

    standing: Standing
    runs: bool
    now: datetime
    grid: Mapping[tuple[int, int], Hearing]
    people: tuple[Person, ...]
    call: CallView | None
    deviations: tuple[Deviation, ...]
    among: Among | None
    notes: tuple[CalibrationNoteRow, ...]
    changes: tuple[StandardChangeRow, ...]
    item_names: Mapping[str, str]

    @property
    def talks(self) -> bool:
        return self.standing.row.state == "talking"

    @property
    def may_agree(self) -> bool:
        return self.talks and self.runs

    @property
    def to_agree(self) -> int:
        return sum(not one.agreed for one in self.standing.calls)


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """`item_names` of the cards the changes are about, by card and item; `titles` of cards by name."""

    listed: ChangePage
    counts: Mapping[str, int]
    shown: str
    may_decide: bool
    cards: tuple[CardChoice, ...]
    titles: Mapping[str, str]
    item_names: Mapping[tuple[str, str], str]
    next: str | None
    first: str | None


def lines_of(
    table: CallTable, notes: tuple[CalibrationNoteRow, ...]
) -> tuple[tuple[Line, ...], dict[str, list[dict[str, Any]]]]:
    """The table's lines, and by item the verdicts their choices stand for."""
    of_item: defaultdict[str | None, list[CalibrationNoteRow]] = defaultdict(list)
    for note in notes:
        of_item[note.item].append(note)
    agreed = {verdict.item: verdict for verdict in table.prefill.items}
    lines, verdicts = [], {}
    for row in table.rows:
        line, said = _line(row, table, agreed[row.id], tuple(of_item[row.id]))
        lines.append(line)
        verdicts[row.id] = [_json(one) for one in said]
    return tuple(lines), verdicts


def _line(
    row: Row, table: CallTable, now: ItemVerdict, notes: tuple[CalibrationNoteRow, ...]
) -> tuple[Line, list[ItemVerdict]]:
    groups: dict[tuple[object, ...], tuple[list[str], ItemScore, ItemVerdict, bool]] = {}
    for cell, opinion in zip(row.cells, table.opinions, strict=True):
        if cell.score is None or cell.said is None:
            continue
        group = groups.setdefault(effect(cell.score), ([], cell.score, row.agreed or cell.said, False))
        group[0].append(opinion.name)
    own = row.machine.score
    if own is not None and own.state is not ItemState.UNJUDGED:
        names, score, said, _ = groups.get(effect(own), ([], own, _machine_said(row, own), False))
        groups[effect(own)] = (names, score, said, True)
    choices = tuple(
        Choice(tuple(names), machine, score.state, score.cost, score.won, score.fatal)
        for names, score, _, machine in groups.values()
    )
    said_by = [said for _, _, said, _ in groups.values()]
    current = next((n for n, said in enumerate(said_by) if _same(said, now)), None)
    is_own = current is None and now.state is not ItemState.UNJUDGED
    if current is not None:
        said_by[current] = now
    return Line(row, choices, current, now if is_own else None, notes), said_by


def _same(one: ItemVerdict, other: ItemVerdict) -> bool:
    return (one.state, one.lost, one.won) == (other.state, other.lost, other.won)


def _machine_said(row: Row, own: ItemScore) -> ItemVerdict:
    """A fatal item that costs nothing by itself has to lose something to be fatal where people judge."""
    lost = own.cost or (row.most if own.fatal else 0.0)
    return ItemVerdict(row.id, own.state, lost if own.state is ItemState.JUDGED else 0.0, own.won)


def _json(one: ItemVerdict) -> dict[str, Any]:
    body = JUDGEMENT_JSON.dump_python(Judgement((one,)), mode="json")
    said: dict[str, Any] = body["items"][0]
    return said
