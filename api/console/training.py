"""The trainer's first page, plans, and a plan."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.calls import Paging
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.console.training_choices import item_choices
from api.console.training_views import PlansPage, PlanView, TrainingHome
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.training_plans import PlanId
from api.viewer import CurrentViewer
from models.person import Right
from models.training import PlanState
from pipeline.effects.windows import effect_of
from pipeline.people.roster import teams
from pipeline.reports.span import month_of, today
from pipeline.training import plans
from pipeline.training.overview import training_overview
from storage.training.people import active
from storage.training.plans import active_courses

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 30
SECTION = "training"


class PlansForm(Paging):
    show: Literal["all", "draft", "submitted", "approved", "closed"] = "all"


@router.get("/training")
def home(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    found = training_overview(session, viewer, datetime.now(UTC))
    page = TrainingHome(found, viewer.may(Right.TRAIN), teams(session))
    return render(request, "training.html", Frame(words_for(request)("title_training"), SECTION), page)


@router.get("/training/plans")
def list_plans(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[PlansForm, Query()]
) -> HTMLResponse:
    day = today(datetime.now(UTC))
    state = None if form.show == "all" else PlanState(form.show)
    after = from_id_cursor("training-plans", form.cursor)
    found = plans.listed(session, state=state, after=after, limit=ON_A_PAGE)
    page = PlansPage(
        listed=found,
        late={row.id: plans.late(row, day) for row in found.plans},
        shown=form.show,
        may_make=viewer.may(Right.TRAIN),
        teams=teams(session),
        next_month=month_of(day).last + timedelta(days=1),
        next=next_address(request, to_id_cursor("training-plans", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(request, "training_plans.html", Frame(words_for(request)("title_training_plans"), SECTION), page)


@router.get("/training/plans/{plan_id}")
def one_plan(request: Request, session: ReadSession, viewer: CurrentViewer, plan_id: PlanId) -> HTMLResponse:
    now = datetime.now(UTC)
    found = plans.read(session, plan_id, now)
    row = found.row
    may_change = viewer.may(Right.TRAIN) and row.state == PlanState.DRAFT
    own = viewer.user_id is not None and row.user_id == viewer.user_id
    decides = viewer.may(Right.APPROVE_TRAINING) and viewer.user_id is not None and not own
    ids = {one.row.id: one.row.effect_id for one in found.entries if one.row.effect_id is not None}
    page = PlanView(
        plan=found,
        effects={entry: effect_of(session, viewer, id_, now) for entry, id_ in ids.items()},
        courses=active_courses(session) if may_change else (),
        choices=item_choices(session) if may_change else (),
        staff=active(session, row.team or None) if may_change else (),
        may_change=may_change,
        may_decide=decides and row.state == PlanState.SUBMITTED,
        own=own,
        may_train=viewer.may(Right.TRAIN),
        now=now,
    )
    words = words_for(request)
    title = words(f"training_plan_{row.kind}_title", year=row.first_day.year, month=row.first_day.month)
    return render(request, "training_plan.html", Frame(title, SECTION), page)
