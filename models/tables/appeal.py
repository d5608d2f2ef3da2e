"""What is said about a result after it was published: appeals, and customers' complaints and praise."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base


class AppealRow(Base):
    """An agent's appeal against items of a final score. `items` is [{"item", "reason"}].

    `state` is `open`, `upheld` (the score stands), `overturned` or `withdrawn`. `outcome` is [{"item", "upheld",
    "reason"}]. `assignment_id` is the new hearing by another person, `new_final_id` the score that came of it.
    """

    __tablename__ = "appeals"
    __table_args__ = (Index(None, "state", "id"), Index(None, "agent_id", "id"), UniqueConstraint("final_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    final_id: Mapped[int] = mapped_column(ForeignKey("final_scores.id"))
    agent_id: Mapped[str | None]
    team: Mapped[str | None]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    by: Mapped[str]
    items: Mapped[list[Any]]
    state: Mapped[str]
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"))
    outcome: Mapped[list[Any] | None]
    why: Mapped[str | None]
    new_final_id: Mapped[int | None] = mapped_column(ForeignKey("final_scores.id"))
    decided_by: Mapped[str | None]
    decided_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class FeedbackRow(Base):
    """A complaint or praise about an agent from outside. `state` is `open`, `stands` or `unfounded`.

    `key` is its number where it came from: the same one is not entered twice.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index(None, "state", "id"),
        Index(None, "agent_id", "id"),
        Index(None, "call_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    key: Mapped[str | None]
    agent_id: Mapped[str | None]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    customer_number: Mapped[str | None]
    happened_at: Mapped[datetime | None]
    text: Mapped[str]
    state: Mapped[str]
    why: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
