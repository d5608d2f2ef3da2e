"""Calibration sessions: made, heard by each alone, talked over, closed."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from api.calibration_answers import (
    AmongAnswer,
    CalibrationAnswer,
    CalibrationItem,
    CalibrationList,
    CallTableAnswer,
    DeviationAnswer,
    FiguresAnswer,
    NoteAnswer,
    SuggestionAnswer,
)
from api.database import ReadSession, WriteSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.language import ReaderLanguage
from api.problems import declared
from api.queries import PageQuery
from api.revision import ExpectedRevision, tag
from api.routes.calls import CallId
from api.routes.results import AnId, Asked, Moment
from api.viewer import CurrentViewer
from models.calibration import CalibrationState
from models.clock import CHINA_TIME
from models.review import Judgement
from pipeline.calibration import course, discussion, reference, sessions
from pipeline.calibration.standing import among, deviations, standing
from pipeline.calibration.suggestions import SUGGESTED, suggest
from pipeline.calibration.table import call_table

router = APIRouter(prefix="/v1/calibrations", tags=["calibrations"], responses=declared(401, 403, 404, 409, 422, 503))

CalibrationId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the session.")]
Calls = Annotated[list[AnId], Field(max_length=100, description="Numbers of calls, all of one type; at least three.")]
Members = Annotated[list[AnId], Field(max_length=200, description="Users who hear every call; at least two.")]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Said = Annotated[str, Field(min_length=1, max_length=discussion.LONGEST)]


class Making(Asked):
    title: Title
    card: Name = Field(description="Name of the scorecard all judge by.")
    version: int | None = Field(None, ge=1, lt=2**31, description="Its version; else the newest that judged calls.")
    calls: Calls
    members: Members
    due_at: Moment | None = Field(None, description="Until when to hear them. A time without a zone is China's.")


class Editing(Asked):
    title: Title
    due_at: Moment | None = None


class Choosing(Asked):
    calls: Calls


class Seating(Asked):
    members: Members


class Talking(Asked):
    without: Members = Field(default=[], description="Exactly those whose verdicts are missing and not waited for.")


class Cancelling(Asked):
    why: Annotated[str, Field(min_length=1, max_length=500)]


class Noting(Asked):
    text: Said
    call: AnId | None = Field(None, description="The call it is about; else the session.")
    item: Name | None = Field(None, description="The item of that call.")


class SessionsQuery(PageQuery):
    state: CalibrationState | Literal["going"] | None = Field(None, description="`going` is hearing or talking.")

    @property
    def states(self) -> tuple[CalibrationState, ...]:
        return states_of(self.state)


class SuggestionsQuery(Asked):
    card: Name
    call_type: str | None = Field(None, max_length=200)
    members: list[AnId] = Field([], max_length=200, description="Whoever is to take part: what they heard is left out.")
    seconds: float | None = Field(None, gt=0, le=36_000, description="The length to look for; else the usual one.")
    limit: int = Field(SUGGESTED, ge=1, le=50)


def states_of(asked: str | None) -> tuple[CalibrationState, ...]:
    if asked is None:
        return ()
    if asked == "going":
        return CalibrationState.HEARING, CalibrationState.TALKING
    return (CalibrationState(asked),)


@router.get("")
def list_sessions(
    session: ReadSession, viewer: CurrentViewer, asked: Annotated[SessionsQuery, Query()]
) -> CalibrationList:
    """Sessions, the newest first: all for who runs them, else those you take part in."""
    after = from_id_cursor("calibrations", asked.cursor)
    page = sessions.listed(session, viewer, states=asked.states, after=after, limit=asked.limit)
    items = [CalibrationItem.of(line) for line in page.lines]
    return CalibrationList(calibrations=items, next=to_id_cursor("calibrations", page.next))


@router.post("", status_code=201)
def make(
    response: Response, session: WriteSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Making
) -> CalibrationAnswer:
    """Begin a session: its calls are on the members' desks at once, for each to hear alone."""
    row = sessions.make(
        session,
        viewer,
        asked.title,
        card=asked.card,
        version=asked.version,
        call_ids=asked.calls,
        member_ids=asked.members,
        due_at=_in_china(asked.due_at),
        now=_now(),
    )
    response.headers["Location"] = f"/v1/calibrations/{row.id}"
    return _answer(response, session, viewer, language, row.id)


@router.get("/suggestions")
def suggestions(
    session: ReadSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    asked: Annotated[SuggestionsQuery, Query()],
) -> list[SuggestionAnswer]:
    """Calls of one type that people may see differently, with why; those of like length first."""
    found = suggest(
        session,
        viewer,
        asked.card,
        asked.call_type,
        members=asked.members,
        seconds=asked.seconds,
        limit=asked.limit,
    )
    return [SuggestionAnswer.of(one, language) for one in found]


@router.get("/{calibration_id}")
def read(
    response: Response,
    session: ReadSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    calibration_id: CalibrationId,
) -> CalibrationAnswer:
    """A session. Verdicts are not in it; `calls/{call_id}` has them once all may talk."""
    return _answer(response, session, viewer, language, calibration_id)


