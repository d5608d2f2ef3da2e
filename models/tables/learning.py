"""Classifiers trained from verdicts, which of them was in use when, and what the machine decides of each item."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class ClassifierRow(Base):
    """A trained classifier.

    `data` says what it was trained on, `report` how it did in cross-validation beside the one in use on the same
    folds; `refused` (a stored `Reason`) why it may not be published, where it may not.
    `body` is `scoring.classifier.archive`'s bytes, `sha256` theirs.
    """

    __tablename__ = "classifiers"
    __table_args__ = (UniqueConstraint("version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    sha256: Mapped[str]
    data: Mapped[dict[str, Any]]
    report: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    refused: Mapped[dict[str, Any] | None]
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_by: Mapped[str]
    made_at: Mapped[datetime]


class ClassifierUseRow(Base):
    """From `at` on this classifier was in use; None is the starter.

    Append-only: the newest counts, so rolling back is another row.
    """

    __tablename__ = "classifier_uses"

    id: Mapped[int] = mapped_column(primary_key=True)
    classifier_id: Mapped[int | None] = mapped_column(ForeignKey("classifiers.id"))
    by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    why: Mapped[str]
    at: Mapped[datetime]


class ItemLevelRow(Base):
    """How much the machine decides by itself about an item of a scorecard (`models.learning.Level`), and the evidence.

    Append-only: the newest of a card and item counts; where there is none the item is report-only.
    """

    __tablename__ = "item_levels"
    __table_args__ = (Index(None, "card", "item", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    card: Mapped[str]
    item: Mapped[str]
    level: Mapped[str]
    evidence: Mapped[dict[str, Any]]
    why: Mapped[dict[str, Any] | None]
    by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
