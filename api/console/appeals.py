"""The lead's pages of appeals: the list with how often they are right, and one to be decided."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.calls import Paging
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.console.result_views import AppealsPage, CasePage
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.appeals import AppealId
from api.viewer import CurrentViewer
from models.appeal import AppealState
from pipeline.results import appealing
from pipeline.results.appeal_case import appeal_case, overturn_rates

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 40
Shown = Literal["open", "overdue", "upheld", "overturned", "withdrawn", "all"]


class AppealsForm(Paging):
    show: Shown = "open"


@router.get("/appeals")
def appeals(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[AppealsForm, Query()]
) -> HTMLResponse:
    now = datetime.now(UTC)
    found = appealing.list_appeals(
        session,
        viewer,
        now,
        state=None if form.show in {"all", "overdue"} else AppealState(form.show),
        overdue=form.show == "overdue",
        after=from_id_cursor("appeals", form.cursor),
        limit=ON_A_PAGE,
    )
    page = AppealsPage(
        listed=found,
        counts=appealing.count_appeals(session, viewer, now),
        rates=overturn_rates(session),
        shown=form.show,
        next=next_address(request, to_id_cursor("appeals", found.next)),
        first=next_address(request, "") if form.cursor else None,
        now=now,
    )
    return render(request, "appeals.html", Frame(words_for(request)("title_appeals"), "appeals"), page)


@router.get("/appeals/{appeal_id}")
def one_appeal(request: Request, session: ReadSession, viewer: CurrentViewer, appeal_id: AppealId) -> HTMLResponse:
    case = appeal_case(session, viewer, appeal_id, datetime.now(UTC))
    frame = Frame(words_for(request)("title_appeal", n=appeal_id), "appeals")
    return render(request, "appeals_case.html", frame, CasePage(case))
