"""Sampling plans, draws, and the calls of each draw. No function here commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Row, and_, func, insert, select, update
from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound, Stale
from models.review import Purpose
from models.tables import (
    AgentRow,
    CallRow,
    DrawRow,
    FinalScoreRow,
    PlanRow,
    RecordingRow,
    ReviewRow,
    SelectionRow,
    VerdictRow,
)
from storage.calls.calls import AT_ONCE
from storage.once import insert_once

ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class PickedLine:
    """A picked call as the list of a draw shows it. `reasons` are stored `Reason`s."""

    id: int
    call_id: int
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None
    seconds: float | None
    double: bool
    probability: float
    reasons: list[Any]
    state: str | None


def add_plan(session: Session, name: str, body: dict[str, Any], *, active: bool, by: str, now: datetime) -> PlanRow:
    """A new plan, of revision 1.

    Raises:
        Conflict: there is one of that name.
    """
    row, new = insert_once(
        session,
        PlanRow,
        {"name": name},
        body=body,
        revision=1,
        active=active,
        created_by=by,
        created_at=now,
        updated_by=by,
        updated_at=now,
    )
    if not new:
        raise Conflict("storage.plan_name_taken", name=name)
    return row


def all_plans(session: Session) -> Sequence[PlanRow]:
    """Those in use first, then by name."""
    return session.scalars(select(PlanRow).order_by(PlanRow.active.desc(), PlanRow.name)).all()


def find_plan(session: Session, plan_id: int, *, hold: bool = False) -> PlanRow:
    """The plan as it is stored now; with `hold` kept from other writers until the transaction ends.

    Raises:
        NotFound: there is no such plan.
    """
    query = select(PlanRow).where(PlanRow.id == plan_id).execution_options(populate_existing=True)
    row = session.scalar(query.with_for_update() if hold else query)
    if row is None:
        raise NotFound("storage.no_plan", id=plan_id)
    return row


def change_plan(
    session: Session, plan_id: int, *, revision: int, by: str, now: datetime, values: Mapping[str, Any]
) -> PlanRow:
    """Save `values` as the next revision.

    Raises:
        NotFound: there is no such plan.
        Stale: `revision` is not the stored one: somebody saved meanwhile.
        Conflict: another plan has that name.
    """
    name = values.get("name")
    if name is not None and session.scalar(select(PlanRow.id).where(PlanRow.name == name, PlanRow.id != plan_id)):
        raise Conflict("storage.plan_name_taken", name=name)
    changed = session.execute(
        update(PlanRow)
        .where(PlanRow.id == plan_id, PlanRow.revision == revision)
        .values(**values, revision=revision + 1, updated_by=by, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(changed, CursorResult)
    row = find_plan(session, plan_id)
    if not changed.rowcount:
        raise Stale("storage.plan_saved_meanwhile", name=row.name, by=row.updated_by, stored=row.revision)
    return row


def add_draw(
    session: Session,
    plan_id: int,
    start: datetime,
    end: datetime,
    *,
    body: dict[str, Any],
    seed: str,
    facts: dict[str, Any],
    strata: dict[str, Any],
    by: str,
    now: datetime,
) -> tuple[DrawRow, bool]:
    """The plan's draw of that period, and whether it was made now: there is never a second one."""
    return insert_once(
        session,
        DrawRow,
        {"plan_id": plan_id, "period_from": start, "period_to": end},
        body=body,
        seed=seed,
        facts=facts,
        strata=strata,
        drawn_by=by,
        drawn_at=now,
    )


def draw_of_period(session: Session, plan_id: int, start: datetime, end: datetime) -> DrawRow | None:
    return session.scalar(select(DrawRow).filter_by(plan_id=plan_id, period_from=start, period_to=end))


def find_draw(session: Session, draw_id: int) -> DrawRow:
    """Raises NotFound where there is none."""
    row = session.get(DrawRow, draw_id)
    if row is None:
        raise NotFound("storage.no_draw", id=draw_id)
    return row


