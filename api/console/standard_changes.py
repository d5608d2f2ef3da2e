"""The page of changes to the standard that were asked for."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session

from api.console.calibration_views import ChangesPage
from api.console.calibrations import card_choices
from api.console.calls import Paging
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.viewer import CurrentViewer
from models.person import Right
from models.tables import StandardChangeRow
from pipeline.calibration import standard_changes
from scoring.scorecard import parse_scorecard
from storage.rulebook.definitions import stored_versions

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 40


class ChangesForm(Paging):
    show: Literal["open", "accepted", "declined", "all"] = "open"


@router.get("/standard-changes")
def list_changes(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[ChangesForm, Query()]
) -> HTMLResponse:
    found = standard_changes.listed(
        session,
        state=None if form.show == "all" else form.show,
        after=from_id_cursor("standard-changes", form.cursor),
        limit=ON_A_PAGE,
    )
    cards = card_choices(session)
    page = ChangesPage(
        listed=found,
        counts=standard_changes.counts(session),
        shown=form.show,
        may_decide=viewer.may(Right.CALIBRATE),
        cards=cards,
        titles={one.name: one.title for one in cards},
        item_names=_item_names(session, found.changes),
        next=next_address(request, to_id_cursor("standard-changes", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    frame = Frame(words_for(request)("title_standard_changes"), "standard_changes")
    return render(request, "standard_changes.html", frame, page)


def _item_names(session: Session, changes: tuple[StandardChangeRow, ...]) -> dict[tuple[str, str], str]:
    """By card and item; of several versions the newest says how an item is called."""
    return {
        (card, item.id): item.name
        for card in {one.card for one in changes}
        for row in reversed(stored_versions(session, "scorecard", card))
        for item in parse_scorecard(row.body).items
    }
