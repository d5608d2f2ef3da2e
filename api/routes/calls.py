"""Lists of calls, and one call."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.answers import CallAnswer, CallList, FindingsAnswer, ScoresAnswer
from api.cursor import from_cursor, to_cursor
from api.database import ReadSession
from api.language import ReaderLanguage
from api.problems import declared
from api.queries import CallsQuery
from api.viewer import CurrentViewer
from models.errors import NotFound
from models.transcript import Transcript
from pipeline import browse
from pipeline.review import corrections

router = APIRouter(prefix="/v1", tags=["calls"], responses=declared(422, 503))

CallId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the call.")]

UNTOLD = {"listened"}
"""Of a transcript: `browse.find_transcript` leaves it empty, as it tells what the machine looks for."""


@router.get("/calls")
def list_calls(
    session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Annotated[CallsQuery, Query()]
) -> CallList:
    """Calls that fit every filter given. Calls that arrive while you page neither repeat nor hide others."""
    after = from_cursor(asked.sort, asked.cursor)
    page = browse.list_calls(session, viewer, asked.as_filter(), asked.sort, after=after, limit=asked.limit)
    return CallList.of(page, to_cursor(asked.sort, page.next), language)


@router.get("/calls/{call_id}", responses=declared(404))
def one_call(session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, call_id: CallId) -> CallAnswer:
    """A call's facts."""
    return CallAnswer.of_call(browse.find_call(session, viewer, call_id), language)


@router.get("/calls/{call_id}/transcript", responses=declared(404), response_model_exclude=UNTOLD)
def transcript(
    session: ReadSession,
    viewer: CurrentViewer,
    call_id: CallId,
    corrected: Annotated[bool, Query(description="With the words people put right; their turns say so.")] = False,  # noqa: FBT002
) -> Transcript:
    """What was said, by whom and when, in seconds from the start; 404 before the call was transcribed."""
    if corrected:
        found = corrections.corrected_transcript(session, viewer, call_id)
    else:
        found = browse.find_transcript(session, viewer, call_id)
    if found is None:
        raise NotFound("api.no_transcript", id=call_id)
    return found


@router.get("/calls/{call_id}/findings", responses=declared(404))
def findings(session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, call_id: CallId) -> FindingsAnswer:
    """What the rules found and what they could not judge."""
    scores = browse.find_scores(session, viewer, call_id)
    results = () if scores.scored is None else scores.scored.results
    return FindingsAnswer.of(scores, browse.find_findings(session, scores), results, language)


@router.get("/calls/{call_id}/scores", responses=declared(404))
def scores(session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, call_id: CallId) -> ScoresAnswer:
    """The score in force item by item, and every score there was with its pack and scorecard versions."""
    found = browse.find_scores(session, viewer, call_id)
    return ScoresAnswer.of(found, language)
