"""Reports that were issued, inspectors' monthly assessments, and what is true of the whole centre's data."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class ReportRow(Base):
    """A weekly or monthly report somebody writes: `plan` of improvement and `follow_up` of the plan before.

    `team` is empty for the centre. `figures` are frozen when it is issued (`state`: draft, issued).
    """

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("kind", "first_day", "team"), Index(None, "state", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    team: Mapped[str]
    state: Mapped[str]
    summary: Mapped[str]
    plan: Mapped[str]
    follow_up: Mapped[str]
    figures: Mapped[dict[str, Any] | None]
    made_by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    issued_by: Mapped[str | None]
    issued_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class AssessmentRow(Base):
    """An inspector's month as their lead signed it: figures as they were then, a grade, a comment."""

    __tablename__ = "assessments"
    __table_args__ = (UniqueConstraint("month", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(Date)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    figures: Mapped[dict[str, Any]]
    grade: Mapped[str]
    comment: Mapped[str]
    signed_by: Mapped[str]
    signed_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class CentreMarkRow(Base):
    """Something true of all the data: `simulated` says that a model made it, with that model's known truth."""

    __tablename__ = "centre_marks"

    name: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]
