"""What points were lost by (扣分): one row for each item of a final score that cost points or was fatal.

They say again what the score's body says, so that pages can add up thousands of them without reading one body.
No function here commits.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.final import PRE_SCORE_JSON
from models.person import Scope
from models.tables import DeductionRow, FinalScoreRow, ReviewRow
from storage.results.scope import PUBLISHED, of_scope


@dataclass(frozen=True, slots=True)
class Deduction:
    """An item that cost points in `calls` results, `lost` in all."""

    name: str
    calls: int
    lost: float


def keep(session: Session, final: FinalScoreRow) -> None:
    """Those of a final score that was just made."""
    score = PRE_SCORE_JSON.validate_python(final.body)
    items = [item for section in score.sections for item in section.items]
    session.add_all(
        DeductionRow(final_id=final.id, item=item.id, name=item.name, lost=item.cost)
        for item in items
        if item.cost > 0 or item.id in score.fatal
    )
    session.flush()


def most_lost_by(
    session: Session, within: Scope, moment: datetime, *, newest: int, limit: int
) -> tuple[Deduction, ...]:
    """Items by how many of the `newest` results scored since `moment` they cost points in, then by how many points."""
    scores = select(ReviewRow.final_id).where(*of_scope(within), ReviewRow.state.in_(PUBLISHED))
    scores = scores.where(ReviewRow.final_at >= moment).order_by(ReviewRow.final_id.desc()).limit(newest)
    # Named one by one: a join with them PostgreSQL would make by reading all deductions there are.
    query = (
        select(DeductionRow.name, func.count().label("calls"), func.sum(DeductionRow.lost).label("lost"))
        .where(DeductionRow.final_id.in_(session.scalars(scores).all()))
        .group_by(DeductionRow.name)
    )
    found = (Deduction(**row._mapping) for row in session.execute(query))  # noqa: SLF001  the public name of its columns
    return tuple(sorted(found, key=lambda one: (-one.calls, -one.lost, one.name))[:limit])
