"""The pages of sampling plans, draws and estimates."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field

from api.console.page import Frame, render, words_for
from api.console.sampling_views import (
    DrawPage,
    EstimatesPage,
    PlanPage,
    PlansPage,
    PreviewPiece,
    SummaryPiece,
)
from api.database import ReadSession
from api.routes.sampling import DrawId, PeriodAsked, PlanId, PreviewBody, seed
from api.viewer import CurrentViewer
from pipeline.sampling import drawing, estimates, plans
from pipeline.sampling.drawing import Use
from scoring.sampling.period import last_over

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

RECENT = 12
ON_A_PAGE = 100


class EstimatesForm(PeriodAsked):
    """Of the first plan, and its newest draw's period, unless others are asked for."""

    plan: int | None = Field(None, ge=1, lt=2**63)
    lang: str | None = None


@router.get("/sampling")
def plans_page(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    known = plans.all_plans(session, viewer)
    names = {plan.id: plan.name for plan in known}
    latest = [(plan, next(iter(plans.draws(session, viewer, plan.id, limit=1)), None)) for plan in known]
    recent = [(draw, names[draw.plan_id]) for draw in plans.draws(session, viewer, limit=RECENT)]
    return render(request, "sampling.html", _frame(request, "sampling"), PlansPage(latest, recent))


@router.get("/sampling/{plan_id}")
def plan_page(request: Request, session: ReadSession, viewer: CurrentViewer, plan_id: PlanId) -> HTMLResponse:
    plan = plans.find_plan(session, viewer, plan_id)
    draws = plans.draws(session, viewer, plan_id, limit=RECENT)
    page = PlanPage(plan, last_over(plan.plan.period, datetime.now(UTC)), draws)
    return render(request, "sampling_plan.html", Frame(plan.name, "sampling"), page)


@router.post("/sampling/{plan_id}/preview")
def preview(
    request: Request, session: ReadSession, viewer: CurrentViewer, plan_id: PlanId, asked: PreviewBody
) -> HTMLResponse:
    """The piece of the plan's page that shows what it would pick."""
    plan = asked.plan or plans.find_plan(session, viewer, plan_id).plan
    use = Use(plan, asked.span(plan), plan_id, seed(request))
    made = drawing.preview(session, viewer, use, datetime.now(UTC))
    return render(
        request, "sampling_preview.html", Frame("", "sampling"), PreviewPiece(made, SummaryPiece(made.summary))
    )


@router.get("/sampling/draws/{draw_id}")
def draw_page(
    request: Request,
    session: ReadSession,
    viewer: CurrentViewer,
    draw_id: DrawId,
    after: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> HTMLResponse:
    draw = plans.find_draw(session, viewer, draw_id)
    plan = plans.find_plan(session, viewer, draw.plan_id)
    calls, more = plans.picked(session, viewer, draw_id, after=after, limit=ON_A_PAGE)
    page = DrawPage(draw, plan, SummaryPiece(draw.summary), calls, after is None, more)
    return render(request, "sampling_draw.html", _frame(request, "sampling_draw"), page)


@router.get("/estimates")
def estimates_page(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[EstimatesForm, Query()]
) -> HTMLResponse:
    known = plans.all_plans(session, viewer)
    frame = _frame(request, "estimates")
    if not known:
        return render(request, "estimates.html", frame, EstimatesPage(known, None, None))
    plan = known[0] if form.plan is None else plans.find_plan(session, viewer, form.plan)
    newest = estimates.latest_span(session, viewer, plan.id) if form.first is None and form.last is None else None
    span = newest or form.span(plan.plan)
    report = estimates.report(session, viewer, plan.id, span)
    return render(request, "estimates.html", frame, EstimatesPage(known, span, report))


def _frame(request: Request, section: str) -> Frame:
    return Frame(words_for(request)(f"title_{section}"), section)
