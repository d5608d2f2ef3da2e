"""Everything people said of a scorecard's items in a period, with the machine's answers beside it, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Self

import numpy as np
from sqlalchemy.orm import Session

from pipeline.calibration.answers import ERROR, LOST, OPINION, AnswerBook
from scoring.agreement.ratings import Floats, Integers
from storage.calibration import agreement as stored
from storage.calibration.agreement import Agreed, VerdictLine


@dataclass(frozen=True, slots=True)
class Asked:
    """Which verdicts: by any version of the card, given in the period, about calls of the type."""

    card: str
    since: datetime | None = None
    until: datetime | None = None
    call_type: str | None = None


NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class Seats:
    """Rows of the verdicts on each call, one of each person, the first to judge first."""

    rows: Sequence[Sequence[int]]
    places: Integers

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> Self:
        places = np.full((len(rows), max((len(one) for one in rows), default=2)), NOBODY)
        for call, one in enumerate(rows):
            places[call, : len(one)] = one
        return cls(rows, places)

    def table(self, values: Floats) -> Floats:
        """Calls × verdicts, NaN where a call has fewer."""
        return np.asarray(np.append(values, np.nan)[self.places])


@dataclass(frozen=True, eq=False)
class Sheet:
    """`items` are id → name. Arrays are verdicts × items, NaN where an item was not judged; one row per verdict.

    `agreed` is what is right, where that was agreed, and `source` how it is known of each call (`agreed_totals` of the
    whole). `opinion` is the classifier's, where it had one.
    """

    items: Mapping[str, str]
    lines: Sequence[VerdictLine]
    error: Floats
    lost: Floats
    machine_error: Floats
    machine_lost: Floats
    opinion: Floats
    agreed: Floats
    source: Sequence[str | None]
    agreed_totals: Floats

    @property
    def first_of_calls(self) -> Integers:
        """The row of each call's first verdict."""
        return np.unique(self.calls, return_index=True)[1].astype(np.int64)

    @cached_property
    def seats(self) -> "Seats":
        """Of the calls several people judged."""
        order: dict[int, dict[int, int]] = {}
        for row, line in enumerate(self.lines):
            order.setdefault(line.call_id, {}).setdefault(line.user_id, row)
        return Seats.of([list(rows.values()) for rows in order.values() if len(rows) > 1])

    @property
    def calls(self) -> Integers:
        return np.array([line.call_id for line in self.lines], dtype=np.int64)

    @property
    def totals(self) -> Floats:
        return _numbers([line.total for line in self.lines])

    @property
    def machine_totals(self) -> Floats:
        return _numbers([line.machine_total for line in self.lines])


def sheet(session: Session, book: AnswerBook, asked: Asked) -> Sheet:
    lines = stored.verdict_lines(session, asked.card, since=asked.since, until=asked.until, call_type=asked.call_type)
    said = book.verdicts(session, asked.card, [line.id for line in lines])
    machine = book.scores(session, asked.card, [line.score_id for line in lines])
    standards = stored.agreed(session, asked.card, since=asked.since)
    right = book.judgements(asked.card, [one.items for one in standards])
    items = book.items(asked.card)
    said, machine, right = (_widened(one, len(items)) for one in (said, machine, right))
    agreed, totals, source = _by_call(lines, standards, right[:, ERROR], list(items))
    return Sheet(
        items=items,
        lines=lines,
        error=said[:, ERROR],
        lost=said[:, LOST],
        machine_error=machine[:, ERROR],
        machine_lost=machine[:, LOST],
        opinion=machine[:, OPINION],
        agreed=agreed,
        source=source,
        agreed_totals=totals,
    )


def _by_call(
    lines: Sequence[VerdictLine], standards: Sequence[Agreed], right: Floats, items: Sequence[str]
) -> tuple[Floats, Floats, list[str | None]]:
    """What is right about the call of each verdict; of several standards the strongest counts, item by item."""
    known: dict[int, Floats] = {}
    totals: dict[int, float] = {}
    source: dict[int, str] = {}
    for one, row in zip(standards, right, strict=True):
        counts = np.array([one.only is None or item in one.only for item in items], dtype=bool) & ~np.isnan(row)
        before = known.setdefault(one.call_id, np.full(len(items), np.nan))
        before[counts] = row[counts]
        source[one.call_id] = one.source
        if one.total is not None:
            totals[one.call_id] = one.total
    nothing = np.full(len(items), np.nan)
    agreed = np.array([known.get(line.call_id, nothing) for line in lines]).reshape(len(lines), len(items))
    return agreed, _numbers([totals.get(line.call_id) for line in lines]), [source.get(line.call_id) for line in lines]


def _widened(answers: Floats, width: int) -> Floats:
    """With room for items that were met later."""
    wide = np.full((*answers.shape[:2], width), np.nan)
    wide[:, :, : answers.shape[2]] = answers
    return wide


def _numbers(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=float)
