"""Transcripts, one per recording and way of transcribing."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class TranscriptRow(Base):
    """`transcriber_key` hashes model, options and channel map; `body` is the transcript's JSON."""

    __tablename__ = "transcripts"
    __table_args__ = (UniqueConstraint("recording_id", "transcriber_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"))
    transcriber_key: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
