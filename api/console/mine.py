"""An agent's pages: the own results, and one of them. Team leads and those who oversee see single ones too."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.calls import Paging
from api.console.chart import weekly_chart
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.console.result_views import MinePage, result_view
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.calls import CallId
from api.viewer import CurrentViewer
from models.person import UserRole, Viewer
from models.settings import Settings
from pipeline import browse
from pipeline.results import own_results
from pipeline.results.result_page import result

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 30


@router.get("/mine")
def mine(
    request: Request, session: ReadSession, viewer: CurrentViewer, paging: Annotated[Paging, Query()]
) -> HTMLResponse:
    settings: Settings = request.app.state.settings
    now, after = datetime.now(UTC), from_id_cursor("mine", paging.cursor)
    found = own_results.own_results(
        session, viewer, now, appeal_days=settings.appeal_days, after=after, limit=ON_A_PAGE
    )
    overview = own_results.overview(session, viewer, now)
    page = MinePage(
        found,
        overview,
        weekly_chart(overview.weeks),
        next=next_address(request, to_id_cursor("mine", found.next)),
        first=next_address(request, "") if paging.cursor else None,
    )
    return render(request, "mine.html", Frame(words_for(request)("title_mine"), "mine"), page)


@router.get("/mine/{call_id}")
def own_result(request: Request, session: ReadSession, viewer: CurrentViewer, call_id: CallId) -> HTMLResponse:
    return _result(request, session, viewer, call_id, f"/v1/mine/{call_id}")


@router.get("/results/{call_id}")
def team_result(request: Request, session: ReadSession, viewer: CurrentViewer, call_id: CallId) -> HTMLResponse:
    """The same page for a team lead, and for those who oversee all teams."""
    return _result(request, session, viewer, call_id, f"/v1/calls/{call_id}")


def _result(request: Request, session: ReadSession, viewer: Viewer, call_id: int, sound: str) -> HTMLResponse:
    settings: Settings = request.app.state.settings
    page = result(
        session,
        viewer,
        call_id,
        datetime.now(UTC),
        appeal_days=settings.appeal_days,
        hide_reviewers=settings.hide_reviewers,
    )
    view = result_view(
        page,
        browse.find_call(session, viewer, call_id),
        browse.find_transcript(session, viewer, call_id),
        audio=sound,
        own=viewer.role is UserRole.AGENT,
        may_appeal=viewer.role in {UserRole.AGENT, UserRole.TEAM_LEAD} and page.refusal is None,
    )
    section = "mine" if viewer.role is UserRole.AGENT else "team"
    return render(request, "mine_call.html", Frame(words_for(request)("title_result"), section), view)
