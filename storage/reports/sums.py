"""Calls' facts added up by day, and the days whose sums have to be made anew.

No function here commits.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import uuid4

from sqlalchemy import delete, func, insert, literal, literal_column, select, text
from sqlalchemy.orm import Session

from models.facts import ALL
from models.tables import CallFactRow, DayCountRow, DayErrorRow, DaySumRow, ErrorFactRow, StaleDayRow
from storage.reports.rule_hits import sum_rule_hits
from storage.reports.sum_columns import bins_of_call, of_call

SUMMING = 7_145_913_220
"""Names the lock of who sums, among PostgreSQL's advisory locks."""


def mark_stale(session: Session, days: Iterable[date | None]) -> None:
    """Calls of these days changed in this transaction. Waits for nobody, and nobody waits for it."""
    changed = uuid4().hex
    rows = [{"day": day, "changed": changed} for day in sorted({day for day in days if day is not None})]
    if rows:
        session.execute(insert(StaleDayRow), rows)


def sum_stale_days(session: Session, limit: int = 31) -> int:
    """Make anew the sums of at most so many days, the oldest stale first; of how many.

    0: none is stale, or another process is summing. A change that comes meanwhile leaves the day stale, for the marks
    are taken away before the facts are read: what is not seen then has its own mark. Reports are right at any moment.
    """
    if not _alone(session):
        return 0
    days = session.scalars(select(StaleDayRow.day).distinct().order_by(StaleDayRow.day).limit(limit)).all()
    if not days:
        return 0
    session.execute(delete(StaleDayRow).where(StaleDayRow.day.in_(days)).execution_options(synchronize_session=False))
    for table in (DaySumRow, DayCountRow, DayErrorRow):
        session.execute(delete(table).where(table.day.in_(days)).execution_options(synchronize_session=False))
    _sum_calls(session, days)
    _count_bins(session, days)
    _sum_errors(session, days)
    sum_rule_hits(session, days)
    return len(days)


def stale_days(session: Session) -> int:
    return session.scalar(select(func.count(StaleDayRow.day.distinct()))) or 0


def _alone(session: Session) -> bool:
    """On SQLite whoever writes is alone."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:name)"), {"name": SUMMING}))


def _sum_calls(session: Session, days: Sequence[date]) -> None:
    sums = {name: func.sum(value).label(name) for name, value in of_call().items()}
    fact, everyone = CallFactRow, literal(ALL)
    for agent, call_type, part in (
        (fact.agent_id, everyone, fact.agent_id),
        (everyone, fact.call_type, fact.call_type),
    ):
        query = select(fact.day, fact.team, agent.label("agent_id"), call_type.label("call_type"), *sums.values())
        query = query.where(fact.day.in_(days)).group_by(fact.day, fact.team, part)
        session.execute(insert(DaySumRow).from_select(["day", "team", "agent_id", "call_type", *sums], query))


def _count_bins(session: Session, days: Sequence[date]) -> None:
    fact = CallFactRow
    for measure, in_bin in bins_of_call():
        query = (
            select(fact.day, fact.team, literal(measure), in_bin, func.count())
            .where(fact.day.in_(days), in_bin.is_not(None))
            .group_by(fact.day, fact.team, literal_column("4"))
        )
        session.execute(insert(DayCountRow).from_select(["day", "team", "measure", "bin", "calls"], query))


def _sum_errors(session: Session, days: Sequence[date]) -> None:
    error = ErrorFactRow
    key = (error.day, error.team, error.by_people, error.card, error.item)
    columns = ["day", "team", "by_people", "card", "item", "name", "item_class", "calls", "lost", "fatal"]
    query = (
        select(
            *key,
            func.max(error.name),
            func.max(error.item_class),
            func.count(),
            func.sum(error.lost),
            func.count().filter(error.fatal),
        )
        .where(error.day.in_(days))
        .group_by(*key)
    )
    session.execute(insert(DayErrorRow).from_select(columns, query))
