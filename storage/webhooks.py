"""The outbox: events that webhooks are to be told of, written in the transaction that makes them true."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import DeliveryRow, WebhookRow

EVENTS = ("call.flagged", "score.published", "score.overturned", "appeal.opened", "appeal.decided", "feedback.decided")
"""What a webhook may ask to be told of."""


def announce(session: Session, event: str, payload: Mapping[str, Any], now: datetime) -> None:
    """One delivery for every active webhook that listens to this event.

    Raises:
        ValueError: no such event.
    """
    if event not in EVENTS:
        raise ValueError(event)
    for webhook in session.scalars(select(WebhookRow).where(WebhookRow.active)):
        if event in webhook.events:
            session.add(
                DeliveryRow(
                    webhook_id=webhook.id,
                    event=event,
                    payload=dict(payload),
                    state="waiting",
                    attempts=0,
                    next_at=now,
                    created_at=now,
                )
            )
