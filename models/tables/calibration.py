"""Calibration sessions (校准会): several people hear the same calls alone, then agree on what is right."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class CalibrationRow(Base):
    """One session. `state` is a `models.calibration.CalibrationState`; `revision` counts what its lead changed."""

    __tablename__ = "calibrations"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    state: Mapped[str]
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    call_type: Mapped[str | None]
    made_by: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class CalibrationCallRow(Base):
    """A call of a session. `reasons` (stored `Reason`s) say why it was chosen; `score_id` is the machine's score of it.

    That score stays the one the session is about: all hear the same transcript, however often the call is scored anew.
    `reference` is the `Judgement` all agreed on, `score` the `PreScore` it makes: the reference score (基准分).
    """

    __tablename__ = "calibration_calls"
    __table_args__ = (UniqueConstraint("calibration_id", "call_id"), Index(None, "call_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibrations.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    score_id: Mapped[int] = mapped_column(ForeignKey("scores.id"))
    reasons: Mapped[list[Any]]
    reference: Mapped[dict[str, Any] | None]
    score: Mapped[dict[str, Any] | None]
    agreed_by: Mapped[str | None]
    agreed_at: Mapped[datetime | None]


class CalibrationMemberRow(Base):
    """Somebody who takes part; `assignment`s of purpose calibration are theirs."""

    __tablename__ = "calibration_members"
    __table_args__ = (UniqueConstraint("calibration_id", "user_id"), Index(None, "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibrations.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


class CalibrationNoteRow(Base):
    """What was said in the discussion, of a call's item, of a call (no item) or of the session. Append-only."""

    __tablename__ = "calibration_notes"
    __table_args__ = (Index(None, "calibration_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibrations.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    item: Mapped[str | None]
    text: Mapped[str]
    by: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]


class StandardChangeRow(Base):
    """A change to the standard somebody asks for: of an item's wording or points, or of a rule.

    `state` is `open`, `accepted` or `declined`; `outcome` says what was done about it.
    """

    __tablename__ = "standard_changes"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calibration_id: Mapped[int | None] = mapped_column(ForeignKey("calibrations.id"))
    card: Mapped[str]
    item: Mapped[str | None]
    rule: Mapped[str | None]
    text: Mapped[str]
    state: Mapped[str]
    outcome: Mapped[str | None]
    by: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
