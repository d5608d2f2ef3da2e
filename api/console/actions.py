"""Pages of corrective actions: the list, a new one, one with all there is about it, and an agent's own."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api.console.action_views import ActionsPage, MyActionsPage, NewActionPage, OneActionPage
from api.console.calls import Paging
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.database import ReadSession
from api.due_cursor import from_due_cursor, to_due_cursor
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.actions import ActionId, Show, filter_of
from api.viewer import CurrentViewer
from models.action import Origin
from models.person import Viewer
from pipeline.actions import grounds, ladder, ledger, listing, opening
from pipeline.actions.grounds import Grounds
from pipeline.actions.held import days_late
from pipeline.actions.items import cards_with_items, item_names
from pipeline.reports.span import span_between, today
from storage.people.team import team_names

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 40
Name = Annotated[str, Field(max_length=200)]


class ActionsForm(Paging):
    show: Show = "undone"
    team: Name = ""
    agent: Name = ""
    mine: bool = False


class NewForm(Paging):
    call: int | None = Field(None, ge=1, lt=2**63)
    feedback: int | None = Field(None, ge=1, lt=2**63)
    team: Name = ""
    agent: Name = ""
    card: Name = ""
    item: Name = ""
    first: date | None = Field(None, alias="from")
    last: date | None = Field(None, alias="to")
    origin: Origin | None = None


@router.get("/actions")
def list_actions(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[ActionsForm, Query()]
) -> HTMLResponse:
    now = datetime.now(UTC)
    owner_id = viewer.user_id if form.mine else None
    wanted = filter_of(form.show, now, team=form.team, agent_id=form.agent, owner_id=owner_id)
    after = from_due_cursor("actions", form.cursor)
    found = listing.listed(session, viewer, wanted, after=after, limit=ON_A_PAGE)
    page = ActionsPage(
        listed=found,
        counts=listing.counts(session, viewer, form.team, now),
        shown=form.show,
        team=form.team,
        agent_id=form.agent,
        mine=form.mine,
        teams=teams_for(session, viewer),
        names=item_names(session, {line.row.card for line in found.lines}),
        today=today(now),
        next=next_address(request, to_due_cursor("actions", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(request, "actions.html", Frame(words_for(request)("title_actions"), "actions"), page)


@router.get("/actions/new")
def new_action(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[NewForm, Query()]
) -> HTMLResponse:
    now = datetime.now(UTC)
    found = _grounds(session, viewer, form, now)
    earlier = None
    if found.agent_id and found.items:
        earlier = opening.earlier_offences(session, found.agent_id, found.card, found.items, now)
    rungs = ladder.current(session).ladder
    page = NewActionPage(
        grounds=found,
        cards=cards_with_items(session),
        teams=teams_for(session, viewer),
        owners=opening.possible_owners(session, found.team),
        owner_id=viewer.user_id,
        earlier=earlier,
        step=None if earlier is None else rungs.step(earlier + 1).name,
        latest=today(now) + opening.FURTHEST,
    )
    return render(request, "actions_new.html", Frame(words_for(request)("title_action_new"), "actions"), page)


@router.get("/actions/{action_id}")
def one_action(request: Request, session: ReadSession, viewer: CurrentViewer, action_id: ActionId) -> HTMLResponse:
    now = datetime.now(UTC)
    one = listing.action_of(session, viewer, action_id, now)
    page = OneActionPage(
        one=one,
        names=item_names(session, {one.row.card}),
        owners=opening.possible_owners(session, one.row.team),
        late=days_late(one.row, now),
        today=today(now),
        latest=today(now) + opening.FURTHEST,
    )
    return render(request, "actions_one.html", Frame(one.row.title, "actions"), page)


@router.get("/my-actions")
def my_actions(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[Paging, Query()]
) -> HTMLResponse:
    day = today(datetime.now(UTC))
    own = listing.own_actions(session, viewer)
    entries = ledger.listed(session, viewer, after=from_id_cursor("ledger", form.cursor), limit=ON_A_PAGE)
    year = ledger.standings(session, viewer, team=None, agent_id=None, first=day.replace(month=1, day=1), last=day)
    page = MyActionsPage(
        own=own,
        names=item_names(session, {one.row.card for one in own}),
        ledger=entries,
        standing=next(iter(year), None),
        year=day.year,
        next=next_address(request, to_id_cursor("ledger", entries.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(request, "my_actions.html", Frame(words_for(request)("title_my_actions"), "my_actions"), page)


def teams_for(session: Session, viewer: Viewer) -> tuple[str, ...]:
    """The teams to choose from: all there are, or a team lead's own."""
    return team_names(session) if viewer.scope.team is None else (viewer.scope.team,)


def _grounds(session: Session, viewer: Viewer, form: NewForm, now: datetime) -> Grounds:
    if form.feedback is not None:
        return grounds.on_feedback(session, viewer, form.feedback, now)
    if form.call is not None:
        return grounds.on_call(session, viewer, form.call, form.item or None, now)
    if form.item or form.agent or form.first:
        span = span_between(form.first, form.last) if form.first and form.last else None
        return grounds.on_figure(
            session,
            viewer,
            team=form.team or None,
            agent_id=form.agent or None,
            card=form.card or None,
            item=form.item or None,
            span=span,
            now=now,
        )
    return grounds.by_hand(viewer, form.team or None, now)
