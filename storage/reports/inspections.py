"""What inspectors did in a period: verdicts, how long they took, whether in time, what was overturned."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from models.appeal import AppealState
from models.person import RIGHTS, Right, UserRole
from models.tables import AppealRow, AssignmentRow, FinalScoreRow, UserRow, VerdictRow

REVIEWERS = tuple(role.value for role, rights in RIGHTS.items() if Right.REVIEW in rights)


def judged(session: Session, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """A row for each person and purpose: user_id, purpose, verdicts, dated, in_time, sound.

    `dated` hearings were to be judged by a moment, `in_time` of them were. `sound` is the seconds of the calls heard.
    """
    dated = AssignmentRow.due_at.is_not(None)
    in_time = dated & (AssignmentRow.submitted_at <= AssignmentRow.due_at)
    query = select(
        AssignmentRow.user_id,
        AssignmentRow.purpose,
        func.count().label("verdicts"),
        func.sum(case((dated, 1), else_=0)).label("dated"),
        func.sum(case((in_time, 1), else_=0)).label("in_time"),
        func.coalesce(func.sum(AssignmentRow.seconds), 0.0).label("sound"),
    ).where(AssignmentRow.submitted_at >= start, AssignmentRow.submitted_at < end, AssignmentRow.user_id.is_not(None))
    return session.execute(query.group_by(AssignmentRow.user_id, AssignmentRow.purpose)).all()


def time_spent(session: Session, start: datetime, end: datetime) -> dict[int, tuple[float, int]]:
    """Person → seconds spent on verdicts, and on how many: those of which it is known."""
    query = select(VerdictRow.user_id, func.coalesce(func.sum(VerdictRow.seconds), 0.0), func.count(VerdictRow.seconds))
    query = query.where(VerdictRow.submitted_at >= start, VerdictRow.submitted_at < end).group_by(VerdictRow.user_id)
    return {user: (float(seconds or 0), timed) for user, seconds, timed in session.execute(query)}


def late(session: Session, start: datetime, end: datetime, now: datetime) -> dict[int, int]:
    """Person → hearings of theirs that were to be done in the period, before `now`, and still are not."""
    query = (
        select(AssignmentRow.user_id, func.count())
        .where(
            AssignmentRow.user_id.is_not(None),
            AssignmentRow.state.in_(("open", "started")),
            AssignmentRow.due_at >= start,
            AssignmentRow.due_at < min(end, now),
        )
        .group_by(AssignmentRow.user_id)
    )
    return {user: count for user, count in session.execute(query) if user is not None}


def overturned(session: Session, start: datetime, end: datetime) -> Sequence[Row[int, list[Any] | None]]:
    """`user_id` and `outcome` of each decided appeal against a verdict of somebody's, decided between the moments."""
    query = (
        select(VerdictRow.user_id, AppealRow.outcome)
        .join(FinalScoreRow, FinalScoreRow.id == AppealRow.final_id)
        .join(VerdictRow, VerdictRow.id == FinalScoreRow.verdict_id)
        .where(
            AppealRow.state.in_((AppealState.UPHELD.value, AppealState.OVERTURNED.value)),
            AppealRow.decided_at >= start,
            AppealRow.decided_at < end,
        )
    )
    return session.execute(query).all()


def people(session: Session) -> Sequence[Row[int, str, str, bool]]:
    """Everybody who may judge calls: id, name, role, active."""
    query = select(UserRow.id, UserRow.name, UserRow.role, UserRow.active).where(UserRow.role.in_(REVIEWERS))
    return session.execute(query.order_by(UserRow.name, UserRow.id)).all()


def is_inspector(role: str) -> bool:
    return role == UserRole.INSPECTOR.value
