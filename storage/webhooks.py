"""Webhooks, and the outbox of what they are to be told, written in the transaction that makes it true.

No function here commits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.tables import DeliveryRow, WebhookRow

EVENTS = (
    "call.flagged",
    "score.published",
    "score.overturned",
    "appeal.opened",
    "appeal.decided",
    "feedback.decided",
    "feedback.reopened",
)
"""What a webhook may ask to be told of."""

TEST = "webhook.test"

HELD = timedelta(seconds=60)
"""How long a delivery is the sender's who took it. If it dies, the delivery is sent again: perhaps twice."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery on its way."""

    id: int
    url: str
    secret: str
    event: str
    payload: dict[str, Any]
    attempts: int
    created_at: datetime


def announce(session: Session, event: str, payload: Mapping[str, Any], now: datetime) -> None:
    """One delivery for every active webhook that listens to this event.

    Raises:
        ValueError: no such event.
    """
    announce_all(session, event, [payload], now)


def announce_all(session: Session, event: str, payloads: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """One delivery of each, in this order, for every active webhook that listens to this event.

    Raises:
        ValueError: no such event.
    """
    if event not in EVENTS:
        raise ValueError(event)
    if not payloads:
        return
    active = session.scalars(select(WebhookRow).where(WebhookRow.active).order_by(WebhookRow.id))
    listening = [webhook.id for webhook in active if event in webhook.events]
    session.add_all(_delivery(id_, event, payload, now) for payload in payloads for id_ in listening)
    session.flush()


def post(session: Session, webhook: WebhookRow, event: str, payload: Mapping[str, Any], now: datetime) -> DeliveryRow:
    """One delivery for this webhook."""
    row = _delivery(webhook.id, event, payload, now)
    session.add(row)
    session.flush()
    return row


def take_due(session: Session, now: datetime, limit: int) -> list[Parcel]:
    """Deliveries that are due, the longest waiting first, held for their sender; two senders never take the same."""
    rows = session.execute(
        select(DeliveryRow, WebhookRow)
        .join(WebhookRow, WebhookRow.id == DeliveryRow.webhook_id)
        .where(DeliveryRow.state == "waiting", DeliveryRow.next_at <= now, WebhookRow.active)
        .order_by(DeliveryRow.next_at, DeliveryRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=DeliveryRow)
    ).all()
    for delivery, _ in rows:
        delivery.next_at = now + HELD
        delivery.attempts += 1
    session.flush()
    return [
        Parcel(one.id, hook.url, hook.secret, one.event, one.payload, one.attempts, one.created_at)
        for one, hook in rows
    ]


def webhooks(session: Session) -> list[WebhookRow]:
    return list(session.scalars(select(WebhookRow).order_by(WebhookRow.id)))


def deliveries(session: Session, webhook_id: int, *, before: int | None, limit: int) -> list[DeliveryRow]:
    """The newest first; `before` is the last id of the page before."""
    query = select(DeliveryRow).where(DeliveryRow.webhook_id == webhook_id)
    if before is not None:
        query = query.where(DeliveryRow.id < before)
    return list(session.scalars(query.order_by(DeliveryRow.id.desc()).limit(limit)))


def sweep(session: Session, before: datetime) -> None:
    """Forget what was delivered or given up before that time."""
    session.execute(delete(DeliveryRow).where(DeliveryRow.state != "waiting", DeliveryRow.created_at < before))


def drop(session: Session, webhook: WebhookRow) -> None:
    session.execute(delete(DeliveryRow).where(DeliveryRow.webhook_id == webhook.id))
    session.delete(webhook)


def is_anything_due(session: Session, now: datetime) -> bool:
    query = (
        select(DeliveryRow.id)
        .join(WebhookRow, WebhookRow.id == DeliveryRow.webhook_id)
        .where(DeliveryRow.state == "waiting", DeliveryRow.next_at <= now, WebhookRow.active)
    )
    return session.scalar(query.limit(1)) is not None


def _delivery(webhook_id: int, event: str, payload: Mapping[str, Any], now: datetime) -> DeliveryRow:
    return DeliveryRow(
        webhook_id=webhook_id,
        event=event,
        payload=dict(payload),
        state="waiting",
        attempts=0,
        next_at=now,
        created_at=now,
    )
