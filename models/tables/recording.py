"""The ledger: one row per recording, known by the hash of its content."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.ledger import RecordingState
from models.tables.base import Base


class RecordingRow(Base):
    """`settings_key` names the processing asked for (transcriber, pack, scorecard); a new key reopens the row.

    `owner` holds the row until `lease_until`; `attempts` counts claims under this key; `reason` is a stored
    `Reason` ({"code", "facts"}) while quarantined. `audio` is the kept file, relative to the home folder.
    """

    __tablename__ = "recordings"
    __table_args__ = (Index(None, "settings_key", "state", "lease_until", "id"),)

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