def draws(session: Session, plan_id: int | None = None, *, before: int | None = None, limit: int) -> Sequence[DrawRow]:
    """The newest first."""
    query = select(DrawRow).order_by(DrawRow.id.desc()).limit(limit)
    if plan_id is not None:
        query = query.where(DrawRow.plan_id == plan_id)
    return session.scalars(query if before is None else query.where(DrawRow.id < before)).all()


def draws_between(session: Session, plan_id: int, start: datetime, end: datetime) -> Sequence[DrawRow]:
    """The plan's draws whose periods lie within, the earliest first."""
    query = select(DrawRow).where(DrawRow.plan_id == plan_id, DrawRow.period_from >= start, DrawRow.period_to <= end)
    return session.scalars(query.order_by(DrawRow.period_from, DrawRow.id)).all()


def add_selections(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Straight into the table: a population may have hundreds of thousands."""
    connection = session.connection()
    for start in range(0, len(rows), ROWS_AT_ONCE):
        connection.execute(insert(SelectionRow), rows[start : start + ROWS_AT_ONCE])


def tie_reviews(session: Session, draw_id: int, call_ids: Sequence[int]) -> None:
    """Say of reviews that waited already that the draw has picked their calls too: then they stay in the queue."""
    for start in range(0, len(call_ids), AT_ONCE):
        session.execute(
            update(ReviewRow)
            .where(ReviewRow.call_id.in_(call_ids[start : start + AT_ONCE]), ReviewRow.draw_id.is_(None))
            .values(draw_id=draw_id)
            .execution_options(synchronize_session=False)
        )


def picked_lines(session: Session, draw_id: int, *, after: int | None, limit: int) -> tuple[PickedLine, ...]:
    """The picked calls of a draw, by id, from the one after `after`."""
    own = ("id", "call_id", "double", "probability", "reasons")
    calls = ("agent_id", "team", "call_type", "started_at")
    query = (
        select(
            *(getattr(SelectionRow, name) for name in own),
            *(getattr(CallRow, name) for name in calls),
            func.coalesce(AgentRow.name, CallRow.agent_name).label("agent_name"),
            RecordingRow.seconds,
            ReviewRow.state,
        )
        .join(CallRow, CallRow.id == SelectionRow.call_id)
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .outerjoin(AgentRow, AgentRow.agent_id == CallRow.agent_id)
        .outerjoin(ReviewRow, ReviewRow.call_id == SelectionRow.call_id)
        .where(SelectionRow.draw_id == draw_id, SelectionRow.picked)
        .order_by(SelectionRow.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(SelectionRow.id > after)
    return tuple(PickedLine(**row._mapping) for row in session.execute(query))  # noqa: SLF001  the columns' names


def heard(session: Session, draw_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """A row for each picked call of these draws: draw_id, call_id, strata, and what people said.

    What counts is the final score (final_id, total, fatal, final_critical); until it is published the verdict of who
    was asked first (verdict_critical). None where nobody has heard it.
    """
    first = and_(VerdictRow.review_id == ReviewRow.id, VerdictRow.purpose == Purpose.REVIEW.value)
    query = (
        select(
            SelectionRow.draw_id,
            SelectionRow.call_id,
            SelectionRow.strata,
            FinalScoreRow.id.label("final_id"),
            func.coalesce(FinalScoreRow.total, VerdictRow.total).label("total"),
            func.coalesce(FinalScoreRow.fatal, VerdictRow.fatal).label("fatal"),
            FinalScoreRow.body["critical"].label("final_critical"),
            VerdictRow.score["critical"].label("verdict_critical"),
        )
        .outerjoin(ReviewRow, ReviewRow.call_id == SelectionRow.call_id)
        .outerjoin(FinalScoreRow, FinalScoreRow.id == ReviewRow.final_id)
        .outerjoin(VerdictRow, first)
        .where(SelectionRow.draw_id.in_(draw_ids), SelectionRow.picked)
        .order_by(SelectionRow.draw_id, SelectionRow.call_id)
    )
    return session.execute(query).all()
