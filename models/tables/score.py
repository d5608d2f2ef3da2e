"""Scores are appended, never overwritten; findings and the queue hang on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class ScoreRow(Base):
    """One per transcript, pack version, scorecard version, `scorer` (the version of the scoring code) and `classifier`.

    `classifier` names the classifier that gave its opinion and the automation levels it had, empty where none did.
    `body` is `models.score.Scored` as JSON.
    """

    __tablename__ = "scores"
    __table_args__ = (
        UniqueConstraint("transcript_id", "pack_id", "scorecard_id", "scorer", "classifier"),
        Index(None, "recording_id"),
        Index(None, "total", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"))
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id"))
    pack_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    scorer: Mapped[int]
    classifier: Mapped[str] = mapped_column(default="")
    total: Mapped[float | None]
    grade: Mapped[str | None]
    fatal: Mapped[bool]
    coverage: Mapped[float]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class FindingRow(Base):
    """A rule that hit, once per piece of evidence."""

    __tablename__ = "findings"
    __table_args__ = (Index(None, "score_id"), Index(None, "rule", "score_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    score_id: Mapped[int] = mapped_column(ForeignKey("scores.id"))
    pack: Mapped[str]
    pack_version: Mapped[int]
    rule: Mapped[str]
    name: Mapped[str]
    effect: Mapped[str]
    role: Mapped[str | None]
    turn: Mapped[int | None]
    quote: Mapped[str]
    start: Mapped[float]
    end: Mapped[float]
    confidence: Mapped[float]


class RoutingRow(Base):
    """The routing decision about a score, also when it was not to queue: the chance it had is needed later.

    `reasons` is a list of stored `Reason`s ({"code", "facts"}).
    """

    __tablename__ = "routings"
    __table_args__ = (UniqueConstraint("score_id"), Index(None, "queued", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"))
    score_id: Mapped[int] = mapped_column(ForeignKey("scores.id"))
    queued: Mapped[bool]
    reasons: Mapped[list[Any]]
    inclusion_probability: Mapped[float]
    created_at: Mapped[datetime]
