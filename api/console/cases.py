"""Pages of the case library: the list, what was suggested, one case, and making or editing one."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field, field_validator
from sqlalchemy.orm import Session

from api.console.calls import Paging
from api.console.case_views import (
    CasesPage,
    Choices,
    EditPage,
    OneCasePage,
    SuggestedPage,
    shown_turns,
)
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.queries import Text, Total
from api.routes.cases import CaseId
from api.viewer import CurrentViewer
from models.case import CaseKind, CaseState, PersonalKind
from models.person import Right, Viewer
from pipeline import browse
from pipeline.cases.library import CaseFilter, case_of, check_editor, count_cases, find_cases, lines_of
from pipeline.cases.masking import CaseCall, HandMask, case_call, stretch
from pipeline.people.visibility import check_call, check_machine, limits
from storage.cases import cases as store
from storage.people.audit import all_done_to

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 30
GOOD = 80
"""A call below it is more likely to be shown for what went wrong in it."""

AROUND = 2
"""Turns before and after the one a new case is made from."""

Show = Literal["published", "draft", "withdrawn", "dismissed", "all"]


class CasesForm(Paging):
    show: Show = "published"
    text: Text = None
    kind: CaseKind | None = None
    item: Text = None
    call_type: Text = None
    team: Text = None
    tag: Text = None
    difficulty: int | None = Field(None, ge=1, le=3)
    agent_id: Text = None
    min_total: Total = None
    max_total: Total = None
    flagged: bool | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _empty_asks_nothing(cls, value: Any) -> Any:
        return None if value == "" else value

    def as_filter(self) -> CaseFilter:
        own = self.model_dump(exclude={"show", "cursor", "kind", "flagged"})
        states = tuple(state.value for state in CaseState if state is not CaseState.SUGGESTED)
        return CaseFilter(
            **own,
            kind=None if self.kind is None else self.kind.value,
            flagged=bool(self.flagged),
            states=states if self.show == "all" else (self.show,),
        )

    def asked(self) -> dict[str, str]:
        values = self.model_dump(mode="json", exclude={"cursor"})
        return {name: "" if value is None else str(value).lower() for name, value in values.items()}


class SuggestedForm(Paging):
    month: date | None = None
    kind: CaseKind | Literal["all"] = "all"

    @field_validator("month", mode="before")
    @classmethod
    def _empty_asks_nothing(cls, value: Any) -> Any:
        return None if value == "" else value


class NewForm(Paging):
    call: int = Field(ge=1, lt=2**63)
    turn: int | None = Field(None, ge=0, lt=2**31)
    item: Text = None


@router.get("/cases")
def list_cases(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[CasesForm, Query()]
) -> HTMLResponse:
    wanted = form.as_filter()
    may_edit = viewer.may(Right.EDIT_CASES)
    found = find_cases(session, viewer, wanted, after=from_id_cursor("cases", form.cursor), limit=ON_A_PAGE)
    page = CasesPage(
        listed=found,
        asked=form.asked(),
        choices=_choices(session, viewer),
        shown=form.show,
        counts=_counts(session, viewer) if may_edit else {},
        may_edit=may_edit,
        next=next_address(request, to_id_cursor("cases", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(request, "cases.html", Frame(words_for(request)("title_cases"), "cases"), page)


@router.get("/cases/suggested")
def suggested(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[SuggestedForm, Query()]
) -> HTMLResponse:
    months = store.months(session)
    month = form.month or next(iter(months), None)
    kind = None if form.kind == "all" else form.kind.value
    wanted = CaseFilter(states=(CaseState.SUGGESTED.value,), month=month, kind=kind, heads_only=True)
    found = find_cases(session, viewer, wanted, after=from_id_cursor("suggested", form.cursor), limit=ON_A_PAGE)
    page = SuggestedPage(
        listed=found,
        month=month,
        months=months,
        kind=kind or "all",
        next=next_address(request, to_id_cursor("suggested", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(request, "cases_suggested.html", Frame(words_for(request)("title_cases_suggested"), "cases"), page)


@router.get("/cases/new")
def new_case(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[NewForm, Query()]
) -> HTMLResponse:
    check_editor(viewer)
    check_call(session, viewer, form.call)
    check_machine(session, viewer, (form.call,))
    call = case_call(session, form.call)
    last = len(call.heard.turns) - 1
    first, stop = 0, last
    if form.turn is not None and form.turn <= last:
        first, stop = max(0, form.turn - AROUND), min(last, form.turn + AROUND)
    about = next((item for item in call.items if item.id == form.item), None)
    low = call.total is not None and call.total < GOOD
    failing = about is not None or low or any(item.fatal for item in call.items)
    page = EditPage(
        call=browse.find_call(session, viewer, form.call),
        case=None,
        turns=shown_turns(stretch(call, None, None).turns),
        first_turn=first,
        last_turn=stop,
        items=_items(call),
        chosen=frozenset() if about is None else frozenset({about.id}),
        tags=store.known_tags(session, tuple(CaseState))[:40],
        kind=(CaseKind.FAILING if failing else CaseKind.EXCELLENT).value,
        title="" if about is None else about.name,
        sound=f"/v1/calls/{form.call}/audio",
        offset=0.0,
        revision=None,
    )
    return render(request, "cases_edit.html", Frame(words_for(request)("case_new"), "cases"), page)


@router.get("/cases/{case_id}")
def one_case(request: Request, session: ReadSession, viewer: CurrentViewer, case_id: CaseId) -> HTMLResponse:
    case = case_of(session, viewer, case_id)
    head = case.alike or case_id
    told = tuple(limits(viewer, by_machine=True))
    rows = store.alike(session, (head,), told).get(head, []) if case.may_edit else []
    others = lines_of(session, [row for row in rows if row.id != case_id])
    page = OneCasePage(
        case=case,
        turns=shown_turns(case.turns),
        alike=tuple(others.values()),
        history=all_done_to(session, "case", case_id) if case.may_edit else (),
    )
    return render(request, "case.html", Frame(case.line.title, "case"), page)


@router.get("/cases/{case_id}/edit")
def edit_case(request: Request, session: ReadSession, viewer: CurrentViewer, case_id: CaseId) -> HTMLResponse:
    check_editor(viewer)
    case = case_of(session, viewer, case_id)
    row = store.case(session, case_id)
    call = case_call(session, row.call_id, row.transcript_id)
    by_hand = [
        HandMask(turn.index, part.begin, part.end)
        for turn in case.turns
        for part in turn.masked
        if part.kind is PersonalKind.OTHER
    ]
    page = EditPage(
        call=browse.find_call(session, viewer, row.call_id),
        case=case,
        turns=shown_turns(stretch(call, None, None, by_hand=by_hand).turns),
        first_turn=case.first_turn,
        last_turn=case.last_turn,
        items=_items(call),
        chosen=frozenset(item for item, _ in case.line.items),
        tags=store.known_tags(session, tuple(CaseState))[:40],
        kind=case.line.kind.value,
        title=case.line.title,
        sound=f"/v1/calls/{row.call_id}/audio",
        offset=0.0,
        revision=case.line.revision,
    )
    return render(request, "cases_edit.html", Frame(words_for(request)("case_edit"), "cases"), page)


def _items(call: CaseCall) -> tuple[Any, ...]:
    """Those that lost or won points first."""
    return tuple(sorted(call.items, key=lambda item: (not item.fatal, -item.cost, -item.won)))


def _choices(session: Session, viewer: Viewer) -> Choices:
    states = tuple(CaseState) if viewer.may(Right.EDIT_CASES) else (CaseState.PUBLISHED,)
    named = [state.value for state in states]
    return Choices(
        items=store.known_items(session, named),
        types=store.known_values(session, "call_type", named),
        teams=[viewer.scope.team] if viewer.scope.team else store.known_values(session, "team", named),
        tags=store.known_tags(session, named)[:60],
    )


def _counts(session: Session, viewer: Viewer) -> dict[str, int]:
    """How many wait in each drawer, and how many to look at again."""
    drawers = ("suggested", "draft", "published")
    counts = {state: count_cases(session, viewer, CaseFilter(states=(state,))) for state in drawers}
    open_states = ("draft", "published")
    return counts | {"flagged": count_cases(session, viewer, CaseFilter(states=open_states, flagged=True))}
