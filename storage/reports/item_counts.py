"""Calls of agents by day, and how many of them had an error on any of some items."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import CallFactRow, ErrorFactRow
from storage.reports.wanted import Wanted


def count_by_day(
    session: Session,
    card: str,
    items: Sequence[str],
    agents: Sequence[str] | None,
    wanted: Wanted,
    *,
    by_people: bool,
) -> list[tuple[str, date, int, int]]:
    """Agent, day, calls scored on the card, calls with an error on any of the items; by agent and day."""
    fact, error = CallFactRow, ErrorFactRow
    on_card = fact.final_card == card if by_people else fact.card == card
    calls = select(fact.agent_id, fact.day, func.count()).where(on_card)
    errors = select(error.agent_id, error.day, func.count(error.call_id.distinct())).where(
        error.by_people == by_people, error.card == card, error.item.in_(items)
    )
    had = {(agent, day): count for agent, day, count in session.execute(_within(errors, error, agents, wanted))}
    return [
        (agent, day, count, had.get((agent, day), 0))
        for agent, day, count in session.execute(_within(calls, fact, agents, wanted).order_by(fact.agent_id, fact.day))
    ]


def call_type_counts(
    session: Session, card: str, wanted: Wanted, agents: Sequence[str] | None
) -> list[tuple[str, str, int]]:
    """Agent, call type, calls scored on the card."""
    fact = CallFactRow
    query = select(fact.agent_id, fact.call_type, func.count()).where(
        fact.card == card, fact.day >= wanted.first, fact.day <= wanted.last, _whose(fact, agents)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query.group_by(fact.agent_id, fact.call_type))]


def _within(query: Any, table: Any, agents: Sequence[str] | None, wanted: Wanted) -> Any:
    query = query.where(table.day >= wanted.first, table.day <= wanted.last, _whose(table, agents))
    return query.group_by(table.agent_id, table.day)


def _whose(table: Any, agents: Sequence[str] | None) -> Any:
    return table.agent_id != "" if agents is None else table.agent_id.in_(agents)
