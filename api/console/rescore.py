"""Pages on which calls are scored again, and two scores of a call stand beside each other."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.calls import CallsForm
from api.console.page import Frame, render, words_for
from api.console.rescore_views import RescoredPiece, RescorePage, choices, scores_page
from api.database import ReadSession
from api.routes import rescore as routes
from api.routes.calls import CallId
from api.routes.rescore import MOST, Rescoring
from api.viewer import CurrentViewer
from models.errors import NotFound
from models.ledger import RecordingState
from models.person import Viewer
from pipeline import browse
from pipeline.browse import CallFilter
from pipeline.learning.in_use import read_choice

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

AT_FIRST = 100
"""Calls taken from a list unless more are asked for."""


class RescoreForm(CallsForm):
    """The list's form, or one call."""

    call: int | None = None
    limit: int = AT_FIRST

    def as_filter(self) -> CallFilter:
        """Of scored calls, unless the list was of others: what was not heard cannot be scored."""
        wanted = CallsForm(**self.model_dump(exclude={"call", "limit"})).as_filter()
        return replace(wanted, state=wanted.state or RecordingState.SCORED)


@router.get("/rescore")
def rescore(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[RescoreForm, Query()]
) -> HTMLResponse:
    limit = max(1, min(form.limit, MOST))
    ids = [form.call] if form.call else routes.calls_like(session, viewer, form.as_filter(), limit)
    settings = request.app.state.settings
    page = RescorePage(
        ids=tuple(ids),
        one=form.call,
        is_limited=form.call is None and len(ids) >= limit,
        packs=choices(session, "pack"),
        scorecards=choices(session, "scorecard"),
        pack=settings.pack,
        scorecard=settings.scorecard,
    )
    frame = Frame(words_for(request)("title_rescore"), "calls", browse.queue_size(session, viewer))
    return render(request, "rescore.html", frame, page)


@router.post("/rescore")
def score_again(request: Request, session: ReadSession, viewer: CurrentViewer, asked: Rescoring) -> HTMLResponse:
    """The piece of the page that shows old and new totals; stored unless it is a preview."""
    pack, card = routes.versions_asked(session, request.app.state.settings, asked)
    done = routes.rescored(
        request,
        viewer,
        routes.wanted_calls(session, viewer, asked),
        pack,
        card,
        preview=asked.preview,
        choice=read_choice(asked.classifier),
    )
    files = {one.call_id: _file(session, viewer, one.call_id) for one in done}
    piece = RescoredPiece(done, files, pack, card, is_stored=not asked.preview)
    return render(request, "rescored.html", Frame("", "calls"), piece)


@router.get("/calls/{call_id}/scores")
def scores(
    request: Request,
    session: ReadSession,
    viewer: CurrentViewer,
    *,
    call_id: CallId,
    old: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    new: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> HTMLResponse:
    """Two scores of a call, item by item; the newest two unless others are asked for."""
    page = scores_page(session, viewer, call_id, old, new)
    frame = Frame(words_for(request)("title_scores"), "calls", browse.queue_size(session, viewer))
    return render(request, "scores.html", frame, page)


def _file(session: ReadSession, viewer: Viewer, call_id: int) -> str:
    try:
        return browse.find_call(session, viewer, call_id).summary.file
    except NotFound:
        return str(call_id)
