"""Appeals, and how often items and rules were overturned by them.

No function here commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, true
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
from storage.json_rows import each, is_true_under, text_under
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
class Overturned:
    """Of `of` decided items this many were overturned. `id` of the rule or person; None: a lead had settled them."""

    id: str | None
    name: str
    overturned: int
    of: int


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


def overturned_by_rule(session: Session, *, since: datetime | None = None) -> tuple[Overturned, ...]:
    """Decided items by the rule that had taken points for them, which is called as it was called last."""
    item = each(session, AppealRow.outcome, "item")
    rule = each(session, item.c.value, "rule", key="rules")
    pack, own, name = (text_under(session, rule.c.value, key) for key in ("pack", "rule", "name"))
    query = select(pack + "/" + own, name, *_counted(session, item.c.value)).select_from(AppealRow)
    query = query.join(item, true()).join(rule, true()).where(*_decided(since)).group_by(pack, own, name)
    found: dict[str, Overturned] = {}
    for id_, called, overturned, times in session.execute(query.order_by(func.max(AppealRow.id))):
        before = found.get(id_, Overturned(id_, called, 0, 0))
        found[id_] = Overturned(id_, called, before.overturned + int(overturned), before.of + times)
    return tuple(found.values())


def overturned_by_person(session: Session, *, since: datetime | None = None) -> tuple[Overturned, ...]:
    """Every decided item once, by the inspector whose verdict it was."""
    item = each(session, AppealRow.outcome, "item")
    query = (
        select(VerdictRow.user_id, UserRow.name, *_counted(session, item.c.value))
        .select_from(AppealRow)
        .join(item, true())
        .join(FinalScoreRow, FinalScoreRow.id == AppealRow.final_id)
        .outerjoin(VerdictRow, VerdictRow.id == FinalScoreRow.verdict_id)
        .outerjoin(UserRow, UserRow.id == VerdictRow.user_id)
    )
    rows = session.execute(query.where(*_decided(since)).group_by(VerdictRow.user_id, UserRow.name))
    return tuple(
        Overturned(None if user is None else str(user), name or "", int(overturned), times)
        for user, name, overturned, times in rows
    )


def machine_body(session: Session, score_id: int) -> dict[str, Any] | None:
    """The machine's score a review was picked by (a `Scored`)."""
    return session.scalar(select(ScoreRow.body).where(ScoreRow.id == score_id))


def _counted(session: Session, item: Any) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How many of the items were overturned, and how many there are."""
    return func.sum(case((is_true_under(session, item, "upheld"), 0), else_=1)), func.count()


def _decided(since: datetime | None) -> list[ColumnElement[bool]]:
    decided: list[ColumnElement[bool]] = [AppealRow.state.in_(DECIDED)]
    return decided if since is None else [*decided, AppealRow.decided_at >= since]


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
