"""Sittings and the questions of exams."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import AttendanceRow, ExamRow, QuestionRow, SittingRow, TrainingSessionRow
from models.training import AttendanceState, ExamState, SessionState, SittingState


def questions_of(session: Session, exam_id: int) -> tuple[QuestionRow, ...]:
    query = select(QuestionRow).where(QuestionRow.exam_id == exam_id)
    return tuple(session.scalars(query.order_by(QuestionRow.position, QuestionRow.id)))


def question_counts(session: Session, exam_ids: Collection[int]) -> dict[int, int]:
    query = select(QuestionRow.exam_id, func.count()).where(QuestionRow.exam_id.in_(exam_ids))
    return {exam: count for exam, count in session.execute(query.group_by(QuestionRow.exam_id))}  # noqa: C416


def sittings_of(session: Session, exam_id: int, agent_id: str | None = None) -> tuple[SittingRow, ...]:
    """By agent and try; of one agent where one is given."""
    query = select(SittingRow).where(SittingRow.exam_id == exam_id)
    if agent_id is not None:
        query = query.where(SittingRow.agent_id == agent_id)
    return tuple(session.scalars(query.order_by(SittingRow.agent_id, SittingRow.attempt)))


def of_agent(session: Session, agent_id: str, limit: int) -> list[tuple[SittingRow, ExamRow]]:
    """The latest first."""
    query = (
        select(SittingRow, ExamRow)
        .join(ExamRow, ExamRow.id == SittingRow.exam_id)
        .where(SittingRow.agent_id == agent_id)
        .order_by(SittingRow.started_at.desc(), SittingRow.id.desc())
    )
    return [(own, exam) for own, exam in session.execute(query.limit(limit))]


def over(session: Session, now: datetime, limit: int) -> tuple[SittingRow, ...]:
    """Begun sittings whose time is over, kept from other writers."""
    query = (
        select(SittingRow)
        .where(SittingRow.state == SittingState.BEGUN, SittingRow.ends_at < now)
        .order_by(SittingRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return tuple(session.scalars(query.execution_options(populate_existing=True)))


def open_exams(session: Session) -> tuple[ExamRow, ...]:
    return tuple(session.scalars(select(ExamRow).where(ExamRow.state == ExamState.OPEN).order_by(ExamRow.id.desc())))


def invited_to(session: Session, exam_ids: Collection[int], agent_id: str) -> dict[int, int]:
    """Exams of sessions the agent was asked to, with the latest such session."""
    query = (
        select(TrainingSessionRow.exam_id, TrainingSessionRow.id)
        .join(AttendanceRow, AttendanceRow.session_id == TrainingSessionRow.id)
        .where(
            TrainingSessionRow.exam_id.in_(exam_ids),
            TrainingSessionRow.state != SessionState.CANCELLED,
            AttendanceRow.agent_id == agent_id,
        )
        .order_by(TrainingSessionRow.starts_at)
    )
    return {exam: one for exam, one in session.execute(query) if exam is not None}


def with_sessions(session: Session, exam_ids: Collection[int]) -> set[int]:
    """Exams that belong to a session."""
    query = select(TrainingSessionRow.exam_id).where(
        TrainingSessionRow.exam_id.in_(exam_ids), TrainingSessionRow.state != SessionState.CANCELLED
    )
    return {exam for exam in session.scalars(query.distinct()) if exam is not None}


def taught_since(session: Session, exam_id: int, agent_id: str, since: datetime) -> bool:
    """Whether the agent came to a session for this exam that was held after `since`."""
    query = (
        select(AttendanceRow.id)
        .join(TrainingSessionRow, TrainingSessionRow.id == AttendanceRow.session_id)
        .where(
            TrainingSessionRow.exam_id == exam_id,
            TrainingSessionRow.state == SessionState.HELD,
            TrainingSessionRow.held_at > since,
            AttendanceRow.agent_id == agent_id,
            AttendanceRow.state == AttendanceState.PRESENT,
        )
    )
    return session.scalar(query.limit(1)) is not None


def attempts_marked(session: Session, since: datetime) -> list[tuple[int, bool]]:
    """Of every sitting marked since then, which try it was and whether it passed."""
    query = select(SittingRow.attempt, SittingRow.passed).where(
        SittingRow.state == SittingState.MARKED, SittingRow.submitted_at >= since, SittingRow.passed.is_not(None)
    )
    return [(attempt, bool(passed)) for attempt, passed in session.execute(query)]
