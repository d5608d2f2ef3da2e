"""Agents' ledgers, append-only, and the ladder's versions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from models.clock import day_begins, day_ends
from models.tables import AgentRow, LadderRow, LedgerRow
from storage.once import insert_once


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as a list shows it; `undone_by` is the entry that took it back."""

    row: LedgerRow
    agent_name: str | None
    team: str | None
    undone_by: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What an agent's entries come to within a span of days; undone ones and their undoing come to nothing."""

    agent_id: str
    agent_name: str | None
    team: str | None
    entries: int
    points: float
    taken: float
    given: float


def add(session: Session, values: dict[str, Any]) -> tuple[LedgerRow, bool]:
    """The entry with this source, number, kind and agent; and whether it was made now."""
    key = {name: values.pop(name) for name in ("source", "source_id", "kind", "agent_id")}
    return insert_once(session, LedgerRow, key, **values)


def find(session: Session, entry_id: int) -> LedgerRow | None:
    return session.get(LedgerRow, entry_id)


def entered(session: Session, source: str, source_ids: Collection[str]) -> set[tuple[str, str]]:
    """Of these sources those with an entry that stands or was undone, as (source_id, agent_id)."""
    query = select(LedgerRow.source_id, LedgerRow.agent_id).where(
        LedgerRow.source == source, LedgerRow.source_id.in_(list(source_ids))
    )
    return {(source_id, agent_id) for source_id, agent_id in session.execute(query)}


def of_source(session: Session, source: str, source_id: str) -> Sequence[LedgerRow]:
    return session.scalars(select(LedgerRow).filter_by(source=source, source_id=source_id).order_by(LedgerRow.id)).all()


def entries(
    session: Session, *, team: str | None, agent_id: str | None, kind: str | None, after: int | None, limit: int
) -> tuple[Entry, ...]:
    """The newest first, those before the entry `after`."""
    undoing = aliased(LedgerRow)
    query = (
        select(LedgerRow, AgentRow.name, AgentRow.team, undoing.id)
        .outerjoin(AgentRow, AgentRow.agent_id == LedgerRow.agent_id)
        .outerjoin(undoing, undoing.undoes == LedgerRow.id)
        .order_by(LedgerRow.id.desc())
    )
    if team is not None:
        query = query.where(AgentRow.team == team)
    if agent_id is not None:
        query = query.where(LedgerRow.agent_id == agent_id)
    if kind is not None:
        query = query.where(LedgerRow.kind == kind)
    if after is not None:
        query = query.where(LedgerRow.id < after)
    return tuple(Entry(*row) for row in session.execute(query.limit(limit)))


def standings(
    session: Session, *, team: str | None, agent_id: str | None, first: date, last: date
) -> tuple[Standing, ...]:
    """Agents with entries made in these days (China's, both included); most points lost first."""
    query = _sums().where(LedgerRow.at >= day_begins(first), LedgerRow.at < day_ends(last))
    if team is not None:
        query = query.where(AgentRow.team == team)
    if agent_id is not None:
        query = query.where(LedgerRow.agent_id == agent_id)
    return tuple(Standing(*row) for row in session.execute(query))


def ladder(session: Session) -> LadderRow | None:
    """The newest; None where the centre wrote none."""
    return session.scalar(select(LadderRow).order_by(LadderRow.id.desc()).limit(1))


def ladders(session: Session, limit: int) -> Sequence[LadderRow]:
    return session.scalars(select(LadderRow).order_by(LadderRow.id.desc()).limit(limit)).all()


def add_ladder(session: Session, body: dict[str, Any], why: str, *, by: str, now: datetime) -> LadderRow:
    row = LadderRow(body=body, why=why, made_by=by, made_at=now)
    session.add(row)
    session.flush()
    return row


def _sums() -> Select[str, str | None, str | None, int, float, float, float]:
    undoing = aliased(LedgerRow)
    points = func.sum(LedgerRow.points)
    zero = func.coalesce
    return (
        select(
            LedgerRow.agent_id,
            AgentRow.name,
            AgentRow.team,
            func.count(),
            zero(points, 0.0),
            zero(points.filter(LedgerRow.points < 0), 0.0),
            zero(points.filter(LedgerRow.points > 0), 0.0),
        )
        .outerjoin(AgentRow, AgentRow.agent_id == LedgerRow.agent_id)
        .outerjoin(undoing, undoing.undoes == LedgerRow.id)
        .where(LedgerRow.undoes.is_(None), undoing.id.is_(None))
        .group_by(LedgerRow.agent_id, AgentRow.name, AgentRow.team)
        .order_by(points, LedgerRow.agent_id)
    )
