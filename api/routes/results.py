"""Final scores: published by leads, read by agents and their team leads."""

from datetime import UTC, datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from api.answers import PeaksAnswer
from api.database import ReadSession, WriteSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.language import ReaderLanguage
from api.problems import declared
from api.queries import PageQuery, Text
from api.result_answers import (
    DisputeAnswer,
    OverviewAnswer,
    OwnResultAnswer,
    OwnResultList,
    PublishedAnswer,
    ResultAnswer,
    ResultList,
    ResultPageAnswer,
    WaitingAnswer,
    WaitingList,
)
from api.routes import audio as sounds
from api.routes.calls import UNTOLD, CallId
from api.viewer import CurrentViewer
from models.errors import NotFound
from models.review import Judgement, ReviewState
from models.settings import Settings
from models.transcript import Transcript
from pipeline import browse
from pipeline.results import own_results, publishing_results, team_results
from pipeline.results.result_page import result
from pipeline.review import settling

router = APIRouter(prefix="/v1", tags=["results"], responses=declared(401, 403, 404, 422, 503))

ReviewId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the review.")]
AnId = Annotated[int, Field(ge=1, lt=2**63)]
Words = Annotated[str, Field(max_length=2000)]
MOST = 200
"""Reviews published at a time."""


def _of_our_time(at: datetime) -> datetime:
    if not 1990 <= at.year < 2200:  # years at the ends of the calendar cannot be brought to another zone
        raise ValueError("no year of ours")
    return at


Moment = Annotated[datetime, AfterValidator(_of_our_time)]


class Asked(BaseModel):
    """A misspelt field is refused: nobody should believe it was taken."""

    model_config = ConfigDict(extra="forbid")


class Publishing(Asked):
    reviews: list[AnId] = Field(min_length=1, max_length=MOST, description="Their numbers.")


class Settling(Asked):
    """Either one of the verdicts is chosen, or a consensus is written."""

    verdict: AnId | None = Field(None, description="Number of the verdict that is right.")
    judgement: Judgement | None = Field(None, description="The consensus, item by item.")
    why: Words = Field(min_length=1)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.verdict is None) == (self.judgement is None):
            raise ValueError("either verdict or judgement")
        return self


class ResultsQuery(PageQuery):
    team: Text = None
    agent_id: Text = None
    state: ReviewState | None = None


@router.get("/publishing")
def list_waiting(
    request: Request, session: ReadSession, viewer: CurrentViewer, asked: Annotated[PageQuery, Query()]
) -> WaitingList:
    """Calls whose verdicts wait to be published, the longest waiting first."""
    page = publishing_results.waiting(
        session,
        viewer,
        tolerance=_settings(request).double_tolerance,
        after=from_id_cursor("publishing", asked.cursor),
        limit=asked.limit,
    )
    found = [WaitingAnswer.of_waiting(one) for one in page.results]
    return WaitingList(results=found, count=page.count, next=to_id_cursor("publishing", page.next))


@router.post("/publishing")
def publish(
    request: Request, session: WriteSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Publishing
) -> list[PublishedAnswer]:
    """Publish verdicts as final scores. What cannot be published says why and does not hold up the others."""
    tolerance = _settings(request).double_tolerance
    done = publishing_results.publish(session, viewer, asked.reviews, _now(), tolerance=tolerance)
    return [PublishedAnswer.of(one, language) for one in done]


@router.get("/publishing/{review_id}")
def dispute(request: Request, session: ReadSession, viewer: CurrentViewer, review_id: ReviewId) -> DisputeAnswer:
    """The verdicts on one call beside each other, item by item."""
    tolerance = _settings(request).double_tolerance
    return DisputeAnswer.of(settling.dispute(session, viewer, review_id, tolerance=tolerance))


@router.post("/publishing/{review_id}/settle", responses=declared(409))
def settle(
    request: Request,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    review_id: ReviewId,
    asked: Settling,
) -> PublishedAnswer:
    """Settle two verdicts that differ, and publish what was settled. Both stay as they were given."""
    if asked.judgement is not None:
        needed = _settings(request).comment_needed
        final_id = settling.agree(
            session, viewer, review_id, asked.judgement, _now(), why=asked.why, comment_needed=needed
        )
    else:
        final_id = settling.choose(session, viewer, review_id, asked.verdict or 0, _now(), why=asked.why)
    return PublishedAnswer.of(publishing_results.Published(review_id, final_id), language)


