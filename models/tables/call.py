"""The call a recording belongs to, and the files its content was seen in."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class CallRow(Base):
    """One call per recording; the columns are `models.call.Metadata`. `score_id` is the score to show."""

    __tablename__ = "calls"
    __table_args__ = (
        Index(None, "started_at", "id"),
        Index(None, "agent_id", "started_at", "id"),
        Index(None, "team", "started_at", "id"),
        Index(None, "call_type", "started_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), unique=True)
    agent_id: Mapped[str | None]
    agent_name: Mapped[str | None]
    team: Mapped[str | None]
    agent_stage: Mapped[str | None]
    direction: Mapped[str | None]
    call_type: Mapped[str | None]
    started_at: Mapped[datetime | None]
    customer_number: Mapped[str | None]
    satisfaction: Mapped[int | None]
    transferred: Mapped[bool | None]
    extra: Mapped[dict[str, Any]]
    score_id: Mapped[int | None] = mapped_column(ForeignKey("scores.id"), unique=True)


class SourceRow(Base):
    """A file in which the content was seen: the same recording may come under many names."""

    __tablename__ = "sources"
    __table_args__ = (UniqueConstraint("recording_id", "file"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"))
    file: Mapped[str]
    seen_at: Mapped[datetime]
