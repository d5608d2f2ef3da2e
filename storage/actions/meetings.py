"""Review meetings and the points of their agendas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.tables import MeetingPointRow, MeetingRow


@dataclass(frozen=True, slots=True)
class Line:
    """A meeting as a list shows it; `decided` of its `points`."""

    row: MeetingRow
    points: int
    decided: int


def find(session: Session, meeting_id: int) -> MeetingRow | None:
    return session.get(MeetingRow, meeting_id)


def locked(session: Session, meeting_id: int) -> MeetingRow | None:
    """As it is stored now, which nobody else changes until this transaction ends."""
    query = select(MeetingRow).where(MeetingRow.id == meeting_id).with_for_update(key_share=True)
    return session.scalar(query.execution_options(populate_existing=True))


def lines(session: Session, *, team: str | None, after: tuple[date, int] | None, limit: int) -> tuple[Line, ...]:
    """The last day first, those before the place `after`."""
    points = select(func.count()).where(MeetingPointRow.meeting_id == MeetingRow.id).correlate(MeetingRow)
    decided = points.where(MeetingPointRow.decision != "")
    query = select(MeetingRow, points.scalar_subquery(), decided.scalar_subquery())
    if team is not None:
        query = query.where(MeetingRow.team == team)
    if after is not None:
        day, id_ = after
        query = query.where(or_(MeetingRow.held_on < day, (MeetingRow.held_on == day) & (MeetingRow.id < id_)))
    rows = session.execute(query.order_by(MeetingRow.held_on.desc(), MeetingRow.id.desc()).limit(limit))
    return tuple(Line(*row) for row in rows)


def points_of(session: Session, meeting_id: int) -> Sequence[MeetingPointRow]:
    query = select(MeetingPointRow).where(MeetingPointRow.meeting_id == meeting_id)
    return session.scalars(query.order_by(MeetingPointRow.position, MeetingPointRow.id)).all()
