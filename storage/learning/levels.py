"""How much the machine decides about the items of scorecards, appended and never changed. No function here commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.learning import Level, Levels
from models.person import SYSTEM, Viewer
from models.reason import Reason
from models.tables import ItemLevelRow
from storage.reason import restored, stored


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One change. `revision` grows with every change of any item; `evidence` is what was known then."""

    revision: int
    card: str
    item: str
    level: Level
    evidence: Mapping[str, Any]
    why: Reason | None
    by: str
    at: datetime


def levels_of(session: Session, card: str) -> Levels:
    """The levels in force, of the items that ever had one."""
    newest = _newest().where(ItemLevelRow.card == card).subquery()
    query = select(ItemLevelRow.item, ItemLevelRow.level).join(newest, newest.c.id == ItemLevelRow.id)
    return {item: Level(level) for item, level in session.execute(query)}


def lines_of(session: Session, card: str) -> Mapping[str, LevelLine]:
    """The newest change of each item that ever had one, by item."""
    newest = _newest().where(ItemLevelRow.card == card).subquery()
    rows = session.scalars(select(ItemLevelRow).join(newest, newest.c.id == ItemLevelRow.id))
    return {row.item: _line(row) for row in rows}


def cards_with_levels(session: Session) -> frozenset[str]:
    """Those of which any item is above report-only."""
    newest = _newest().subquery()
    query = select(ItemLevelRow.card).join(newest, newest.c.id == ItemLevelRow.id)
    return frozenset(session.scalars(query.where(ItemLevelRow.level != Level.REPORT_ONLY.value)))


def history(session: Session, card: str, limit: int) -> tuple[LevelLine, ...]:
    """Newest first."""
    query = select(ItemLevelRow).where(ItemLevelRow.card == card).order_by(ItemLevelRow.id.desc()).limit(limit)
    return tuple(map(_line, session.scalars(query)))


def lowered_since(session: Session, since: datetime) -> int:
    """How many levels the machine itself lowered: it never raises one."""
    query = select(func.count()).where(ItemLevelRow.by == SYSTEM.name, ItemLevelRow.at >= since)
    return session.scalar(query) or 0


def latest_level(session: Session) -> int:
    """Changes whenever a level does."""
    return session.scalar(select(func.max(ItemLevelRow.id))) or 0


def add_level(
    session: Session,
    card: str,
    item: str,
    level: Level,
    *,
    evidence: Mapping[str, Any],
    why: Reason | None,
    by: Viewer,
    now: datetime,
) -> LevelLine:
    row = ItemLevelRow(
        card=card,
        item=item,
        level=level.value,
        evidence=dict(evidence),
        why=None if why is None else stored(why),
        by=by.name,
        user_id=by.user_id,
        at=now,
    )
    session.add(row)
    session.flush()
    return _line(row)


def _newest() -> Any:
    return select(func.max(ItemLevelRow.id).label("id")).group_by(ItemLevelRow.card, ItemLevelRow.item)


def _line(row: ItemLevelRow) -> LevelLine:
    return LevelLine(
        revision=row.id,
        card=row.card,
        item=row.item,
        level=Level(row.level),
        evidence=row.evidence,
        why=None if row.why is None else restored(row.why),
        by=row.by,
        at=row.at,
    )
