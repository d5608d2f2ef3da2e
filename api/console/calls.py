"""The pages: list of calls, queue, quarantine, one call."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, field_validator

from api.console.choices import choices
from api.console.page import Frame, onward, render, words_for
from api.console.session import home
from api.console.views import CallsPage, QueuePage, call_page
from api.cursor import from_cursor, to_cursor
from api.database import ReadSession
from api.queries import Review, Text, Total, review_states
from api.routes.calls import CallId
from api.viewer import CurrentViewer
from models.call import Direction
from models.clock import day_begins, day_ends
from models.ledger import RecordingState
from models.person import Right, Viewer
from pipeline import browse
from pipeline.browse import CallFilter, DayOf, Days, Order
from pipeline.results.feedback import about_call
from pipeline.results.own_results import published_result
from pipeline.review.waiting import waiting

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
    fatal: bool | None = None
    review: Review | None = None
    overdue: bool | None = None
    reason: Text = None
    day_of: DayOf | None = None
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
        start = None if self.from_day is None else day_begins(self.from_day)
        end = None if self.to_day is None else day_ends(self.to_day)
        started = self.day_of is None
        return CallFilter(
            **self.model_dump(exclude={"review", "overdue", "day_of", "from_day", "to_day", "sort", "cursor"}),
            review=review_states(self.review),
            overdue_at=datetime.now(UTC) if self.overdue else None,
            started_from=start if started else None,
            started_to=end if started else None,
            days=None if self.day_of is None else Days(self.day_of, start, end),
        )

    def asked(self) -> dict[str, str]:
        values = self.model_dump(mode="json", exclude={"cursor"})
        return {name: "" if value is None else _as_option(value) for name, value in values.items()}


class Paging(BaseModel):
    cursor: Text = None


@router.get("/")
def calls(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[CallsForm, Query()]
) -> Response:
    """The list of calls; who may not see it is sent to where they begin."""
    if not viewer.may(Right.READ_CALLS):
        return RedirectResponse(home(viewer), 303)
    after = from_cursor(form.sort, form.cursor)
    found = browse.list_calls(session, viewer, form.as_filter(), form.sort, after=after, limit=ON_A_PAGE)
    page = CallsPage(
        calls=found.calls,
        choices=choices(request, session, viewer),
        asked=form.asked(),
        next=onward(request, to_cursor(form.sort, found.next)),
        first=onward(request, "") if form.cursor else None,
    )
    return render(request, "calls.html", _frame(request, session, viewer, "calls"), page)


@router.get("/queue")
def queue(
    request: Request, session: ReadSession, viewer: CurrentViewer, paging: Annotated[Paging, Query()]
) -> HTMLResponse:
    found = browse.queue(session, viewer, CallFilter(), after=from_cursor(Order.QUEUED, paging.cursor), limit=ON_A_PAGE)
    page = QueuePage(
        found.calls,
        next=onward(request, to_cursor(Order.QUEUED, found.next)),
        first=onward(request, "") if paging.cursor else None,
        waiting=waiting(session, [call.id for call in found.calls], datetime.now(UTC)),
    )
    return render(request, "queue.html", _frame(request, session, viewer, "queue"), page)


@router.get("/quarantine")
def quarantine(
    request: Request, session: ReadSession, viewer: CurrentViewer, paging: Annotated[Paging, Query()]
) -> HTMLResponse:
    found = browse.quarantine(session, viewer, after=from_cursor(Order.RECEIVED, paging.cursor), limit=ON_A_PAGE)
    page = QueuePage(
        found.calls,
        next=onward(request, to_cursor(Order.RECEIVED, found.next)),
        first=onward(request, "") if paging.cursor else None,
    )
    return render(request, "quarantine.html", _frame(request, session, viewer, "quarantine"), page)


@router.get("/calls/{call_id}")
def call(request: Request, session: ReadSession, viewer: CurrentViewer, call_id: CallId) -> HTMLResponse:
    found = browse.find_call(session, viewer, call_id)
    scores = browse.find_scores(session, viewer, call_id)
    page = call_page(
        found, browse.find_transcript(session, viewer, call_id), scores, browse.find_findings(session, scores)
    )
    if not found.summary.hidden:
        said = about_call(session, call_id, standing=not viewer.may(Right.FEEDBACK))
        page = replace(page, result=published_result(session, viewer, call_id), feedback=said)
    frame = Frame(found.summary.file, "call", browse.queue_size(session, viewer))
    return render(request, "call.html", frame, page)


def _frame(request: Request, session: ReadSession, viewer: Viewer, section: str) -> Frame:
    return Frame(words_for(request)(f"title_{section}"), section, browse.queue_size(session, viewer))


def _as_option(value: str | float | bool) -> str:  # noqa: FBT001  (a value of the form, not a switch)
    return str(value).lower() if isinstance(value, bool) else str(value)
