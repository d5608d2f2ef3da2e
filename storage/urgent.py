"""What a lead should look at today: fatal calls, threats of complaint, open appeals, feedback, draws."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, TextClause, case, func, select, text
from sqlalchemy.orm import Session

from models.appeal import AppealState
from models.feedback import FeedbackState
from models.finding import Effect
from models.tables import (
    AppealRow,
    CallRow,
    DrawRow,
    FeedbackRow,
    FindingRow,
    PlanRow,
    ReviewRow,
    RoutingRow,
    ScoreRow,
)

IS_FATAL = text("scores.fatal")
"""Written out: SQLite uses the index of fatal scores only then."""


@dataclass(frozen=True, slots=True)
class Urgent:
    """A call that needs to be looked at; `review` is its review's state, `reasons` are stored ones."""

    call_id: int
    started_at: datetime | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    customer_number: str | None
    total: float | None
    score_id: int
    review: str | None
    reasons: list[Any] | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding of a score, and where it was said."""

    score_id: int
    rule: str
    name: str
    effect: str
    quote: str
    start: float


@dataclass(frozen=True, slots=True)
class DrawLine:
    id: int
    plan_id: int
    plan: str
    drawn_at: datetime
    drawn_by: str
    picked: int
    submitted: int


@dataclass(frozen=True, slots=True)
class AppealDue:
    id: int
    call_id: int
    agent_id: str | None
    team: str | None
    by: str
    items: int
    due_at: datetime


def fatal_calls(session: Session, start: datetime, *, limit: int) -> tuple[Urgent, ...]:
    """Calls whose score in force was made since `start` and is fatal, the latest first."""
    return _urgent(session, (IS_FATAL, ScoreRow.created_at >= start), limit)


def count_fatal(session: Session, start: datetime) -> int:
    query = select(func.count()).select_from(ScoreRow).join(CallRow, CallRow.score_id == ScoreRow.id)
    return session.scalar(query.where(IS_FATAL, ScoreRow.created_at >= start)) or 0


def calls_hit_by(session: Session, rule: str, start: datetime, *, limit: int) -> tuple[Urgent, ...]:
    """Calls whose score in force was made since `start` and has a finding of the rule, the latest first."""
    return _urgent(session, (ScoreRow.created_at >= start, ScoreRow.id.in_(_hit_since(session, rule, start))), limit)


def count_hit_by(session: Session, rule: str, start: datetime) -> int:
    query = select(func.count()).select_from(CallRow).where(CallRow.score_id.in_(_hit_since(session, rule, start)))
    return session.scalar(query) or 0


def hits(session: Session, score_ids: Collection[int]) -> tuple[Hit, ...]:
    """What was found in these scores, by when it was said."""
    names = ("score_id", "rule", "name", "effect", "quote", "start")
    query = select(*(getattr(FindingRow, name) for name in names)).where(FindingRow.score_id.in_(score_ids))
    query = query.where(FindingRow.effect != Effect.PRAISE.value).order_by(FindingRow.start, FindingRow.id)
    return tuple(Hit(**row._mapping) for row in session.execute(query))  # noqa: SLF001  the public name of a row


def open_appeals(session: Session, *, limit: int) -> tuple[AppealDue, ...]:
    """Those that must be decided first, first."""
    query = select(AppealRow).where(AppealRow.state == AppealState.OPEN.value).order_by(AppealRow.due_at, AppealRow.id)
    return tuple(
        AppealDue(row.id, row.call_id, row.agent_id, row.team, row.by, len(row.items), row.due_at)
        for row in session.scalars(query.limit(limit))
    )


def count_appeals(session: Session, now: datetime) -> tuple[int, int]:
    """Open ones, and those of them whose time is over."""
    overdue = func.sum(case((AppealRow.due_at < now, 1), else_=0))
    open_, late = session.execute(select(func.count(), overdue).where(AppealRow.state == AppealState.OPEN.value)).one()
    return int(open_), int(late or 0)


def count_feedback(session: Session) -> dict[str, int]:
    """What nobody has looked into yet, by kind."""
    query = select(FeedbackRow.kind, func.count()).where(FeedbackRow.state == FeedbackState.OPEN.value)
    return {kind: int(n) for kind, n in session.execute(query.group_by(FeedbackRow.kind))}


def draws_since(session: Session, start: datetime, *, limit: int) -> tuple[DrawLine, ...]:
    """The latest first, with how many calls each picked and how many of those it brought to the queue were judged."""
    judged = (
        select(func.count())
        .select_from(ReviewRow)
        .where(ReviewRow.draw_id == DrawRow.id, ReviewRow.submitted_at.is_not(None))
        .scalar_subquery()
    )
    columns = (DrawRow.id, DrawRow.plan_id, PlanRow.name, DrawRow.drawn_at, DrawRow.drawn_by, DrawRow.facts, judged)
    query = select(*columns).join(PlanRow, PlanRow.id == DrawRow.plan_id).where(DrawRow.drawn_at >= start)
    rows = session.execute(query.order_by(DrawRow.id.desc()).limit(limit)).all()
    return tuple(
        DrawLine(id_, plan_id, plan, at, by, picked=int(facts.get("picked", 0)), submitted=int(done or 0))
        for id_, plan_id, plan, at, by, facts, done in rows
    )


def _urgent(
    session: Session, conditions: Collection[ColumnElement[bool] | TextClause], limit: int
) -> tuple[Urgent, ...]:
    query = (
        select(
            CallRow.id.label("call_id"),
            CallRow.started_at,
            CallRow.agent_id,
            CallRow.agent_name,
            CallRow.team,
            CallRow.customer_number,
            ScoreRow.total,
            ScoreRow.id.label("score_id"),
            ReviewRow.state.label("review"),
            RoutingRow.reasons,
        )
        .join(ScoreRow, ScoreRow.id == CallRow.score_id)
        .outerjoin(ReviewRow, ReviewRow.call_id == CallRow.id)
        .outerjoin(RoutingRow, RoutingRow.score_id == ScoreRow.id)
        .where(*conditions)
        .order_by(ScoreRow.created_at.desc(), ScoreRow.id.desc())
        .limit(limit)
    )
    return tuple(Urgent(**row._mapping) for row in session.execute(query))  # noqa: SLF001


def _hit_since(session: Session, rule: str, start: datetime) -> Select[int]:
    """Scores of that rule not older than the first one made since `start`: their numbers rise with time."""
    query = select(ScoreRow.id).where(ScoreRow.created_at >= start).order_by(ScoreRow.created_at).limit(1)
    first = session.scalar(query)
    hit = select(FindingRow.score_id).where(FindingRow.rule == rule)
    return hit.where(FindingRow.score_id >= first) if first is not None else hit.where(FindingRow.id < 0)
