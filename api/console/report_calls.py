"""The page of the calls behind a figure of a report."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.page import Frame, onward, render, words_for
from api.database import ReadSession
from api.reports import words as report_words
from api.reports.queries import Asked, CallsQuery, from_place_cursor, to_place_cursor
from api.viewer import CurrentViewer
from models.facts import CRITICAL_BITS
from models.person import Right
from pipeline.reports.drill import By, Drill, drill

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class CallsPage:
    """`item` is the error item they are listed for, if they are."""

    asked: Asked
    query: CallsQuery
    found: Drill
    what: str
    period: str
    whose: str
    item: str | None
    makes_cases: bool
    opens_actions: bool
    next: str | None
    first: str | None

    @staticmethod
    def criticals(bits: int | None) -> list[str]:
        """Names of the classes of critical errors a call has."""
        return [name for name, bit in CRITICAL_BITS.items() if (bits or 0) & bit]

    def other_say(self) -> str:
        """The same list by the other one's say."""
        other: By = "people" if self.query.by == "machine" else "machine"
        return self.asked.calls(self.query.what, other)

    def file(self, format_: str) -> str:
        return self.asked.on("/v1/reports/calls", what=self.query.what, by=self.query.by, format=format_)


@router.get("/reports/calls")
def calls_page(
    request: Request, session: ReadSession, viewer: CurrentViewer, query: Annotated[CallsQuery, Query()]
) -> HTMLResponse:
    t = words_for(request)
    asked = query.asked(viewer, datetime.now(UTC))
    found = drill(
        session,
        viewer,
        asked.span,
        asked.who,
        query.what,
        query.by,
        after=from_place_cursor(query.cursor),
        limit=query.limit,
    )
    page = CallsPage(
        asked=asked,
        query=query,
        found=found,
        what=report_words.figure(query.what, query.by, t, session),
        period=report_words.period(asked, t),
        whose=report_words.whose(asked, t, next((line.agent_name for line in found.lines), None)),
        item=query.what.split(":", 2)[2] if query.what.startswith("error:") else None,
        makes_cases=viewer.may(Right.EDIT_CASES),
        opens_actions=viewer.may(Right.CORRECT),
        next=onward(request, to_place_cursor(found.after)),
        first=onward(request, "") if query.cursor else None,
    )
    return render(request, "reports_calls.html", Frame(page.what, "reports"), page)
