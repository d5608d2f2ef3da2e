"""Packs and scorecards: every version that judged a call or was published, and drafts of versions to come."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class DefinitionRow(Base):
    """A version never changes: the same kind, name and version with another sha256 is a conflict.

    `kind` is `pack` or `scorecard`; `body` is the YAML text. `published_by` and `published_why` are empty for a version
    that was only remembered because a call was judged by it; `gate` is what the replay before publishing found. A
    retired version judges no more calls.
    """

    __tablename__ = "definitions"
    __table_args__ = (UniqueConstraint("kind", "name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    version: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    published_by: Mapped[str | None]
    published_why: Mapped[str | None]
    gate: Mapped[dict[str, Any] | None]
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str | None]
    retired_why: Mapped[str | None]


class DraftRow(Base):
    """A text that may become the version after `based_on`; right or wrong YAML. `revision` counts its savings."""

    __tablename__ = "drafts"
    # A number is not given twice: who still has a draft open that is gone must not save over another one.
    __table_args__ = (Index(None, "kind", "name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    based_on: Mapped[int | None] = mapped_column(ForeignKey("definitions.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str]