@router.patch("/{calibration_id}", responses=declared(412))
def edit(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    calibration_id: CalibrationId,
    revision: ExpectedRevision,
    asked: Editing,
) -> CalibrationAnswer:
    """Another title or day."""
    due = _in_china(asked.due_at)
    sessions.edit(session, viewer, calibration_id, revision=revision, title=asked.title, due_at=due, now=_now())
    return _answer(response, session, viewer, language, calibration_id)


@router.put("/{calibration_id}/calls", responses=declared(412))
def set_calls(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    calibration_id: CalibrationId,
    revision: ExpectedRevision,
    asked: Choosing,
) -> CalibrationAnswer:
    """All calls of the session, while they are heard: others are taken out, new ones put in."""
    sessions.set_calls(session, viewer, calibration_id, asked.calls, revision=revision, now=_now())
    return _answer(response, session, viewer, language, calibration_id)


@router.put("/{calibration_id}/members", responses=declared(412))
def set_members(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    calibration_id: CalibrationId,
    revision: ExpectedRevision,
    asked: Seating,
) -> CalibrationAnswer:
    """Everybody who takes part, while calls are heard: others leave, new ones hear every call."""
    sessions.set_members(session, viewer, calibration_id, asked.members, revision=revision, now=_now())
    return _answer(response, session, viewer, language, calibration_id)


@router.post("/{calibration_id}/talk", responses=declared(412))
def talk(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    calibration_id: CalibrationId,
    revision: ExpectedRevision,
    asked: Talking,
) -> CalibrationAnswer:
    """Begin to talk although verdicts are missing. It begins by itself when the last one is in."""
    course.talk(session, viewer, calibration_id, without=asked.without, revision=revision, now=_now())
    return _answer(response, session, viewer, language, calibration_id)


@router.post("/{calibration_id}/close", responses=declared(412))
def close(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    calibration_id: CalibrationId,
    revision: ExpectedRevision,
) -> CalibrationAnswer:
    """End it; every call needs a reference."""
    course.close(session, viewer, calibration_id, revision=revision, now=_now())
    return _answer(response, session, viewer, language, calibration_id)


@router.post("/{calibration_id}/cancel", responses=declared(412))
def cancel(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    calibration_id: CalibrationId,
    revision: ExpectedRevision,
    asked: Cancelling,
) -> CalibrationAnswer:
    """Call it off; nothing is learnt from it, and nobody has anything to hear any more."""
    course.cancel(session, viewer, calibration_id, asked.why, revision=revision, now=_now())
    return _answer(response, session, viewer, language, calibration_id)


@router.get("/{calibration_id}/calls/{call_id}")
def read_call(
    session: ReadSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    calibration_id: CalibrationId,
    call_id: CallId,
) -> CallTableAnswer:
    """What everybody, and the machine, said of a call; 403 while verdicts are out."""
    return CallTableAnswer.of(call_table(session, viewer, calibration_id, call_id), language)


@router.put("/{calibration_id}/calls/{call_id}/reference", responses=declared(412))
def agree(
    request: Request,
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    calibration_id: CalibrationId,
    call_id: CallId,
    revision: ExpectedRevision,
    judgement: Judgement,
) -> CallTableAnswer:
    """Write down what all agreed on, item by item; 422 names the items that are open or wrong."""
    del request
    reference.agree(session, viewer, calibration_id, call_id, judgement, revision=revision, now=_now())
    table = call_table(session, viewer, calibration_id, call_id)
    tag(response, table.calibration.revision)
    return CallTableAnswer.of(table, language)


@router.get("/{calibration_id}/figures")
def figures(
    session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, calibration_id: CalibrationId
) -> FiguresAnswer:
    """How far raters are from the references and from one another; 403 while verdicts are out."""
    raters = [DeviationAnswer.of(one, language) for one in deviations(session, viewer, calibration_id)]
    return FiguresAnswer(raters=raters, among=AmongAnswer.of(among(session, viewer, calibration_id), language))


@router.get("/{calibration_id}/notes")
def list_notes(session: ReadSession, viewer: CurrentViewer, calibration_id: CalibrationId) -> list[NoteAnswer]:
    """The discussion, the first word first; 403 while verdicts are out."""
    return [NoteAnswer.of(row) for row in discussion.notes_of(session, viewer, calibration_id)]


@router.post("/{calibration_id}/notes", status_code=201)
def add_note(session: WriteSession, viewer: CurrentViewer, calibration_id: CalibrationId, asked: Noting) -> NoteAnswer:
    """Say something of an item, of a call or of the session."""
    row = discussion.note(session, viewer, calibration_id, asked.text, _now(), call_id=asked.call, item=asked.item)
    return NoteAnswer.of(row)


def _answer(
    response: Response, session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, calibration_id: int
) -> CalibrationAnswer:
    found = CalibrationAnswer.of(standing(session, viewer, calibration_id), language)
    tag(response, found.revision)
    return found


def _in_china(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=CHINA_TIME) if at is not None and at.tzinfo is None else at


def _now() -> datetime:
    return datetime.now(UTC)
