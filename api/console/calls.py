"""The pages: list of calls, queue, quarantine, one call."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, field_validator

from api.console.page import Frame, render, words_for
from api.console.views import CallsPage, QueuePage, call_page
from api.cursor import from_cursor, to_cursor
from api.database import ReadSession
from api.queries import Text, Total
from api.routes.calls import CallId
from models.call import Direction
from models.clock import CHINA_TIME
from models.ledger import RecordingState
from pipeline import browse
from pipeline.browse import CallFilter, Order

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 50


class CallsForm(BaseModel):
    """The list's form; a field left empty asks nothing."""

    text: Text = None
    agent_id: Text = None
    team: Text = None
    call_type: Text = None
    direction: Direction | None = None
    grade: Text = None
    rule: Text = None
    state: RecordingState | None = None
    queued: bool | None = None
    min_total: Total = None
    max_total: Total = None
    from_day: date | None = None
    to_day: date | None = None
    sort: Order = Order.NEWEST
    cursor: Text = None

    @field_validator("*", mode="before")
    @classmethod
    def _empty_asks_nothing(cls, value: Any) -> Any:
        return None if value == "" else value

    @field_validator("sort", mode="before")
    @classmethod
    def _sorted_by_default(cls, value: Any) -> Any:
        return value or Order.NEWEST

    def as_filter(self) -> CallFilter:
        return CallFilter(
            **self.model_dump(exclude={"from_day", "to_day", "sort", "cursor"}),
            started_from=None if self.from_day is None else _midnight(self.from_day),
            started_to=None if self.to_day is None else _midnight(self.to_day + timedelta(days=1)),
        )

    def asked(self) -> dict[str, str]:
        values = self.model_dump(mode="json", exclude={"cursor"})
        return {name: "" if value is None else _as_option(value) for name, value in values.items()}


class Paging(BaseModel):
    cursor: Text = None


@router.get("/")
def calls(request: Request, session: ReadSession, form: Annotated[CallsForm, Query()]) -> HTMLResponse:
    after = from_cursor(form.sort, form.cursor)
    found = browse.list_calls(session, form.as_filter(), form.sort, after=after, limit=ON_A_PAGE)
    page = CallsPage(
        calls=found.calls,
        choices=browse.seen_lately(session),
        asked=form.asked(),
        next=_address(request, to_cursor(form.sort, found.next)),
        first=_address(request, "") if form.cursor else None,
    )
    return render(request, "calls.html", _frame(request, session, "calls"), page)


@router.get("/queue")
def queue(request: Request, session: ReadSession, paging: Annotated[Paging, Query()]) -> HTMLResponse:
    found = browse.queue(session, CallFilter(), after=from_cursor(Order.QUEUED, paging.cursor), limit=ON_A_PAGE)
    page = QueuePage(
        found.calls,
        next=_address(request, to_cursor(Order.QUEUED, found.next)),
        first=_address(request, "") if paging.cursor else None,
    )
    return render(request, "queue.html", _frame(request, session, "queue"), page)


@router.get("/quarantine")
def quarantine(request: Request, session: ReadSession, paging: Annotated[Paging, Query()]) -> HTMLResponse:
    found = browse.quarantine(session, after=from_cursor(Order.RECEIVED, paging.cursor), limit=ON_A_PAGE)
    page = QueuePage(
        found.calls,
        next=_address(request, to_cursor(Order.RECEIVED, found.next)),
        first=_address(request, "") if paging.cursor else None,
    )
    return render(request, "quarantine.html", _frame(request, session, "quarantine"), page)


@router.get("/calls/{call_id}")
def call(request: Request, session: ReadSession, call_id: CallId) -> HTMLResponse:
    found = browse.find_call(session, call_id)
    scores = browse.find_scores(session, call_id)
    page = call_page(found, browse.find_transcript(session, call_id), scores, browse.find_findings(session, scores))
    frame = Frame(found.summary.file, "call", browse.queue_size(session))
    return render(request, "call.html", frame, page)


def _frame(request: Request, session: ReadSession, section: str) -> Frame:
    return Frame(words_for(request)(f"title_{section}"), section, browse.queue_size(session))


def _address(request: Request, cursor: str | None) -> str | None:
    """This page's address at another cursor; None without one."""
    if cursor is None:
        return None
    kept = [(name, value) for name, value in request.query_params.items() if name not in {"cursor", "lang"} and value]
    return "?" + urlencode([*kept, *([("cursor", cursor)] if cursor else [])])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA_TIME)


def _as_option(value: str | float | bool) -> str:  # noqa: FBT001  (a value of the form, not a switch)
    return str(value).lower() if isinstance(value, bool) else str(value)
