"""Figures of days: from their sums, and counted from calls' facts where a day's sums are stale. Always right.

Each is one statement, which sees the sums and what is stale at the same moment.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from models.facts import ALL
from models.tables import CallFactRow, DayCountRow, DayErrorRow, DaySumRow, ErrorFactRow, StaleDayRow
from storage.reports.sum_columns import ONE, bins_of_call, of_call, one_if
from storage.reports.wanted import Wanted

Part = Literal["day", "team", "agent_id", "call_type"]

_FLOATS = frozenset({"seconds", "points", "squares", "coverage", "satisfaction", "final_points", "final_squares"})


@dataclass(frozen=True, slots=True)
class CallSum:
    """Calls added up, as `models.tables.facts.DaySumRow` says. `key` are the values of what was asked apart by."""

    key: tuple[Any, ...]
    calls: int
    seconds: float
    timed: int
    scored: int
    points: float
    squares: float
    fatal: int
    customer_critical: int
    business_critical: int
    compliance_critical: int
    coverage: float
    rated: int
    satisfaction: float
    satisfied: int
    transfers_known: int
    transferred: int
    reviewed: int
    final_scored: int
    final_points: float
    final_squares: float
    final_fatal: int
    final_customer_critical: int
    final_business_critical: int
    final_compliance_critical: int


_NAMES = tuple(one.name for one in fields(CallSum))[1:]


@dataclass(frozen=True, slots=True)
class ErrorSum:
    card: str
    item: str
    name: str
    item_class: str
    calls: int
    lost: float
    fatal: int


def call_sums(session: Session, wanted: Wanted, by: Sequence[Part] = ()) -> list[CallSum]:
    """The calls from `first` to `last` (both included), apart `by` these in that order; parts without calls: none."""
    by_facts = wanted.agent_id is not None
    lines: Any = _facts_of(_of_facts(by), CallFactRow, wanted) if by_facts else _of_sums(wanted, by)
    some = lines.subquery()
    key = [some.c[name] for name in by]
    query = select(*key, *(func.sum(some.c[name]) for name in _NAMES)).group_by(*key).order_by(*key)
    found = session.execute(query).all() if by else [row for row in session.execute(query) if row[0] is not None]
    return [_call_sum(row, len(by)) for row in found]


def bin_counts(session: Session, wanted: Wanted, measures: Sequence[str]) -> dict[str, dict[str, int]]:
    """Measure → bin → calls, of the measures asked for; bins without calls are left out."""
    facts: list[Any] = []
    for measure, in_bin in bins_of_call(tuple(measures)):
        own: Any = select(literal(measure).label("measure"), in_bin.label("bin"), ONE.label("calls"))
        days = _facts_of if wanted.agent_id is not None else _stale_facts_of
        facts.append(days(own.where(in_bin.is_not(None)), CallFactRow, wanted))
    if wanted.agent_id is None:
        summed: Any = select(DayCountRow.measure, DayCountRow.bin, DayCountRow.calls)
        summed = summed.where(DayCountRow.measure.in_(measures))
        facts.append(_fresh_sums_of(summed, DayCountRow, wanted))
    some = union_all(*facts).subquery()
    query = select(some.c.measure, some.c.bin, func.sum(some.c.calls)).group_by(some.c.measure, some.c.bin)
    found: dict[str, dict[str, int]] = {measure: {} for measure in measures}
    for measure, name, calls in session.execute(query):
        found[measure][name] = int(calls)
    return found


def error_sums(session: Session, wanted: Wanted, *, by_people: bool) -> list[ErrorSum]:
    """Items that cost points in the period's calls, in no order."""
    error, day = ErrorFactRow, DayErrorRow
    own = ("card", "item", "name", "item_class")
    of_facts = select(
        *(getattr(error, name) for name in own),
        ONE.label("calls"),
        error.lost,
        one_if(error.fatal).label("fatal"),
    ).where(error.by_people == by_people)
    if wanted.agent_id is not None:
        lines: Any = _facts_of(of_facts, error, wanted)
    else:
        of_days = select(*(getattr(day, name) for name in (*own, "calls", "lost", "fatal")))
        of_days = of_days.where(day.by_people == by_people)
        lines = union_all(_stale_facts_of(of_facts, error, wanted), _fresh_sums_of(of_days, day, wanted))
    some = lines.subquery()
    query = select(
        some.c.card,
        some.c.item,
        func.max(some.c.name),
        func.max(some.c.item_class),
        func.sum(some.c.calls),
        func.sum(some.c.lost),
        func.sum(some.c.fatal),
    ).group_by(some.c.card, some.c.item)
    return [
        ErrorSum(card, item, name, item_class, int(calls), float(lost), int(fatal))
        for card, item, name, item_class, calls, lost, fatal in session.execute(query)
    ]


def cards_scored(session: Session, wanted: Wanted, *, by_people: bool) -> dict[str, int]:
    """Scorecard → calls scored by it: by the machine, or in final scores."""
    measure = "final_card" if by_people else "card"
    return bin_counts(session, wanted, (measure,))[measure]


def _of_sums(wanted: Wanted, by: Sequence[Part]) -> Any:
    """Days' sums are there by agent and by call type; what asks for neither takes the fewer rows, those by type."""
    by_agent = "agent_id" in by
    apart = DaySumRow.call_type == ALL if by_agent else DaySumRow.agent_id == ALL
    own = [getattr(DaySumRow, name).label(name) for name in (*by, *of_call())]
    summed = _fresh_sums_of(select(*own).where(apart), DaySumRow, wanted)
    return union_all(summed, _stale_facts_of(_of_facts(by), CallFactRow, wanted))


def _of_facts(by: Sequence[Part]) -> Select[Any]:
    columns = [getattr(CallFactRow, name).label(name) for name in by]
    return select(*columns, *(value.label(name) for name, value in of_call().items()))


def _facts_of(query: Select[Any], table: Any, wanted: Wanted) -> Select[Any]:
    query = query.where(table.day >= wanted.first, table.day <= wanted.last)
    if wanted.team is not None:
        query = query.where(table.team == wanted.team)
    return query if wanted.agent_id is None else query.where(table.agent_id == wanted.agent_id)


def _stale_facts_of(query: Select[Any], table: Any, wanted: Wanted) -> Select[Any]:
    """Joined to the few stale days, each of which an index finds."""
    stale = _stale(wanted).distinct().subquery()
    return _facts_of(query, table, wanted).join(stale, stale.c.day == table.day)


def _fresh_sums_of(query: Select[Any], table: Any, wanted: Wanted) -> Select[Any]:
    return _facts_of(query, table, wanted).where(table.day.not_in(_stale(wanted)))


def _stale(wanted: Wanted) -> Select[date]:
    return select(StaleDayRow.day).where(StaleDayRow.day >= wanted.first, StaleDayRow.day <= wanted.last)


def _call_sum(row: Any, key: int) -> CallSum:
    """Sums of whole numbers come as decimals from PostgreSQL."""
    values = (float(value) if name in _FLOATS else int(value) for name, value in zip(_NAMES, row[key:], strict=True))
    return CallSum(tuple(row[:key]), *values)  # type: ignore[arg-type]
