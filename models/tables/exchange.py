"""What is exchanged with other programs: webhooks, what is to be delivered to them, and requests answered once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import Base

IS_DUE = text("state = 'waiting'")


class WebhookRow(Base):
    """Where to tell of `events`. `secret` signs what is sent, so it is kept as it is."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    events: Mapped[list[Any]]
    active: Mapped[bool]
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class DeliveryRow(Base):
    """One event for one webhook, written with what made it true. `state`: waiting, delivered, given_up."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "next_at", "id", sqlite_where=IS_DUE, postgresql_where=IS_DUE),
        Index(None, "webhook_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id"))
    event: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str]
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    status: Mapped[int | None]
    problem: Mapped[str | None]
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]


class AnsweredRow(Base):
    """A request with an Idempotency-Key and its answer, so that asking again answers the same. Swept when old."""

    __tablename__ = "answered"
    __table_args__ = (UniqueConstraint("who", "key"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    who: Mapped[str]
    key: Mapped[str]
    request: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[str | None]
    at: Mapped[datetime]
