"""The ledger: one row per recording, known by the hash of its content."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.ledger import RecordingState
from models.tables.base import Base

IS_OPEN = text(f"state IN ('{RecordingState.RECEIVED}', '{RecordingState.TRANSCRIBED}')")
"""Written out rather than bound: only then do both planners use the indexes of open rows."""

IS_HELD = text("owner IS NOT NULL")


class RecordingRow(Base):
    """`settings_key` names the processing asked for (transcriber, pack, scorecard); a new key reopens the row.

    `owner` holds the row until `lease_until`; `attempts` counts claims under this key; `reason` is a stored
    `Reason` ({"code", "facts"}) while quarantined. `audio` is the kept file, relative to the home folder.
    """

    __tablename__ = "recordings"
    __table_args__ = (
        Index(None, "settings_key", "state"),
        # A claim walks the open rows oldest first and stops at its limit, however long the backlog is. Ordered by id
        # alone, PostgreSQL would take the primary key for as good and walk through all that was ever scored.
        Index("ix_recordings_open", "settings_key", "created_at", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_recordings_tried", "settings_key", "attempts", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        Index("ix_recordings_held", "owner", sqlite_where=IS_HELD, postgresql_where=IS_HELD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    file: Mapped[str]
    audio: Mapped[str]
    bytes: Mapped[int]
    seconds: Mapped[float | None]
    channels: Mapped[int | None]
    codec: Mapped[str | None]
    sample_rate: Mapped[int | None]
    state: Mapped[str] = mapped_column(default=RecordingState.RECEIVED)
    settings_key: Mapped[str] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[dict[str, Any] | None]
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
