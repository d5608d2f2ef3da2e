"""The case library (案例库): stretches of calls to learn from, with where they came from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class CaseRow(Base):
    """A case. `state` is a `models.case.CaseState`, `kind` excellent or failing, `difficulty` 1 to 3.

    `first_turn`..`last_turn` of the transcript `transcript_id`, `start` to `end` seconds; the whole call where they
    span it. `clip` is the sound kept for it, relative to the folder of recordings, made when first asked for; `turns`
    its masked `models.case.CaseTurn`s; `beeps` the seconds [start, end] of the recording that nobody is to hear;
    `text` all its words, for searching, with a line `#tag` for each tag. Provenance: `score_id`, `review_id` and
    `final_id` are what it was last held against. `flag` (a stored `Reason`) says why somebody should look at it again.
    `alike` is the first case of its near duplicates. `month` is the month it was suggested for, where the machine
    suggested it.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index(None, "state", "kind", "id"),
        Index(None, "call_id"),
        Index(None, "agent_id", "id"),
        Index(None, "month", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    state: Mapped[str]
    title: Mapped[str]
    teaching: Mapped[str]
    difficulty: Mapped[int]
    tags: Mapped[list[Any]]
    reasons: Mapped[list[Any]]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id"))
    score_id: Mapped[int | None] = mapped_column(ForeignKey("scores.id"))
    review_id: Mapped[int | None] = mapped_column(ForeignKey("reviews.id"))
    final_id: Mapped[int | None] = mapped_column(ForeignKey("final_scores.id"))
    agent_id: Mapped[str | None]
    team: Mapped[str | None]
    call_type: Mapped[str | None]
    total: Mapped[float | None]
    first_turn: Mapped[int]
    last_turn: Mapped[int]
    start: Mapped[float]
    end: Mapped[float]
    clip: Mapped[str | None]
    turns: Mapped[list[Any]]
    beeps: Mapped[list[Any]]
    text: Mapped[str]
    alike: Mapped[int | None]
    month: Mapped[date | None] = mapped_column(Date)
    flag: Mapped[dict[str, Any] | None]
    made_by: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str | None]
    withdrawn_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)


class CaseItemRow(Base):
    """An item of the scorecard the case is about."""

    __tablename__ = "case_items"
    __table_args__ = (UniqueConstraint("case_id", "item"), Index(None, "item", "case_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    item: Mapped[str]
    name: Mapped[str]
