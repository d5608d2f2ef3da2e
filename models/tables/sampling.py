"""Sampling plans, the draws made with them, and the calls each draw picked with the chance each had."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class PlanRow(Base):
    """A sampling plan as it stands; `revision` counts its savings. Draws keep the text they were made with."""

    __tablename__ = "sampling_plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    body: Mapped[dict[str, Any]]
    revision: Mapped[int]
    active: Mapped[bool]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_by: Mapped[str]
    updated_at: Mapped[datetime]


class DrawRow(Base):
    """One use of a plan on the calls of a period [period_from, period_to); drawn once per plan and period.

    `facts` holds what the preview told, as `scoring.sampling.summary.Summary`. `strata` holds the agents and types with
    the sizes of their strata, and the population counted by both: read by estimates only.
    """

    __tablename__ = "draws"
    __table_args__ = (UniqueConstraint("plan_id", "period_from", "period_to"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("sampling_plans.id"))
    body: Mapped[dict[str, Any]]
    period_from: Mapped[datetime]
    period_to: Mapped[datetime]
    seed: Mapped[str]
    facts: Mapped[dict[str, Any]]
    strata: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    drawn_by: Mapped[str]
    drawn_at: Mapped[datetime]


class SelectionRow(Base):
    """A call of a draw's population: its strata and its chance of being picked, also where it was not.

    `reasons` are stored `Reason`s. `strata` names the independent designs that could pick it, for joint chances: the
    places `a` and `t` of its agent and type among the draw's, the chance `b` with which routing drew it, and its part
    `p` (`scoring.sampling.drawn.Drawn`).
    """

    __tablename__ = "selections"
    __table_args__ = (UniqueConstraint("draw_id", "call_id"), Index(None, "call_id"), Index(None, "draw_id", "picked"))

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("draws.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    picked: Mapped[bool]
    double: Mapped[bool]
    reasons: Mapped[list[Any]]
    strata: Mapped[dict[str, Any]]
    probability: Mapped[float]
