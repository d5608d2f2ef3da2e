"""How often the rules of a pack hit lately."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import CallRow, FindingRow, ScoreRow


@dataclass(frozen=True, slots=True)
class HitsLately:
    """Rule → calls it hit in, among the newest `calls` whose shown score was made with the pack, whichever version."""

    calls: int
    by_rule: Mapping[str, int]


def hits_lately(session: Session, pack_ids: list[int], *, most: int) -> HitsLately:
    """Of the newest `most` scores in force, those made with one of the packs (rows of definitions)."""
    newest = (
        select(ScoreRow.id)
        .join(CallRow, CallRow.score_id == ScoreRow.id)
        .order_by(ScoreRow.id.desc())
        .limit(most)
        .subquery()
    )
    shown = select(ScoreRow.id).where(ScoreRow.id.in_(select(newest.c.id)), ScoreRow.pack_id.in_(pack_ids)).subquery()
    calls = session.scalar(select(func.count()).select_from(shown)) or 0
    counted = (
        select(FindingRow.rule, func.count(FindingRow.score_id.distinct()))
        .where(FindingRow.score_id.in_(select(shown.c.id)))
        .group_by(FindingRow.rule)
    )
    return HitsLately(calls, {rule: count for rule, count in session.execute(counted)})  # noqa: C416  (rows are no pairs to mypy)
