"""Sampling plans, what they would pick, draws, and the estimates made from them."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.database import ReadSession, WriteSession
from api.language import ReaderLanguage
from api.problems import BadRequest, declared
from api.revision import ExpectedRevision, tag
from api.sampling_answers import (
    DrawAnswer,
    DrawList,
    EstimatesAnswer,
    PickAnswer,
    PickList,
    PlanAnswer,
    PreviewAnswer,
)
from api.viewer import CurrentViewer
from models.reason import Language
from pipeline.sampling import drawing, estimates, plans
from pipeline.sampling.drawing import Use
from pipeline.sampling.plans import LONGEST_NAME, Plan, Written
from scoring.sampling.period import Span, last_over, span
from scoring.sampling.plan import SamplingPlan

router = APIRouter(prefix="/v1", tags=["sampling"], responses=declared(401, 403, 422, 503))

PlanId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the plan.")]
DrawId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the draw.")]
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
Day = Annotated[date | None, Field(ge=EARLIEST, le=LATEST)]
LONGEST_DAYS = 366


class Asked(BaseModel):
    """A misspelt field is refused: nobody should believe it was taken."""

    model_config = ConfigDict(extra="forbid")


class PeriodAsked(Asked):
    """Days in China, both included. With neither, the plan's latest period that is over."""

    first: Day = None
    last: Day = None

    @model_validator(mode="before")
    @classmethod
    def _empty_asks_nothing(cls, value: object) -> object:
        return {name: v for name, v in value.items() if v != ""} if isinstance(value, dict) else value

    def span(self, plan: SamplingPlan) -> Span:
        """The period asked for.

        Raises:
            BadRequest: one day is missing, they are the wrong way round, or too far apart.
        """
        if self.first is None and self.last is None:
            return last_over(plan.period, datetime.now(UTC))
        if self.first is None or self.last is None:
            raise BadRequest("api.period_one_day")
        if not timedelta() <= self.last - self.first < timedelta(days=LONGEST_DAYS):
            raise BadRequest("api.period_wrong", most=LONGEST_DAYS)
        return span(self.first, self.last)


class PlanBody(Asked):
    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    plan: SamplingPlan = SamplingPlan()
    active: bool = False

    def written(self) -> Written:
        return Written(self.name, self.plan, self.active)


class PreviewBody(PeriodAsked):
    plan: SamplingPlan | None = Field(None, description="Instead of the stored one: what it would pick if saved.")


class EstimatesQuery(PeriodAsked):
    """Without a period, that of the plan's newest draw."""

    plan: int = Field(ge=1, lt=2**63)
    lang: Language | None = Field(None, description="Language of the sentences; else `Accept-Language` says.")

    def asked_span(self, newest: Span | None, plan: Plan) -> Span:
        if self.first is None and self.last is None and newest is not None:
            return newest
        return self.span(plan.plan)


@router.get("/sampling/plans")
def list_plans(session: ReadSession, viewer: CurrentViewer) -> list[PlanAnswer]:
    """All plans, those in use first."""
    return [PlanAnswer.model_validate(plan) for plan in plans.all_plans(session, viewer)]


@router.post("/sampling/plans", status_code=201, responses=declared(409))
def create_plan(session: WriteSession, viewer: CurrentViewer, response: Response, asked: PlanBody) -> PlanAnswer:
    """A new plan; what is not said is as the handbooks have it."""
    plan = plans.create_plan(session, viewer, asked.written(), datetime.now(UTC))
    tag(response, plan.revision)
    return PlanAnswer.model_validate(plan)


@router.get("/sampling/plans/{plan_id}", responses=declared(404))
def read_plan(session: ReadSession, viewer: CurrentViewer, response: Response, plan_id: PlanId) -> PlanAnswer:
    """A plan as it stands, with its revision as `ETag`."""
    plan = plans.find_plan(session, viewer, plan_id)
    tag(response, plan.revision)
    return PlanAnswer.model_validate(plan)


@router.put("/sampling/plans/{plan_id}", responses=declared(404, 409, 412))
def save_plan(
    *,
    session: WriteSession,
    viewer: CurrentViewer,
    response: Response,
    revision: ExpectedRevision,
    plan_id: PlanId,
    asked: PlanBody,
) -> PlanAnswer:
    """Change a plan; draws keep the plan they were made with."""
    plan = plans.save_plan(session, viewer, plan_id, asked.written(), revision=revision, now=datetime.now(UTC))
    tag(response, plan.revision)
    return PlanAnswer.model_validate(plan)


@router.post("/sampling/plans/{plan_id}/preview", responses=declared(404))
def preview(
    *,
    request: Request,
    session: ReadSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    plan_id: PlanId,
    asked: PreviewBody,
) -> PreviewAnswer:
    """What the plan would pick; nothing is stored."""
    stored = plans.find_plan(session, viewer, plan_id)
    plan = asked.plan or stored.plan
    use = Use(plan, asked.span(plan), plan_id, seed(request))
    return PreviewAnswer.of(drawing.preview(session, viewer, use, datetime.now(UTC)), language)


@router.post("/sampling/plans/{plan_id}/draw", status_code=201, responses={200: {"model": DrawAnswer}, **declared(404)})
def draw(
    *,
    request: Request,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    response: Response,
    plan_id: PlanId,
    asked: PeriodAsked,
) -> DrawAnswer:
    """Pick the calls and queue them. A second time answers 200 with the draw there is: each period is drawn once."""
    plan = plans.find_plan(session, viewer, plan_id).plan
    made, new = drawing.draw_plan(session, viewer, plan_id, asked.span(plan), seed=seed(request), now=datetime.now(UTC))
    response.status_code = 201 if new else 200
    return DrawAnswer.of(plans.brief(made), language)


@router.get("/sampling/draws")
def list_draws(
    *,
    session: ReadSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    plan: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DrawList:
    """Draws, the newest first."""
    found = plans.draws(session, viewer, plan, before=before, limit=limit)
    return DrawList(
        draws=[DrawAnswer.of(one, language) for one in found], next=found[-1].id if len(found) == limit else None
    )


@router.get("/sampling/draws/{draw_id}", responses=declared(404))
def read_draw(session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, draw_id: DrawId) -> DrawAnswer:
    """One use of a plan: its text then, its strata and how many were picked."""
    return DrawAnswer.of(plans.find_draw(session, viewer, draw_id), language)


@router.get("/sampling/draws/{draw_id}/calls", responses=declared(404))
def list_picked(
    *,
    session: ReadSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    draw_id: DrawId,
    after: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PickList:
    """The picked calls with the reasons of each."""
    calls, more = plans.picked(session, viewer, draw_id, after=after, limit=limit)
    return PickList(calls=[PickAnswer.of_picked(one, language) for one in calls], next=more)


@router.get("/estimates", responses=declared(404))
def read_estimates(
    session: ReadSession, viewer: CurrentViewer, asked: Annotated[EstimatesQuery, Query()]
) -> EstimatesAnswer:
    """How good all calls of a period were, from those that were heard, with 95 % intervals."""
    return EstimatesAnswer.of(reported(session, viewer, asked))


def reported(session: ReadSession, viewer: CurrentViewer, asked: EstimatesQuery) -> estimates.Report:
    plan = plans.find_plan(session, viewer, asked.plan)
    newest = estimates.latest_span(session, viewer, asked.plan)
    return estimates.report(session, viewer, asked.plan, asked.asked_span(newest, plan))


def seed(request: Request) -> str:
    """The centre's own: who does not know it cannot tell which calls chance will pick."""
    value: str = request.app.state.settings.random_seed
    return value
