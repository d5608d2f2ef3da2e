"""What happened in a period beside calls: appeals, complaints and praise, calibrations."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.review import Purpose
from models.tables import (
    AgentRow,
    AppealRow,
    CalibrationCallRow,
    CalibrationMemberRow,
    CalibrationRow,
    CallRow,
    FeedbackRow,
    VerdictRow,
)


def appeal_states(session: Session, start: datetime, end: datetime, **whose: str | None) -> dict[str, int]:
    """State → appeals that were opened between the moments."""
    time = AppealRow.created_at
    query = select(AppealRow.state, func.count()).where(time >= start, time < end, *_whose(AppealRow, **whose))
    return {state: count for state, count in session.execute(query.group_by(AppealRow.state))}  # noqa: C416


def appeal_outcomes(session: Session, start: datetime, end: datetime, **whose: str | None) -> Sequence[Row[Any]]:
    """`state` and `outcome` of the appeals that were decided between the moments."""
    query = select(AppealRow.state, AppealRow.outcome).where(
        AppealRow.decided_at >= start, AppealRow.decided_at < end, *_whose(AppealRow, **whose)
    )
    return session.execute(query).all()


def feedback_counts(
    session: Session, start: datetime, end: datetime, team: str | None, agent_id: str | None
) -> Sequence[Row[str, str, int]]:
    """Kind, state and how many were entered between the moments; of a team by the call, or by the agent's team now."""
    query = select(FeedbackRow.kind, FeedbackRow.state, func.count()).where(
        FeedbackRow.created_at >= start, FeedbackRow.created_at < end
    )
    if agent_id is not None:
        query = query.where(FeedbackRow.agent_id == agent_id)
    if team is not None:
        query = query.outerjoin(CallRow, CallRow.id == FeedbackRow.call_id)
        query = query.outerjoin(AgentRow, AgentRow.agent_id == FeedbackRow.agent_id)
        query = query.where(or_(CallRow.team == team, CallRow.id.is_(None) & (AgentRow.team == team)))
    return session.execute(query.group_by(FeedbackRow.kind, FeedbackRow.state)).all()


def closed_calibrations(session: Session, start: datetime, end: datetime) -> Sequence[CalibrationRow]:
    """Sessions that were closed between the moments, in that order."""
    query = select(CalibrationRow).where(
        CalibrationRow.state == CalibrationState.CLOSED.value,
        CalibrationRow.closed_at >= start,
        CalibrationRow.closed_at < end,
    )
    return session.scalars(query.order_by(CalibrationRow.closed_at, CalibrationRow.id)).all()


def members(session: Session, calibration_ids: Sequence[int]) -> dict[int, int]:
    """Session → how many took part."""
    of = CalibrationMemberRow.calibration_id
    query = select(of, func.count()).where(of.in_(calibration_ids)).group_by(of)
    return {session_id: count for session_id, count in session.execute(query)}  # noqa: C416


def calls_of(session: Session, calibration_ids: Sequence[int]) -> dict[int, int]:
    """Session → how many calls it was about."""
    of = CalibrationCallRow.calibration_id
    query = select(of, func.count()).where(of.in_(calibration_ids)).group_by(of)
    return {session_id: count for session_id, count in session.execute(query)}  # noqa: C416


def referred(session: Session, *which: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Verdicts of calibrations beside the reference of their call, which is there: one row for each.

    calibration_id, call_id, user_id, score, total, reference (a `PreScore`), agreed_at. `which` are conditions.
    """
    query = (
        select(
            CalibrationCallRow.calibration_id,
            CalibrationCallRow.call_id,
            VerdictRow.user_id,
            VerdictRow.score,
            VerdictRow.total,
            CalibrationCallRow.score.label("reference"),
            CalibrationCallRow.agreed_at,
        )
        .join(VerdictRow, VerdictRow.review_id == CalibrationCallRow.review_id)
        .join(
            CalibrationMemberRow,
            (CalibrationMemberRow.calibration_id == CalibrationCallRow.calibration_id)
            & (CalibrationMemberRow.user_id == VerdictRow.user_id),
        )
        .where(VerdictRow.purpose == Purpose.CALIBRATION.value, CalibrationCallRow.agreed_at.is_not(None), *which)
        .order_by(CalibrationCallRow.id, VerdictRow.id)
    )
    return session.execute(query).all()


def _whose(table: Any, **whose: str | None) -> list[ColumnElement[bool]]:
    return [getattr(table, name) == value for name, value in whose.items() if value is not None]
