"""Webhooks: programs that are told when calls are flagged and results published."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.database import ReadSession, WriteSession
from api.problems import declared
from api.viewer import CurrentViewer
from pipeline import webhooks
from pipeline.webhooks import Webhook

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], responses=declared(401, 403, 422, 503))

WebhookId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the webhook.")]
DeliveryId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the delivery.")]
Event = Literal[
    "call.flagged",
    "score.published",
    "score.overturned",
    "appeal.opened",
    "appeal.decided",
    "feedback.decided",
    "feedback.reopened",
]


class NewWebhook(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=1000, description="Where to POST to; it should answer 2xx within 10 seconds.")
    events: list[Event] = Field(min_length=1, max_length=len(webhooks.EVENTS))


class Switching(BaseModel):
    model_config = ConfigDict(extra="forbid")

    active: bool


class WebhookAnswer(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    url: str
    events: list[str]
    active: bool
    created_by: str
    created_at: datetime


class NewWebhookAnswer(WebhookAnswer):
    secret: str = Field(description="Signs what is sent (Standard Webhooks). Told only now.")


class DeliveryAnswer(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    event: str
    state: str = Field(description="`waiting`, `delivered` or `given_up`.")
    attempts: int
    next_at: datetime | None = Field(description="When it is tried again, while it waits.")
    status: int | None = Field(description="What the receiver answered last.")
    problem: str | None
    created_at: datetime
    delivered_at: datetime | None


class DeliveryList(BaseModel):
    deliveries: list[DeliveryAnswer]
    next: int | None = Field(description="Give it as `before` for the next page.")


@router.get("")
def list_webhooks(session: ReadSession) -> list[WebhookAnswer]:
    """All webhooks, without their secrets."""
    return [WebhookAnswer.model_validate(one) for one in webhooks.list_webhooks(session)]


@router.post("", status_code=201, responses=declared(409))
def create(session: WriteSession, viewer: CurrentViewer, asked: NewWebhook) -> NewWebhookAnswer:
    """Tell an address of events from now on."""
    made, secret = webhooks.add_webhook(session, viewer, asked.url, asked.events, _now())
    return NewWebhookAnswer(**_fields(made), secret=secret)


@router.patch("/{webhook_id}", responses=declared(404))
def switch(session: WriteSession, viewer: CurrentViewer, webhook_id: WebhookId, asked: Switching) -> WebhookAnswer:
    """Switch it off, or on again: then it is told what has waited meanwhile."""
    return WebhookAnswer.model_validate(
        webhooks.switch_webhook(session, viewer, webhook_id, _now(), active=asked.active)
    )


@router.delete("/{webhook_id}", status_code=204, responses=declared(404))
def remove(session: WriteSession, viewer: CurrentViewer, webhook_id: WebhookId) -> Response:
    """Remove it with all that it was to be told."""
    webhooks.remove_webhook(session, viewer, webhook_id, _now())
    return Response(status_code=204)


@router.post("/{webhook_id}/test", status_code=202, responses=declared(404))
def test(session: WriteSession, webhook_id: WebhookId) -> DeliveryAnswer:
    """Send it a `webhook.test`."""
    return DeliveryAnswer.model_validate(webhooks.send_test(session, webhook_id, _now()))


@router.get("/{webhook_id}/deliveries", responses=declared(404))
def list_deliveries(
    session: ReadSession,
    webhook_id: WebhookId,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveryList:
    """What it was told and how that went, the newest first."""
    found = webhooks.list_deliveries(session, webhook_id, before=before, limit=limit)
    return DeliveryList(
        deliveries=[DeliveryAnswer.model_validate(one) for one in found],
        next=found[-1].id if len(found) == limit else None,
    )


@router.post("/{webhook_id}/deliveries/{delivery_id}/retry", status_code=202, responses=declared(404, 409))
def retry(session: WriteSession, webhook_id: WebhookId, delivery_id: DeliveryId) -> DeliveryAnswer:
    """Send it at once."""
    return DeliveryAnswer.model_validate(webhooks.try_again(session, webhook_id, delivery_id, _now()))


def _fields(one: Webhook) -> dict[str, object]:
    return WebhookAnswer.model_validate(one).model_dump()


def _now() -> datetime:
    return datetime.now(UTC)
