"""Corrective actions with their steps and moves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from models.action import UNDONE, ActionState
from models.tables import ActionMoveRow, ActionRow, ActionStepRow, AgentRow, CallRow

UNDONE_VALUES = tuple(state.value for state in UNDONE)


@dataclass(frozen=True, slots=True)
class ActionFilter:
    """None asks nothing. `late_on`: those undone whose day was before it. `team` also finds those of its agents."""

    states: tuple[ActionState, ...] = ()
    team: str | None = None
    agent_id: str | None = None
    owner_id: int | None = None
    late_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An action as a list shows it; `steps_done` of `steps`."""

    row: ActionRow
    agent_name: str | None
    steps: int
    steps_done: int


def find(session: Session, action_id: int) -> ActionRow | None:
    return session.get(ActionRow, action_id)


def locked(session: Session, action_id: int) -> ActionRow | None:
    """As it is stored now, which nobody else changes until this transaction ends."""
    query = select(ActionRow).where(ActionRow.id == action_id).with_for_update()
    return session.scalar(query.execution_options(populate_existing=True))


def lines(
    session: Session,
    wanted: ActionFilter,
    *told: ColumnElement[bool],
    own: int | None,
    after: tuple[date, int] | None,
    limit: int,
) -> tuple[Line, ...]:
    """By the day they are due, those before the place `after` left out.

    Of `told`, conditions on `calls`, those about a call must fulfil all, unless `own` opened them or has them in hand.
    """
    query = _lines().where(*_conditions(wanted)).order_by(ActionRow.due_on, ActionRow.id)
    if told:
        of_call = exists().where(CallRow.id == ActionRow.call_id, *told).correlate(ActionRow)
        query = query.where(
            or_(ActionRow.call_id.is_(None), ActionRow.owner_id == own, ActionRow.user_id == own, of_call)
        )
    if after is not None:
        day, id_ = after
        query = query.where(or_(ActionRow.due_on > day, (ActionRow.due_on == day) & (ActionRow.id > id_)))
    return tuple(Line(*row) for row in session.execute(query.limit(limit)))


def line(session: Session, action_id: int) -> Line | None:
    row = session.execute(_lines().where(ActionRow.id == action_id)).one_or_none()
    return None if row is None else Line(*row)


def counts(session: Session, team: str | None, today: date) -> dict[str, int]:
    """How many are in each state, and how many of the undone are `late`."""
    query = select(ActionRow.state, func.count()).group_by(ActionRow.state)
    late = select(func.count()).where(ActionRow.state.in_(UNDONE_VALUES), ActionRow.due_on < today)
    if team is not None:
        query, late = query.where(ActionRow.team == team), late.where(ActionRow.team == team)
    found = {state: int(n) for state, n in session.execute(query)}
    return found | {"late": int(session.scalar(late) or 0)}


def of_agent(session: Session, agent_id: str, *, since: datetime | None = None) -> Sequence[ActionRow]:
    """The newest first, without those that were cancelled."""
    query = select(ActionRow).where(ActionRow.agent_id == agent_id, ActionRow.state != ActionState.CANCELLED.value)
    if since is not None:
        query = query.where(ActionRow.made_at >= since)
    return session.scalars(query.order_by(ActionRow.id.desc())).all()


def of_call(session: Session, call_id: int) -> Sequence[ActionRow]:
    return session.scalars(select(ActionRow).where(ActionRow.call_id == call_id).order_by(ActionRow.id)).all()


def undone(session: Session, team: str | None, limit: int) -> Sequence[ActionRow]:
    """By the day they are due."""
    query = select(ActionRow).where(ActionRow.state.in_(UNDONE_VALUES))
    if team is not None:
        query = query.where(ActionRow.team == team)
    return session.scalars(query.order_by(ActionRow.due_on, ActionRow.id).limit(limit)).all()


def several(session: Session, action_ids: Collection[int]) -> dict[int, ActionRow]:
    query = select(ActionRow).where(ActionRow.id.in_(list(action_ids)))
    return {row.id: row for row in session.scalars(query)}


def steps_of(session: Session, action_id: int) -> Sequence[ActionStepRow]:
    query = select(ActionStepRow).where(ActionStepRow.action_id == action_id)
    return session.scalars(query.order_by(ActionStepRow.position, ActionStepRow.id)).all()


def moves_of(session: Session, action_id: int) -> Sequence[ActionMoveRow]:
    """The first first."""
    query = select(ActionMoveRow).where(ActionMoveRow.action_id == action_id).order_by(ActionMoveRow.id)
    return session.scalars(query).all()


def move_to(session: Session, action_ids: Collection[int], after: str) -> dict[int, datetime]:
    """When each of the actions last moved to that."""
    query = (
        select(ActionMoveRow.action_id, func.max(ActionMoveRow.at).label("last"))
        .where(ActionMoveRow.action_id.in_(list(action_ids)), ActionMoveRow.after == after)
        .group_by(ActionMoveRow.action_id)
    )
    return {row.action_id: row.last for row in session.execute(query)}


def last_to(session: Session, action_id: int, after: str) -> int | None:
    """Who last moved it to that."""
    query = select(ActionMoveRow.user_id).where(ActionMoveRow.action_id == action_id, ActionMoveRow.after == after)
    return session.scalar(query.order_by(ActionMoveRow.id.desc()).limit(1))


def _lines() -> Select[ActionRow, str, int, int]:
    steps = select(func.count()).where(ActionStepRow.action_id == ActionRow.id).correlate(ActionRow)
    done = steps.where(ActionStepRow.done_at.is_not(None))
    return select(ActionRow, AgentRow.name, steps.scalar_subquery(), done.scalar_subquery()).outerjoin(
        AgentRow, AgentRow.agent_id == ActionRow.agent_id
    )


def _conditions(wanted: ActionFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.states:
        conditions.append(ActionRow.state.in_([state.value for state in wanted.states]))
    if wanted.late_on is not None:
        conditions += [ActionRow.state.in_(UNDONE_VALUES), ActionRow.due_on < wanted.late_on]
    asked = (
        (ActionRow.team, wanted.team),
        (ActionRow.agent_id, wanted.agent_id),
        (ActionRow.owner_id, wanted.owner_id),
    )
    return conditions + [column == value for column, value in asked if value is not None]
