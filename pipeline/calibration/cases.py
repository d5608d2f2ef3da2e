"""What people's answers can be held against: what was agreed, else the answers of colleagues about the same call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pipeline.calibration.sheet import Sheet
from scoring.agreement.accuracy import NOBODY, Cases
from scoring.agreement.ratings import Floats, Integers

COLLEAGUE = "second"
"""How it is known where nothing was agreed: somebody else judged the same call alone."""

SOURCES = ("calibration", "appeal", "consensus", COLLEAGUE)

MANY = 3
"""So many verdicts on a call say how hard the call itself is."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Item answers (`cases`) and totals that can be held against another, people numbered as in `people` (user ids).

    `rows` are the verdicts (of `first`) the cases come from; `source` is each one's place in `SOURCES`.
    """

    people: Sequence[int]
    cases: Cases
    rows: Integers
    source: Integers
    apart: Floats
    first: Integers
    second: Integers
    calls: Integers
    apart_rows: Integers


def comparisons(found: Sheet) -> Comparisons:
    people = sorted({line.user_id for line in found.lines})
    number = {user_id: place for place, user_id in enumerate(people)}
    who = np.array([number[line.user_id] for line in found.lines], dtype=np.int64)
    one, other = _pairs(found)
    agreed, paired = _agreed(found), _paired(found, one, other)
    rows = np.concatenate([agreed[0], paired[0]])
    others = np.concatenate([np.full(len(agreed[0]), NOBODY), paired[1]])
    items = np.concatenate([agreed[1], paired[2]])
    right = np.concatenate([agreed[2], paired[3]])
    source = np.where(others == NOBODY, _sources(found)[rows], SOURCES.index(COLLEAGUE))
    cases = Cases(
        right=right,
        first=who[rows],
        second=_whose(who, others),
        circumstances=[items, source, _kinds(found)[rows], np.where(others == NOBODY, _shared(found)[rows], -1)],
        calls=found.calls[rows],
    )
    apart = _apart(found, one, other)
    return Comparisons(
        people=people,
        cases=cases,
        rows=rows,
        source=source,
        apart=apart[0],
        first=who[apart[1]],
        second=_whose(who, apart[2]),
        calls=found.calls[apart[1]],
        apart_rows=apart[1],
    )


def machine_cases(found: Sheet, compared: Comparisons) -> Cases:
    """The machine in the same cases: against what was agreed, and against the first of two colleagues."""
    cases = compared.cases
    items = cases.circumstances[0]
    machine = found.machine_error[compared.rows, items]
    said = found.error[compared.rows, items]
    agreed = found.agreed[compared.rows, items]
    against = np.where(cases.second == NOBODY, agreed, said)
    there = ~np.isnan(machine) & ~np.isnan(against)
    alone = cases.second == NOBODY
    return Cases(
        right=(machine == against)[there].astype(float),
        first=np.full(int(there.sum()), NOBODY),
        second=np.where(alone, NOBODY, cases.first)[there],
        circumstances=[codes[there] for codes in cases.circumstances],
        calls=cases.calls[there],
    )


def _whose(who: Integers, rows: Integers) -> Integers:
    return np.where(rows == NOBODY, NOBODY, np.append(who, NOBODY)[rows])


def _pairs(found: Sheet) -> tuple[Integers, Integers]:
    """Rows of two people's verdicts on one call."""
    pairs = [pair for rows in found.seats.rows for pair in combinations(rows, 2)]
    both = np.array(pairs, dtype=np.int64).reshape(len(pairs), 2)
    return both[:, 0], both[:, 1]


def _agreed(found: Sheet) -> tuple[Integers, Integers, Floats]:
    rows, items = np.nonzero(~np.isnan(found.agreed) & ~np.isnan(found.error))
    return rows, items, (found.agreed[rows, items] == found.error[rows, items]).astype(float)


def _paired(found: Sheet, one: Integers, other: Integers) -> tuple[Integers, Integers, Integers, Floats]:
    """Where nothing was agreed."""
    open_ = np.isnan(found.agreed[one]) & ~np.isnan(found.error[one]) & ~np.isnan(found.error[other])
    pair, items = np.nonzero(open_)
    first, second = one[pair], other[pair]
    return first, second, items, (found.error[first, items] == found.error[second, items]).astype(float)


def _apart(found: Sheet, one: Integers, other: Integers) -> tuple[Floats, Integers, Integers]:
    """Differences of totals: from what was agreed, else from a colleague's."""
    totals, agreed = found.totals, found.agreed_totals
    alone = np.flatnonzero(~np.isnan(totals - agreed))
    open_ = np.isnan(agreed[one]) & ~np.isnan(totals[one] - totals[other])
    one, other = one[open_], other[open_]
    values = np.concatenate([totals[alone] - agreed[alone], totals[one] - totals[other]])
    return values, np.concatenate([alone, one]), np.concatenate([np.full(len(alone), NOBODY), other])


def _sources(found: Sheet) -> Integers:
    place: Mapping[str | None, int] = {source: place for place, source in enumerate(SOURCES)}
    return np.array([place.get(source, NOBODY) for source in found.source], dtype=np.int64)


def _kinds(found: Sheet) -> Integers:
    return np.unique([line.call_type or "" for line in found.lines], return_inverse=True)[1].astype(np.int64)


def _shared(found: Sheet) -> Integers:
    """Which of the calls that many judged; −1 for the others."""
    calls = [found.lines[rows[0]].call_id for rows in found.seats.rows if len(rows) >= MANY]
    place = {call: number for number, call in enumerate(calls)}
    return np.array([place.get(line.call_id, -1) for line in found.lines], dtype=np.int64)
