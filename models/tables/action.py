"""Corrective actions (整改), the ladder of rewards and penalties, review meetings, and how effects are measured."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

IS_UNDONE = text("state IN ('open', 'doing', 'to_verify')")


class EffectRow(Base):
    """Where an effect will be looked for, fixed before there is anything to see, and never changed.

    `source` is training or action. `items` are to get better in calls of `trained` (agent ids) between `after_from` and
    `after_to`, against `before_from` to `before_to` (all days included), and against `compared` (agent ids).
    `team` is whose training or action it is, empty for the whole centre's.
    """

    __tablename__ = "effects"
    __table_args__ = (Index(None, "source", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    source_id: Mapped[int]
    team: Mapped[str]
    title: Mapped[str]
    card: Mapped[str]
    items: Mapped[list[Any]]
    trained: Mapped[list[Any]]
    compared: Mapped[list[Any]]
    before_from: Mapped[date] = mapped_column(Date)
    before_to: Mapped[date] = mapped_column(Date)
    after_from: Mapped[date] = mapped_column(Date)
    after_to: Mapped[date] = mapped_column(Date)
    fixed_by: Mapped[str]
    fixed_at: Mapped[datetime]


class ActionRow(Base):
    """A corrective action. `state` is a `models.action.ActionState`; `origin` a `models.action.Origin`.

    `offence` counts the agent's earlier actions about the same items within the ladder's window, this one included.
    `why` holds what it was opened on: the figures of a report or trend, or the call's item and quote.
    """

    __tablename__ = "actions"
    __table_args__ = (
        Index(None, "state", "id"),
        Index(None, "agent_id", "id"),
        Index("ix_actions_undone", "due_on", "id", sqlite_where=IS_UNDONE, postgresql_where=IS_UNDONE),
        Index(None, "call_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    state: Mapped[str]
    origin: Mapped[str]
    why: Mapped[dict[str, Any]]
    card: Mapped[str]
    items: Mapped[list[Any]]
    agent_id: Mapped[str | None]
    team: Mapped[str | None]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    final_id: Mapped[int | None] = mapped_column(ForeignKey("final_scores.id"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    owner: Mapped[str]
    due_on: Mapped[date] = mapped_column(Date)
    offence: Mapped[int]
    effect_id: Mapped[int | None] = mapped_column(ForeignKey("effects.id"))
    outcome: Mapped[str | None]
    made_by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class ActionStepRow(Base):
    """A step of an action. `evidence` is what shows that it was done; `calls` are call ids."""

    __tablename__ = "action_steps"
    __table_args__ = (Index(None, "action_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    position: Mapped[int]
    text: Mapped[str]
    evidence: Mapped[str | None]
    calls: Mapped[list[Any]]
    done_by: Mapped[str | None]
    done_at: Mapped[datetime | None]


class ActionMoveRow(Base):
    """What happened to an action: who, when, from which state to which, and what they said. Append-only."""

    __tablename__ = "action_moves"
    __table_args__ = (Index(None, "action_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    before: Mapped[str]
    after: Mapped[str]
    text: Mapped[str]
    by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class LadderRow(Base):
    """The centre's ladder of rewards and penalties (奖惩阶梯), a `models.action.Ladder`. The newest counts."""

    __tablename__ = "ladders"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    why: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class LedgerRow(Base):
    """An entry in an agent's file: reward, penalty, praise, exam points, absence... `points` below zero take away.

    Append-only: `undoes` names the entry this one takes back. `source` and `source_id` say what it came from.
    """

    __tablename__ = "agent_ledger"
    __table_args__ = (Index(None, "agent_id", "id"), UniqueConstraint("source", "source_id", "kind", "agent_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[str]
    kind: Mapped[str]
    points: Mapped[float]
    text: Mapped[str]
    facts: Mapped[dict[str, Any]]
    source: Mapped[str]
    source_id: Mapped[str]
    undoes: Mapped[int | None] = mapped_column(ForeignKey("agent_ledger.id"), unique=True)
    by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class MeetingRow(Base):
    """A QA review meeting (质检评审会). `state`: planned, held. `people` are names."""

    __tablename__ = "meetings"
    __table_args__ = (Index(None, "held_on", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    held_on: Mapped[date] = mapped_column(Date)
    team: Mapped[str]
    people: Mapped[list[Any]]
    state: Mapped[str]
    minutes: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class MeetingPointRow(Base):
    """A point of a meeting's agenda. `kind`: action, error_item, topic. `facts` are what was known when it was made.

    `decision` is what the meeting said; `action_id` is the action the point is about, or that came of it.
    """

    __tablename__ = "meeting_points"
    __table_args__ = (Index(None, "meeting_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"))
    position: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    facts: Mapped[dict[str, Any]]
    decision: Mapped[str]
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
