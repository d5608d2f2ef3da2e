"""Whether rules, model and recordings are well: what people marked, what was set aside, how much was unjudged."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, exists, func, select
from sqlalchemy.orm import Session

from models.tables import FindingRow, ItemLevelRow, RecordingRow, RuleMarkRow
from models.tables.page_indexes import IS_SET_ASIDE
from storage.json_rows import text_under


def marked_hits(session: Session, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """`rule`, `marks` on hits of it that people made between the moments, and how many of them called it `right`."""
    hit = exists().where(FindingRow.score_id == RuleMarkRow.score_id, FindingRow.rule == RuleMarkRow.rule)
    query = (
        select(
            RuleMarkRow.rule,
            func.count().label("marks"),
            func.sum(case((RuleMarkRow.hit, 1), else_=0)).label("right"),
        )
        .where(RuleMarkRow.at >= start, RuleMarkRow.at < end, hit)
        .group_by(RuleMarkRow.rule)
    )
    return session.execute(query).all()


def set_aside(session: Session, start: datetime, end: datetime) -> dict[str, int]:
    """Code of the reason → recordings that were quarantined between the moments."""
    code = text_under(session, RecordingRow.reason, "code")
    query = select(code, func.count()).where(
        IS_SET_ASIDE, RecordingRow.updated_at >= start, RecordingRow.updated_at < end
    )
    return {reason or "": count for reason, count in session.execute(query.group_by(code))}


def levels(session: Session) -> dict[str, int]:
    """Level of automation → items that have it now, of those that ever had one set."""
    newest = select(func.max(ItemLevelRow.id)).group_by(ItemLevelRow.card, ItemLevelRow.item)
    query = select(ItemLevelRow.level, func.count()).where(ItemLevelRow.id.in_(newest)).group_by(ItemLevelRow.level)
    return {level: count for level, count in session.execute(query)}  # noqa: C416
