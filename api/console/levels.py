"""The page of the levels: how much the machine decides about each item, and what is missing to let it do more."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.console.level_views import LevelsPage
from api.console.page import Frame, render, words_for
from api.database import ReadSession
from api.routes.levels import bars
from pipeline.learning import levels

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/levels")
def levels_page(request: Request, session: ReadSession) -> HTMLResponse:
    known = bars(request)
    found = levels.all_levels(session, known, datetime.now(UTC))
    return render(request, "levels.html", Frame(words_for(request)("title_levels"), "levels"), LevelsPage(found, known))
