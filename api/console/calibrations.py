"""Pages of calibration sessions: the list, a new one, and one from its hearings to its references."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy.orm import Session

from api.console.calibration_views import (
    CallView,
    CardChoice,
    NewSession,
    OneSession,
    Person,
    SessionsPage,
    lines_of,
)
from api.console.calls import Paging
from api.console.marks import marked_turns
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.console.review_views import script_data
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.calibrations import CalibrationId, states_of
from api.viewer import CurrentViewer
from models.person import Right, Viewer
from pipeline import browse
from pipeline.calibration import discussion, sessions, standard_changes
from pipeline.calibration.standing import Standing, among, deviations, standing
from pipeline.calibration.suggestions import suggest
from pipeline.calibration.table import call_table
from pipeline.review.heard import card_by_id
from pipeline.rulebook.version import title_of
from storage.calibration import candidates
from storage.calibration.members import could_take_part

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 40
MOST_CHANGES = 100
"""Changes a session's page shows; the list of all has the rest."""


class SessionsForm(Paging):
    show: Literal["going", "closed", "cancelled", "all"] = "going"


class NewForm(Paging):
    card: str = Field("", max_length=200)
    call_type: str = Field("", max_length=200)
    members: list[int] = Field([], max_length=200)


class SessionForm(Paging):
    call: int | None = Field(None, ge=1, lt=2**63)


@router.get("/calibrations")
def list_sessions(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[SessionsForm, Query()]
) -> HTMLResponse:
    asked = None if form.show == "all" else form.show
    after = from_id_cursor("calibrations", form.cursor)
    found = sessions.listed(session, viewer, states=states_of(asked), after=after, limit=ON_A_PAGE)
    page = SessionsPage(
        listed=found,
        titles={one.name: one.title for one in card_choices(session)},
        shown=form.show,
        may_run=viewer.may(Right.CALIBRATE),
        now=datetime.now(UTC),
        next=next_address(request, to_id_cursor("calibrations", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(request, "calibrations.html", Frame(words_for(request)("title_calibrations"), "calibrations"), page)


@router.get("/calibrations/new")
def new_session(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[NewForm, Query()]
) -> HTMLResponse:
    cards = card_choices(session)
    card = next((one.name for one in cards if form.card in ("", one.name)), None)
    kinds = () if card is None else candidates.call_types(session, card)
    kind = form.call_type if form.call_type in kinds else next(iter(kinds), None)
    members = frozenset(form.members)
    page = NewSession(
        cards=cards,
        card=card,
        call_types=kinds,
        call_type=kind,
        people=_people(session),
        chosen=members,
        suggestions=() if card is None else suggest(session, viewer, card, kind, members=members),
        least_calls=sessions.LEAST_CALLS,
    )
    frame = Frame(words_for(request)("title_calibration_new"), "calibrations")
    return render(request, "calibration_new.html", frame, page)


@router.get("/calibrations/{calibration_id}")
def one_session(
    request: Request,
    session: ReadSession,
    viewer: CurrentViewer,
    calibration_id: CalibrationId,
    form: Annotated[SessionForm, Query()],
) -> HTMLResponse:
    found = standing(session, viewer, calibration_id)
    is_open = found.is_open
    notes = discussion.notes_of(session, viewer, calibration_id) if is_open else ()
    changes = standard_changes.listed(session, calibration_id=calibration_id, after=None, limit=MOST_CHANGES)
    runs = viewer.may(Right.CALIBRATE)
    page = OneSession(
        standing=found,
        runs=runs,
        now=datetime.now(UTC),
        grid={(one.user_id, one.call_id): one for one in found.hearings},
        people=_people(session) if runs and not is_open else (),
        call=_call_view(request, session, viewer, found, form.call) if is_open else None,
        deviations=deviations(session, viewer, calibration_id) if is_open else (),
        among=among(session, viewer, calibration_id) if is_open else None,
        notes=tuple(note for note in notes if note.call_id is None),
        changes=changes.changes if is_open else (),
        item_names={item.id: item.name for item in card_by_id(session, found.row.scorecard_id).items},
    )
    return render(request, "calibration.html", Frame(found.row.title, "calibrations"), page)


def card_choices(session: Session) -> tuple[CardChoice, ...]:
    """The newest version in force of each card that judged calls."""
    found: dict[str, CardChoice] = {}
    for row in sessions.cards(session):
        if row.name not in found:
            found[row.name] = CardChoice(row.name, title_of(row.body) or row.name, row.version)
    return tuple(found.values())


def _call_view(request: Request, session: Session, viewer: Viewer, found: Standing, asked: int | None) -> CallView:
    """The call that was asked for; else the first without a reference, or the first."""
    ids = [one.call.id for one in found.calls]
    waiting = [one.call.id for one in found.calls if not one.agreed]
    call_id = asked if asked in ids else next(iter(waiting or ids))
    table = call_table(session, viewer, found.row.id, call_id)
    notes = tuple(one for one in discussion.notes_of(session, viewer, found.row.id) if one.call_id == call_id)
    lines, verdicts = lines_of(table, notes)
    transcript = browse.find_transcript(session, viewer, call_id)
    player = script_data(table.call, transcript, table.card, (), words_for(request))
    return CallView(
        table=table,
        apart=tuple(line for line in lines if line.row.differs or line.row.machine_differs or line.current is None),
        folded=tuple(
            line for line in lines if not (line.row.differs or line.row.machine_differs or line.current is None)
        ),
        notes=tuple(note for note in notes if note.item is None),
        turns=marked_turns(() if transcript is None else transcript.turns, ()),
        player=player,
        data={"verdicts": verdicts, "order": [item.id for item in table.card.items]},
    )


def _people(session: Session) -> tuple[Person, ...]:
    return tuple(Person(one.id, one.name, one.role, one.team) for one in could_take_part(session))
