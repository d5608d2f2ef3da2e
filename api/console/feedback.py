"""Pages of complaints and praise: the list, with a form to enter one, and one to be tied to its call and decided."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.calls import Paging
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.console.result_views import FeedbackEntryPage, FeedbackListPage
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.feedback import FeedbackId
from api.viewer import CurrentViewer
from models.feedback import FeedbackKind, FeedbackState
from models.person import Right
from pipeline.results import feedback

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 40


class FeedbackForm(Paging):
    show: Literal["open", "stands", "unfounded", "all"] = "open"
    kind: Literal["", "complaint", "praise"] = ""


@router.get("/feedback")
def list_feedback(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[FeedbackForm, Query()]
) -> HTMLResponse:
    found = feedback.list_feedback(
        session,
        viewer,
        state=None if form.show == "all" else FeedbackState(form.show),
        kind=FeedbackKind(form.kind) if form.kind else None,
        after=from_id_cursor("feedback", form.cursor),
        limit=ON_A_PAGE,
    )
    page = FeedbackListPage(
        listed=found,
        shown=form.show,
        kind=form.kind,
        next=next_address(request, to_id_cursor("feedback", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(request, "feedback.html", Frame(words_for(request)("title_feedback"), "feedback"), page)


@router.get("/feedback/{feedback_id}")
def one(request: Request, session: ReadSession, viewer: CurrentViewer, feedback_id: FeedbackId) -> HTMLResponse:
    entry = feedback.find_feedback(session, viewer, feedback_id)
    is_open = entry.state is FeedbackState.OPEN
    found = feedback.candidates(session, viewer, feedback_id) if is_open else ()
    earlier = feedback.earlier_decisions(session, viewer, feedback_id)
    frame = Frame(words_for(request)("title_feedback_one", n=feedback_id), "feedback")
    return render(
        request, "feedback_entry.html", frame, FeedbackEntryPage(entry, found, earlier, viewer.may(Right.JUDGE_APPEALS))
    )
