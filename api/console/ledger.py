"""Pages of the ledger: what is proposed and was entered, one agent's, and the ladder of rewards and penalties."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api.console.action_views import LadderPage, LedgersPage
from api.console.actions import teams_for
from api.console.calls import Paging
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.ledger import span_of
from api.viewer import CurrentViewer
from models.person import Right, Viewer
from pipeline.actions import ladder, ledger
from pipeline.actions.proposals import proposals
from pipeline.reports.span import DaySpan
from storage.actions import effects

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 40
MONTHS = 12
"""To choose from."""


class LedgerForm(Paging):
    month: str = Field("", max_length=20)
    team: str = Field("", max_length=200)


@router.get("/ledger")
def all_ledgers(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[LedgerForm, Query()]
) -> HTMLResponse:
    page = _page(request, session, viewer, form, None)
    return render(request, "ledger.html", Frame(words_for(request)("title_ledger"), "ledger"), page)


@router.get("/ledger/{agent_id}")
def one_ledger(
    request: Request,
    session: ReadSession,
    viewer: CurrentViewer,
    agent_id: Annotated[str, Path(max_length=200)],
    form: Annotated[LedgerForm, Query()],
) -> HTMLResponse:
    page = _page(request, session, viewer, form, agent_id)
    title = words_for(request)("title_ledger_of", name=page.agent_name or agent_id)
    return render(request, "ledger.html", Frame(title, "ledger"), page)


@router.get("/ladder")
def the_ladder(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    page = LadderPage(ladder.current(session), ladder.versions(session), viewer.may(Right.REWARD))
    return render(request, "ladder.html", Frame(words_for(request)("title_ladder"), "ledger"), page)


def _page(request: Request, session: Session, viewer: Viewer, form: LedgerForm, agent_id: str | None) -> LedgersPage:
    now = datetime.now(UTC)
    month = span_of(form.month or None, now)
    after = from_id_cursor("ledger", form.cursor)
    team = form.team or None
    found = ledger.listed(session, viewer, team=team, agent_id=agent_id, after=after, limit=ON_A_PAGE)
    may_enter = viewer.may(Right.REWARD)
    proposed = proposals(session, viewer, month, now, team=team) if may_enter else ()
    name = None if agent_id is None else effects.names(session, (agent_id,)).get(agent_id)
    return LedgersPage(
        listed=found,
        standings=ledger.standings(session, viewer, team=team, agent_id=agent_id, first=month.first, last=month.last),
        proposals=tuple(one for one in proposed if agent_id in {None, one.agent_id}),
        kinds=ledger.BY_HAND,
        month=month,
        months=_months(span_of(None, now)),
        team=form.team,
        teams=teams_for(session, viewer),
        agent_id=agent_id,
        agent_name=name,
        may_enter=may_enter,
        next=next_address(request, to_id_cursor("ledger", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )


def _months(newest: DaySpan) -> tuple[str, ...]:
    found = [newest.first]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return tuple(f"{first:%Y-%m}" for first in found)
