"""The lead's page of verdicts that wait to be published, and the one on which two of them are settled."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.calls import Paging
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.console.result_views import PublishingPage, SettlePage
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.results import ReviewId
from api.viewer import CurrentViewer
from models.review import JUDGEMENT_JSON
from models.settings import Settings
from pipeline.results import publishing_results
from pipeline.review import settling
from pipeline.review.settling import Dispute

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 50


@router.get("/publishing")
def publishing(
    request: Request, session: ReadSession, viewer: CurrentViewer, paging: Annotated[Paging, Query()]
) -> HTMLResponse:
    settings: Settings = request.app.state.settings
    after = from_id_cursor("publishing", paging.cursor)
    found = publishing_results.waiting(
        session, viewer, tolerance=settings.double_tolerance, after=after, limit=ON_A_PAGE
    )
    page = PublishingPage(
        found,
        next=next_address(request, to_id_cursor("publishing", found.next)),
        first=next_address(request, "") if paging.cursor else None,
    )
    return render(request, "publishing.html", Frame(words_for(request)("title_publishing"), "publishing"), page)


@router.get("/publishing/{review_id}")
def settle(request: Request, session: ReadSession, viewer: CurrentViewer, review_id: ReviewId) -> HTMLResponse:
    settings: Settings = request.app.state.settings
    dispute = settling.dispute(session, viewer, review_id, tolerance=settings.double_tolerance)
    frame = Frame(words_for(request)("title_settle"), "publishing")
    return render(request, "publishing_settle.html", frame, SettlePage(dispute, _data(dispute)))


def _data(dispute: Dispute) -> dict[str, Any]:
    return {
        "review": dispute.review_id,
        "judgements": [JUDGEMENT_JSON.dump_python(one.judgement, mode="json") for one in dispute.opinions],
    }
