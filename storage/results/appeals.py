"""Appeals, and how often items and rules were overturned by them.

No function here commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.appeal import AppealState, ItemOutcome
from models.person import Scope
from models.review import AssignmentState
from models.tables import (
    AppealRow,
    AssignmentRow,
    CallRow,
    FinalScoreRow,
    ReviewRow,
    ScoreRow,
    UserRow,
    VerdictRow,
)
from storage.once import insert_once

DECIDED = (AppealState.UPHELD.value, AppealState.OVERTURNED.value)


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal as lists show it. `heard_by` is who hears the call anew, `heard` whether they have submitted."""

    id: int
    review_id: int
    call_id: int
    agent_id: str | None
    agent_name: str | None
    team: str | None
    by: str
    state: str
    items: list[Any]
    outcome: list[Any] | None
    why: str | None
    decided_by: str | None
    created_at: datetime
    due_at: datetime
    decided_at: datetime | None
    total: float | None
    new_total: float | None
    assignment_id: int | None
    hearing: str | None
    heard_by: str | None


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A decided appeal against an item for which this rule had taken points: `right` where the item was upheld."""

    pack: str
    rule: str
    name: str
    call_id: int
    score_id: int | None
    right: bool
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ItemJudged:
    """A decided item of an appeal, with the inspector whose verdict it was; none where a lead had settled it."""

    outcome: ItemOutcome
    user_id: int | None
    by: str | None


def open_once(session: Session, final_id: int, **values: Any) -> tuple[AppealRow, bool]:
    """The appeal against this final score, made from `values` where there was none; and whether it was made."""
    return insert_once(session, AppealRow, {"final_id": final_id}, **values)


def locked(session: Session, appeal_id: int) -> AppealRow | None:
    query = select(AppealRow).where(AppealRow.id == appeal_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def of_final(session: Session, final_ids: Sequence[int]) -> AppealRow | None:
    """The appeal against one of these final scores, which are of one review."""
    query = select(AppealRow).where(AppealRow.final_id.in_(list(final_ids)))
    return session.scalar(query.order_by(AppealRow.id.desc()).limit(1))


def line(session: Session, appeal_id: int) -> AppealLine | None:
    return next(iter(_lines(session, AppealRow.id == appeal_id)), None)


def lines(
    session: Session,
    within: Scope,
    *,
    state: AppealState | None = None,
    overdue_at: datetime | None = None,
    after: int | None,
    limit: int,
) -> tuple[AppealLine, ...]:
    """The last opened first, those opened before the appeal `after`; `overdue_at`: due before then and still open."""
    wanted = [column == value for column, value in _scoped(within)]
    if state is not None:
        wanted.append(AppealRow.state == state.value)
    if overdue_at is not None:
        wanted += [AppealRow.state == AppealState.OPEN.value, AppealRow.due_at < overdue_at]
    if after is not None:
        wanted.append(AppealRow.id < after)
    return _lines(session, *wanted, limit=limit)


def counts(session: Session, within: Scope, now: datetime) -> dict[str, int]:
    """How many are in each state, and how many are `overdue`."""
    wanted = [column == value for column, value in _scoped(within)]
    query = select(AppealRow.state, func.count()).where(*wanted).group_by(AppealRow.state)
    found = {state: times for state, times in session.execute(query)}  # noqa: C416  (typed rows)
    overdue = select(func.count()).select_from(AppealRow)
    overdue = overdue.where(*wanted, AppealRow.state == AppealState.OPEN.value, AppealRow.due_at < now)
    return {
        **{state.value: found.get(state.value, 0) for state in AppealState},
        "overdue": session.scalar(overdue) or 0,
    }


def rule_outcomes(session: Session, *, since: datetime | None = None) -> list[RuleOutcome]:
    """One for each decided item and rule that had taken points for it.

    Where a person marked the same rule of the same call (`RuleMarkRow`), the mark says more and should win.
    """
    query = select(AppealRow.call_id, AppealRow.outcome, AppealRow.decided_at, ReviewRow.score_id)
    query = query.join(ReviewRow, ReviewRow.id == AppealRow.review_id).where(AppealRow.state.in_(DECIDED))
    if since is not None:
        query = query.where(AppealRow.decided_at >= since)
    return [
        RuleOutcome(rule.pack, rule.rule, rule.name, row.call_id, row.score_id, outcome.upheld, row.decided_at)
        for row in session.execute(query.order_by(AppealRow.id))
        for outcome in map(ItemOutcome.of, row.outcome or ())
        for rule in outcome.rules
    ]


def items_judged(session: Session, *, since: datetime | None = None) -> list[ItemJudged]:
    query = (
        select(AppealRow.outcome, VerdictRow.user_id, UserRow.name)
        .join(FinalScoreRow, FinalScoreRow.id == AppealRow.final_id)
        .outerjoin(VerdictRow, VerdictRow.id == FinalScoreRow.verdict_id)
        .outerjoin(UserRow, UserRow.id == VerdictRow.user_id)
        .where(AppealRow.state.in_(DECIDED))
    )
    if since is not None:
        query = query.where(AppealRow.decided_at >= since)
    return [
        ItemJudged(outcome, row.user_id, row.name)
        for row in session.execute(query.order_by(AppealRow.id))
        for outcome in map(ItemOutcome.of, row.outcome or ())
    ]


def machine_body(session: Session, score_id: int) -> dict[str, Any] | None:
    """The machine's score a review was picked by (a `Scored`)."""
    return session.scalar(select(ScoreRow.body).where(ScoreRow.id == score_id))


def _scoped(within: Scope) -> list[tuple[Any, str]]:
    wanted = ((AppealRow.team, within.team), (AppealRow.agent_id, within.agent_id))
    return [(column, value) for column, value in wanted if value is not None]


def _lines(session: Session, *wanted: ColumnElement[bool], limit: int = 1) -> tuple[AppealLine, ...]:
    old, new = FinalScoreRow.__table__.alias("old"), FinalScoreRow.__table__.alias("new")
    own = {f for f in AppealLine.__dataclass_fields__ if hasattr(AppealRow, f)}
    query = (
        select(
            *(getattr(AppealRow, name) for name in sorted(own)),
            CallRow.agent_name,
            old.c.total.label("total"),
            new.c.total.label("new_total"),
            AssignmentRow.state.label("hearing"),
            UserRow.name.label("heard_by"),
        )
        .join(CallRow, CallRow.id == AppealRow.call_id)
        .join(old, old.c.id == AppealRow.final_id)
        .outerjoin(new, new.c.id == AppealRow.new_final_id)
        .outerjoin(
            AssignmentRow,
            (AssignmentRow.id == AppealRow.assignment_id) & (AssignmentRow.state != AssignmentState.CANCELLED.value),
        )
        .outerjoin(UserRow, UserRow.id == AssignmentRow.user_id)
        .where(*wanted)
        .order_by(AppealRow.id.desc())
        .limit(limit)
    )
    return tuple(AppealLine(**row._mapping) for row in session.execute(query))  # noqa: SLF001
