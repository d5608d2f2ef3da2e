"""Pages of review meetings: the list, and one with its agenda, decisions and minutes."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.console.action_views import MeetingsPage, OneMeetingPage
from api.console.actions import teams_for
from api.console.calls import Paging
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.database import ReadSession
from api.due_cursor import from_due_cursor, to_due_cursor
from api.routes.meetings import MeetingId
from api.viewer import CurrentViewer
from pipeline.actions import meetings, opening
from pipeline.actions.grounds import DUE
from pipeline.actions.items import cards_with_items
from pipeline.reports.span import today

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 40
SOON = timedelta(days=1)


class MeetingsForm(Paging):
    team: str = Field("", max_length=200)


@router.get("/meetings")
def list_meetings(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[MeetingsForm, Query()]
) -> HTMLResponse:
    after = from_due_cursor("meetings", form.cursor)
    found = meetings.listed(session, viewer, team=form.team or None, after=after, limit=ON_A_PAGE)
    page = MeetingsPage(
        listed=found,
        teams=teams_for(session, viewer),
        team=form.team,
        today=today(datetime.now(UTC)) + SOON,
        next=next_address(request, to_due_cursor("meetings", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(request, "meetings.html", Frame(words_for(request)("title_meetings"), "meetings"), page)


@router.get("/meetings/{meeting_id}")
def one_meeting(request: Request, session: ReadSession, viewer: CurrentViewer, meeting_id: MeetingId) -> HTMLResponse:
    now = datetime.now(UTC)
    meeting = meetings.meeting_of(session, viewer, meeting_id)
    page = OneMeetingPage(
        meeting=meeting,
        cards=cards_with_items(session),
        teams=teams_for(session, viewer),
        owners=opening.possible_owners(session, meeting.row.team or None),
        due_on=today(now) + DUE,
        latest=today(now) + opening.FURTHEST,
        now=now,
    )
    return render(request, "meetings_one.html", Frame(meeting.row.title, "meetings"), page)
