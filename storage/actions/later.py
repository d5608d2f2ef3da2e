"""Calls after an action, with what its items cost them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.tables import CallFactRow, CallRow, ErrorFactRow


@dataclass(frozen=True, slots=True)
class LaterCall:
    """`lost` and `final_lost` are what the items cost it: as the machine scored it, and in its final score.

    `final_total` is None where nobody's verdict on it was published.
    """

    call_id: int
    day: date
    started_at: datetime | None
    agent_id: str
    call_type: str
    total: float | None
    final_total: float | None
    lost: float
    final_lost: float

    @property
    def is_wrong(self) -> bool:
        return self.lost > 0 or self.final_lost > 0


def calls(
    session: Session,
    agents: Collection[str],
    card: str,
    items: Collection[str],
    since: date,
    *limits: ColumnElement[bool],
    limit: int,
) -> tuple[LaterCall, ...]:
    """The newest calls since that day, those with an error before the others."""
    lost = _lost(card, items, by_people=False)
    final_lost = _lost(card, items, by_people=True)
    query = (
        select(
            CallFactRow.call_id,
            CallFactRow.day,
            CallRow.started_at,
            CallFactRow.agent_id,
            CallFactRow.call_type,
            CallFactRow.total,
            CallFactRow.final_total,
            lost,
            final_lost,
        )
        .join(CallRow, CallRow.id == CallFactRow.call_id)
        .where(CallFactRow.agent_id.in_(list(agents)), CallFactRow.day >= since, *limits)
        .order_by(((lost > 0) | (final_lost > 0)).desc(), CallFactRow.day.desc(), CallFactRow.call_id.desc())
    )
    return tuple(LaterCall(*row) for row in session.execute(query.limit(limit)))


def _lost(card: str, items: Collection[str], *, by_people: bool) -> ColumnElement[float]:
    return func.coalesce(
        select(func.sum(ErrorFactRow.lost))
        .where(
            ErrorFactRow.call_id == CallFactRow.call_id,
            ErrorFactRow.by_people.is_(by_people),
            ErrorFactRow.card == card,
            ErrorFactRow.item.in_(list(items)),
        )
        .correlate(CallFactRow)
        .scalar_subquery(),
        0.0,
    )
