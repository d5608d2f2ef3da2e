"""The page of webhooks: who is told of what, and how each delivery went."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.page import Frame, render, words_for
from api.database import ReadSession
from pipeline import webhooks
from pipeline.webhooks import EVENTS, Delivery, Webhook

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class WebhooksPage:
    """`chosen` is the webhook whose deliveries are listed; `next` the delivery before which the next page begins."""

    webhooks: tuple[Webhook, ...]
    events: tuple[str, ...]
    chosen: Webhook | None
    deliveries: tuple[Delivery, ...]
    next: int | None


@router.get("/webhooks")
def webhooks_page(
    request: Request,
    session: ReadSession,
    webhook: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> HTMLResponse:
    listed = webhooks.list_webhooks(session)
    chosen = next((one for one in listed if one.id == webhook), listed[0] if listed and webhook is None else None)
    found = webhooks.list_deliveries(session, chosen.id, before=before, limit=ON_A_PAGE) if chosen else ()
    page = WebhooksPage(listed, EVENTS, chosen, found, found[-1].id if len(found) == ON_A_PAGE else None)
    return render(request, "webhooks.html", Frame(words_for(request)("title_webhooks"), "webhooks"), page)
