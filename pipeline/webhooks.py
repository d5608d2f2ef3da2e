"""Telling other programs what happened: who is told of what, and how each delivery went.

A delivery is sent at least once. What is sent follows the Standard Webhooks specification
(https://www.standardwebhooks.com): headers `webhook-id`, `webhook-timestamp` and `webhook-signature`, which is
`v1,` and the base64 of the HMAC-SHA256 of `<id>.<timestamp>.<body>`.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound
from models.person import Viewer
from models.tables import DeliveryRow, WebhookRow
from storage import webhooks as stored
from storage.people.audit import record
from storage.webhooks import EVENTS, Parcel, is_anything_due, sweep, take_due

__all__ = ["EVENTS", "Parcel", "is_anything_due", "sweep", "take_due"]

SECRET_PREFIX = "whsec_"  # noqa: S105 - not a secret: what all of them begin with

WAITS = [timedelta(seconds=s) for s in (10, 60, 300, 1800, 2 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)]
"""After each failed attempt; after the last one it is given up: some two days in all."""

KEPT = timedelta(days=30)
"""How long delivered and given up deliveries can be looked at."""

LONGEST_PROBLEM = 300


@dataclass(frozen=True, slots=True)
class Webhook:
    """Without its secret, which is only shown when it is made."""

    id: int
    url: str
    events: tuple[str, ...]
    active: bool
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """`status` is what the receiver answered, `problem` why there was no answer, or not a good one."""

    id: int
    event: str
    state: str
    attempts: int
    next_at: datetime | None
    status: int | None
    problem: str | None
    created_at: datetime
    delivered_at: datetime | None


def list_webhooks(session: Session) -> tuple[Webhook, ...]:
    return tuple(_webhook(row) for row in stored.webhooks(session))


def add_webhook(
    session: Session, viewer: Viewer, url: str, events: Collection[str], now: datetime
) -> tuple[Webhook, str]:
    """The webhook and its secret.

    Raises:
        Conflict: not an address to send to, or no such event.
    """
    _check(url, events)
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
    row = WebhookRow(
        url=url, secret=secret, events=sorted(set(events)), active=True, created_by=viewer.name, created_at=now
    )
    session.add(row)
    session.flush()
    record(session, viewer, "webhook.created", now, target="webhook", target_id=row.id, facts={"host": _host(url)})
    return _webhook(row), secret


def switch_webhook(session: Session, viewer: Viewer, webhook_id: int, now: datetime, *, active: bool) -> Webhook:
    """What waits for a webhook that is switched off waits until it is switched on again."""
    row = _find(session, webhook_id)
    row.active = active
    action = "webhook.switched_on" if active else "webhook.switched_off"
    record(session, viewer, action, now, target="webhook", target_id=row.id)
    return _webhook(row)


def remove_webhook(session: Session, viewer: Viewer, webhook_id: int, now: datetime) -> None:
    row = _find(session, webhook_id)
    record(session, viewer, "webhook.removed", now, target="webhook", target_id=row.id, facts={"host": _host(row.url)})
    stored.drop(session, row)


def send_test(session: Session, webhook_id: int, now: datetime) -> Delivery:
    """A delivery that says nothing, to try the address with."""
    row = _find(session, webhook_id)
    return _delivery(stored.post(session, row, stored.TEST, {"webhook": row.id}, now))


def list_deliveries(session: Session, webhook_id: int, *, before: int | None, limit: int) -> tuple[Delivery, ...]:
    _find(session, webhook_id)
    return tuple(_delivery(row) for row in stored.deliveries(session, webhook_id, before=before, limit=limit))


def try_again(session: Session, webhook_id: int, delivery_id: int, now: datetime) -> Delivery:
    """Send a delivery that was given up, or that waits for its next attempt, at once.

    Raises:
        Conflict: it was delivered.
    """
    row = session.get(DeliveryRow, delivery_id)
    if row is None or row.webhook_id != webhook_id:
        raise NotFound("pipeline.no_delivery", id=delivery_id)
    if row.state == "delivered":
        raise Conflict("pipeline.already_delivered", id=delivery_id)
    row.state, row.attempts, row.next_at = "waiting", 0, now
    return _delivery(row)


def settle(session: Session, delivery_id: int, now: datetime, *, status: int | None, problem: str | None) -> None:
    """How an attempt ended: delivered where the receiver answered 2xx, else tried again later or given up."""
    row = session.get(DeliveryRow, delivery_id)
    if row is None:
        return  # its webhook was removed meanwhile
    row.status, row.problem = status, problem and problem[:LONGEST_PROBLEM]
    if status is not None and 200 <= status < 300:
        row.state, row.delivered_at = "delivered", now
    elif row.attempts > len(WAITS):
        row.state = "given_up"
    else:
        row.next_at = now + WAITS[row.attempts - 1]


def letter(parcel: Parcel, now: datetime) -> tuple[bytes, dict[str, str]]:
    """The body and the headers to send."""
    content = {"type": parcel.event, "timestamp": parcel.created_at.isoformat(), "data": parcel.payload}
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    name, at = f"delivery_{parcel.id}", str(int(now.timestamp()))
    headers = {
        "content-type": "application/json; charset=utf-8",
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": signature(parcel.secret, name, at, body),
    }
    return body, headers


def signature(secret: str, name: str, at: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.new(key, f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _check(url: str, events: Collection[str]) -> None:
    unknown = sorted(set(events) - set(EVENTS))
    if unknown or not events:
        raise Conflict("pipeline.no_event", event=", ".join(unknown), known=", ".join(EVENTS))
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username and parts.port != 0
    except ValueError:
        good = False
    if not good or not url.isascii() or any(c.isspace() for c in url):
        raise Conflict("pipeline.bad_webhook_address", url=url[:200])


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _find(session: Session, webhook_id: int) -> WebhookRow:
    row = session.get(WebhookRow, webhook_id)
    if row is None:
        raise NotFound("pipeline.no_webhook", id=webhook_id)
    return row


def _webhook(row: WebhookRow) -> Webhook:
    return Webhook(row.id, row.url, tuple(row.events), row.active, row.created_by, row.created_at)


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id,
        event=row.event,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at if row.state == "waiting" else None,
        status=row.status,
        problem=row.problem,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
    )
