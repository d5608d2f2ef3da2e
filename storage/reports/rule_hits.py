"""In how many calls each rule hit: summed by day, and counted from findings where a day's sums are stale."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, func, insert, literal, select, union_all
from sqlalchemy.orm import Session

from models.tables import CallFactRow, CallRow, DayCountRow, FindingRow, StaleDayRow
from storage.reports.wanted import Wanted

RULE = "rule"
"""The measure of `DayCountRow`."""


def rule_hits(session: Session, wanted: Wanted) -> dict[str, int]:
    """Rule → calls in which it hit, in the score they show; of a team or the centre."""
    days = (StaleDayRow.day >= wanted.first, StaleDayRow.day <= wanted.last)
    stale = select(StaleDayRow.day).where(*days)
    summed = select(DayCountRow.bin.label("rule"), DayCountRow.calls.label("calls")).where(
        DayCountRow.day >= wanted.first,
        DayCountRow.day <= wanted.last,
        DayCountRow.measure == RULE,
        DayCountRow.day.not_in(stale),
    )
    some_days = stale.distinct().subquery()
    counted = _of_days().join(some_days, some_days.c.day == CallFactRow.day)
    if wanted.team is not None:
        summed, counted = summed.where(DayCountRow.team == wanted.team), counted.where(CallFactRow.team == wanted.team)
    live = counted.subquery()
    both = union_all(summed, select(live.c.rule, live.c.calls)).subquery()
    query = select(both.c.rule, func.sum(both.c.calls)).group_by(both.c.rule)
    return {rule: int(calls) for rule, calls in session.execute(query)}


def sum_rule_hits(session: Session, days: Sequence[date]) -> None:
    """Into the sums of these days, which have none yet."""
    found = _of_days().where(CallFactRow.day.in_(days)).subquery()
    query = select(found.c.day, found.c.team, literal(RULE), found.c.rule, found.c.calls)
    session.execute(insert(DayCountRow).from_select(["day", "team", "measure", "bin", "calls"], query))


def rule_names(session: Session, rules: Sequence[str]) -> dict[str, str]:
    """As they were called when they last hit."""
    if not rules:
        return {}
    newest = FindingRow.score_id.desc()
    each = (select(FindingRow.rule, FindingRow.name).where(FindingRow.rule == one).order_by(newest) for one in rules)
    some = (select(query.limit(1).subquery()) for query in each)  # each a step along an index, not all findings
    return {rule: name for rule, name in session.execute(union_all(*some))}  # noqa: C416  (typed rows)


def _of_days() -> Select[Any]:
    fact: Any = CallFactRow
    return (
        select(fact.day, fact.team, FindingRow.rule, func.count(FindingRow.score_id.distinct()).label("calls"))
        .select_from(fact)
        .join(CallRow, CallRow.id == fact.call_id)
        .join(FindingRow, FindingRow.score_id == CallRow.score_id)
        .group_by(fact.day, fact.team, FindingRow.rule)
    )
