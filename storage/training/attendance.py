"""Who was asked to a session, who came, and what they said of it."""

from collections.abc import Collection

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from models.tables import AttendanceRow, TrainingSessionRow
from models.training import AttendanceState


def attendance_of(session: Session, session_id: int) -> tuple[AttendanceRow, ...]:
    query = select(AttendanceRow).where(AttendanceRow.session_id == session_id)
    return tuple(session.scalars(query.order_by(AttendanceRow.agent_id)))


def held_attendance(session: Session, session_id: int, agent_id: str) -> AttendanceRow | None:
    """Kept from other writers."""
    query = select(AttendanceRow).filter_by(session_id=session_id, agent_id=agent_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def counts(session: Session, session_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """By session, how many were asked and how many came."""
    came = func.sum(case((AttendanceRow.state == AttendanceState.PRESENT, 1), else_=0))
    query = select(AttendanceRow.session_id, func.count(), came).where(AttendanceRow.session_id.in_(session_ids))
    return {row[0]: (row[1], int(row[2])) for row in session.execute(query.group_by(AttendanceRow.session_id))}


def of_agent(session: Session, agent_id: str, limit: int) -> list[tuple[AttendanceRow, TrainingSessionRow]]:
    """The latest first; those called off are left out."""
    query = (
        select(AttendanceRow, TrainingSessionRow)
        .join(TrainingSessionRow, TrainingSessionRow.id == AttendanceRow.session_id)
        .where(AttendanceRow.agent_id == agent_id, TrainingSessionRow.state != "cancelled")
        .order_by(TrainingSessionRow.starts_at.desc(), TrainingSessionRow.id.desc())
    )
    return [(own, row) for own, row in session.execute(query.limit(limit))]