@router.get("/results")
def list_results(session: ReadSession, viewer: CurrentViewer, asked: Annotated[ResultsQuery, Query()]) -> ResultList:
    """Published results of your team, or of all teams; the last scored first."""
    page = team_results.list_results(
        session,
        viewer,
        team=asked.team,
        agent_id=asked.agent_id,
        state=asked.state,
        after=from_id_cursor("results", asked.cursor),
        limit=asked.limit,
    )
    found = [ResultAnswer.of_line(line) for line in page.results]
    return ResultList(results=found, next=to_id_cursor("results", page.next))


@router.get("/results/{call_id}")
def team_result(
    request: Request, session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, call_id: CallId
) -> ResultPageAnswer:
    """One published result of your team."""
    return _result(request, session, viewer, language, call_id)


@router.get("/mine")
def mine(
    request: Request, session: ReadSession, viewer: CurrentViewer, asked: Annotated[PageQuery, Query()]
) -> OwnResultList:
    """Your own published results, the last scored first."""
    page = own_results.own_results(
        session,
        viewer,
        _now(),
        appeal_days=_settings(request).appeal_days,
        after=from_id_cursor("mine", asked.cursor),
        limit=asked.limit,
    )
    found = [OwnResultAnswer.of_own(one) for one in page.results]
    return OwnResultList(results=found, next=to_id_cursor("mine", page.next))


@router.get("/mine/overview")
def overview(session: ReadSession, viewer: CurrentViewer) -> OverviewAnswer:
    """Your last weeks: the trend, what most points were lost by, and what customers said that stands."""
    return OverviewAnswer.of(own_results.overview(session, viewer, _now()))


@router.get("/mine/{call_id}")
def own_result(
    request: Request, session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, call_id: CallId
) -> ResultPageAnswer:
    """One of your results, item by item, with comments and the seconds they are about."""
    return _result(request, session, viewer, language, call_id)


@router.get("/mine/{call_id}/transcript", response_model_exclude=UNTOLD)
def own_transcript(session: ReadSession, viewer: CurrentViewer, call_id: CallId) -> Transcript:
    """What was said in one of your calls whose result is published."""
    own_results.within_reach(session, viewer, call_id)
    found = browse.find_transcript(session, viewer, call_id)
    if found is None:
        raise NotFound("api.no_transcript", id=call_id)
    return found


@router.head("/mine/{call_id}/audio", include_in_schema=False)
@router.get("/mine/{call_id}/audio", response_class=FileResponse, responses={200: {"description": "The whole sound."}})
def own_sound(request: Request, session: ReadSession, viewer: CurrentViewer, call_id: CallId) -> Response:
    """The sound of one of your calls whose result is published; `Range` requests give parts of it."""
    own_results.within_reach(session, viewer, call_id)
    return sounds.sound(request, session, viewer, call_id)


@router.get("/mine/{call_id}/peaks")
def own_peaks(request: Request, session: ReadSession, viewer: CurrentViewer, call_id: CallId) -> PeaksAnswer:
    """Its waveform, for drawing."""
    own_results.within_reach(session, viewer, call_id)
    return sounds.peaks(request, session, viewer, call_id)


@router.post("/mine/{call_id}/acknowledge", responses=declared(409))
def acknowledge(
    request: Request, session: WriteSession, viewer: CurrentViewer, language: ReaderLanguage, call_id: CallId
) -> ResultPageAnswer:
    """Say that you have read a result; once more changes nothing. Within its days it can still be appealed."""
    own_results.acknowledge(session, viewer, call_id, _now())
    return _result(request, session, viewer, language, call_id)


def _result(
    request: Request, session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, call_id: int
) -> ResultPageAnswer:
    settings = _settings(request)
    page = result(
        session,
        viewer,
        call_id,
        _now(),
        appeal_days=settings.appeal_days,
        hide_reviewers=settings.hide_reviewers,
    )
    return ResultPageAnswer.of_page(page, language)


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _now() -> datetime:
    return datetime.now(UTC)
