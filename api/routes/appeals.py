"""Appeals: opened against a result, heard anew, decided item by item."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from api.appeal_answers import AppealAnswer, AppealList, CaseAnswer, RatesAnswer
from api.database import ReadSession, WriteSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.language import ReaderLanguage
from api.problems import declared
from api.queries import PageQuery
from api.routes.calls import CallId
from api.routes.results import AnId, Asked, Moment, Words
from api.viewer import CurrentViewer
from models.appeal import AppealedItem, AppealState, ItemDecision
from models.review import ItemVerdict
from models.settings import Settings
from pipeline.results import appealing
from pipeline.results.appeal_case import appeal_case, overturn_rates
from pipeline.results.deciding import decide as decide_appeal

router = APIRouter(prefix="/v1", tags=["appeals"], responses=declared(401, 403, 404, 409, 422, 503))

AppealId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the appeal.")]
ItemId = Annotated[str, Field(min_length=1, max_length=200, description="The item's id on the scorecard.")]


class ItemAppealed(Asked):
    item: ItemId
    reason: Words = Field(min_length=1)


class Appealing(Asked):
    items: list[ItemAppealed] = Field(min_length=1, max_length=200)


class Hearing(Asked):
    user: AnId | None = Field(None, description="Who is to hear the call anew; else whoever comes next.")


class ItemDecided(Asked):
    item: ItemId
    upheld: bool = Field(description="The verdict on it stands.")
    reason: Words = Field(min_length=1)
    verdict: ItemVerdict | None = Field(None, description="What it is judged as instead, if not as it was heard anew.")


class Deciding(Asked):
    items: list[ItemDecided] = Field(min_length=1, max_length=200, description="Every appealed item.")
    why: Words = Field("", description="A word on all of it.")


class AppealsQuery(PageQuery):
    state: AppealState | None = None
    overdue: bool = Field(default=False, description="Only open ones whose day is over.")


class RatesQuery(Asked):
    since: Moment | None = Field(None, description="Only what was decided since then.")


@router.post("/mine/{call_id}/appeal", status_code=201)
def appeal_own(
    request: Request,
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    call_id: CallId,
    asked: Appealing,
) -> AppealAnswer:
    """Appeal against items of one of your own results: once, within its days."""
    return _opened(request, response, session, viewer, call_id, asked)


@router.post("/results/{call_id}/appeal", status_code=201)
def appeal_for_agent(
    request: Request,
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    call_id: CallId,
    asked: Appealing,
) -> AppealAnswer:
    """Appeal against items of a result of an agent of your team."""
    return _opened(request, response, session, viewer, call_id, asked)


@router.get("/appeals")
def list_appeals(session: ReadSession, viewer: CurrentViewer, asked: Annotated[AppealsQuery, Query()]) -> AppealList:
    """Appeals, the last opened first."""
    now = _now()
    page = appealing.list_appeals(
        session,
        viewer,
        now,
        state=asked.state,
        overdue=asked.overdue,
        after=from_id_cursor("appeals", asked.cursor),
        limit=asked.limit,
    )
    return AppealList(
        appeals=[AppealAnswer.model_validate(line) for line in page.appeals],
        counts=appealing.count_appeals(session, viewer, now),
        next=to_id_cursor("appeals", page.next),
    )


@router.get("/appeals/rates")
def rates(session: ReadSession, asked: Annotated[RatesQuery, Query()]) -> RatesAnswer:
    """How often appeals overturned items, by the machine's rule and by inspector."""
    since = asked.since if asked.since is None or asked.since.tzinfo else asked.since.replace(tzinfo=UTC)
    return RatesAnswer.of(overturn_rates(session, since=since))


@router.get("/appeals/{appeal_id}")
def one_appeal(
    session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, appeal_id: AppealId
) -> CaseAnswer:
    """An appeal with the items as they were judged, as they were heard anew, and what was decided."""
    return CaseAnswer.of_case(appeal_case(session, viewer, appeal_id, _now()), language)


@router.post("/appeals/{appeal_id}/hearing", status_code=201)
def hear_anew(
    session: WriteSession, viewer: CurrentViewer, language: ReaderLanguage, appeal_id: AppealId, asked: Hearing
) -> CaseAnswer:
    """Have the call heard anew by somebody who has not judged it."""
    appealing.give_hearing(session, viewer, appeal_id, _now(), user_id=asked.user)
    return CaseAnswer.of_case(appeal_case(session, viewer, appeal_id, _now()), language)


@router.post("/appeals/{appeal_id}/decision")
def decide(
    session: WriteSession, viewer: CurrentViewer, language: ReaderLanguage, appeal_id: AppealId, asked: Deciding
) -> CaseAnswer:
    """Decide every item, once and for good. Where one is overturned the call gets a new final score."""
    decisions = [ItemDecision(one.item, one.upheld, one.reason, one.verdict) for one in asked.items]
    decide_appeal(session, viewer, appeal_id, decisions, _now(), why=asked.why)
    return CaseAnswer.of_case(appeal_case(session, viewer, appeal_id, _now()), language)


@router.post("/appeals/{appeal_id}/withdraw", status_code=204)
def withdraw(session: WriteSession, viewer: CurrentViewer, appeal_id: AppealId) -> Response:
    """Take your appeal back: the result stands and is final."""
    appealing.withdraw(session, viewer, appeal_id, _now())
    return Response(status_code=204)


def _opened(
    request: Request,
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    call_id: int,
    asked: Appealing,
) -> AppealAnswer:
    settings: Settings = request.app.state.settings
    now = _now()
    appeal_id = appealing.open_appeal(
        session,
        viewer,
        call_id,
        [AppealedItem(one.item, one.reason) for one in asked.items],
        now,
        appeal_days=settings.appeal_days,
        decide_days=settings.appeal_decide_days,
    )
    response.headers["Location"] = f"/v1/appeals/{appeal_id}"
    return AppealAnswer.model_validate(appeal_case(session, viewer, appeal_id, now).line)


def _now() -> datetime:
    return datetime.now(UTC)
