"""Packs and scorecards as they were when they judged a call."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class DefinitionRow(Base):
    """A version never changes: the same kind, name and version with another sha256 is a conflict.

    `kind` is `pack` or `scorecard`; `body` is the YAML text.
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
