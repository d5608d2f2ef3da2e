"""Training plans: proposed or made by hand, sent in, approved, closed."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.database import ReadSession, WriteSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.problems import declared
from api.queries import PageQuery, Text
from api.revision import ExpectedRevision, tag
from api.routes.courses import Hours, Items, Title, Words
from api.routes.results import AnId, Asked
from api.training_answers import PlanAnswer, PlanItem, PlanList
from api.viewer import CurrentViewer
from models.training import PlanKind, PlanState
from pipeline.training import approving, plans
from pipeline.training.plans import EntryDetails
from pipeline.training.proposing import propose as propose_plan

router = APIRouter(prefix="/v1/training-plans", tags=["training"], responses=declared(401, 403, 404, 409, 422, 503))

PlanId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the plan.")]
EntryId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the training in it.")]
Short = Annotated[str, Field(max_length=100)]
Agents = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200)]],
    Field(max_length=plans.MOST_PEOPLE, description="Agents' numbers."),
]


class Making(Asked):
    kind: PlanKind = PlanKind.MONTH
    first_day: date = Field(description="Any day of the month, or the year, it is for.")
    team: Short = Field("", description="Empty: the whole centre.")
    goal: Words = ""
    propose: bool = Field(default=False, description="Fill it with what went wrong most in the period before.")


class Editing(Asked):
    goal: Words


class EntryBody(Asked):
    title: Title
    course_id: AnId | None = None
    items: Items = Field(default=[])
    way: Annotated[str, Field(max_length=200)] = ""
    hours: Hours = 1.0
    teacher: Short = ""
    responsible: Short = ""
    audience: Agents = Field(default=[])
    planned_on: date | None = None

    @property
    def details(self) -> EntryDetails:
        own = self.model_dump(exclude={"items", "audience"})
        return EntryDetails(**own, items=tuple(self.items), audience=tuple(self.audience))


class Deciding(Asked):
    approved: bool
    answer: Words = Field("", description="Needed where it is sent back.")


class Closing(Asked):
    summary: Words


class PlansQuery(PageQuery):
    state: PlanState | None = None
    team: Text = None


@router.get("")
def list_plans(session: ReadSession, asked: Annotated[PlansQuery, Query()]) -> PlanList:
    """Plans, the newest first."""
    after = from_id_cursor("training-plans", asked.cursor)
    page = plans.listed(session, state=asked.state, team=asked.team, after=after, limit=asked.limit)
    return PlanList(
        plans=[PlanItem.model_validate(row) for row in page.plans], next=to_id_cursor("training-plans", page.next)
    )


@router.post("", status_code=201)
def make(response: Response, session: WriteSession, viewer: CurrentViewer, asked: Making) -> PlanAnswer:
    """A draft: empty, or proposed from the errors of the period before, with the calls as reasons."""
    if asked.propose:
        row = propose_plan(session, viewer, asked.kind, asked.first_day, asked.team, _now())
    else:
        row = plans.make(session, viewer, asked.kind, asked.first_day, team=asked.team, goal=asked.goal, now=_now())
    response.headers["Location"] = f"/v1/training-plans/{row.id}"
    return _answer(response, session, row.id)


@router.get("/{plan_id}")
def read(response: Response, session: ReadSession, plan_id: PlanId) -> PlanAnswer:
    """A plan with its trainings."""
    return _answer(response, session, plan_id)


@router.patch("/{plan_id}", responses=declared(412))
def edit(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    plan_id: PlanId,
    revision: ExpectedRevision,
    asked: Editing,
) -> PlanAnswer:
    """Another goal, while it is a draft."""
    plans.edit(session, viewer, plan_id, goal=asked.goal, revision=revision, now=_now())
    return _answer(response, session, plan_id)


@router.post("/{plan_id}/entries", status_code=201, responses=declared(412))
def add_entry(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    plan_id: PlanId,
    revision: ExpectedRevision,
    asked: EntryBody,
) -> PlanAnswer:
    """One more training."""
    plans.add_entry(session, viewer, plan_id, asked.details, revision=revision, now=_now())
    return _answer(response, session, plan_id)


@router.put("/{plan_id}/entries/{entry_id}", responses=declared(412))
def edit_entry(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    plan_id: PlanId,
    entry_id: EntryId,
    revision: ExpectedRevision,
    asked: EntryBody,
) -> PlanAnswer:
    """Change a training of a draft; the figures it was proposed on stay."""
    plans.edit_entry(session, viewer, plan_id, entry_id, asked.details, revision=revision, now=_now())
    return _answer(response, session, plan_id)


@router.delete("/{plan_id}/entries/{entry_id}", responses=declared(412))
def drop_entry(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    plan_id: PlanId,
    entry_id: EntryId,
    revision: ExpectedRevision,
) -> PlanAnswer:
    """Take a training out of a draft."""
    plans.drop_entry(session, viewer, plan_id, entry_id, revision=revision, now=_now())
    return _answer(response, session, plan_id)


@router.post("/{plan_id}/submit", responses=declared(412))
def submit(
    response: Response, session: WriteSession, viewer: CurrentViewer, plan_id: PlanId, revision: ExpectedRevision
) -> PlanAnswer:
    """Send it in for approval."""
    approving.submit(session, viewer, plan_id, revision=revision, now=_now())
    return _answer(response, session, plan_id)


@router.post("/{plan_id}/revise", responses=declared(412))
def revise(
    response: Response, session: WriteSession, viewer: CurrentViewer, plan_id: PlanId, revision: ExpectedRevision
) -> PlanAnswer:
    """Take it back before it is decided, to change it."""
    approving.revise(session, viewer, plan_id, revision=revision, now=_now())
    return _answer(response, session, plan_id)


@router.post("/{plan_id}/decision", responses=declared(412))
def decide(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    plan_id: PlanId,
    revision: ExpectedRevision,
    asked: Deciding,
) -> PlanAnswer:
    """Approve it, which fixes where effects are looked for, or send it back; not by who sent it in."""
    action = approving.approve if asked.approved else approving.send_back
    action(session, viewer, plan_id, asked.answer, revision=revision, now=_now())
    return _answer(response, session, plan_id)


@router.post("/{plan_id}/close", responses=declared(412))
def close(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    plan_id: PlanId,
    revision: ExpectedRevision,
    asked: Closing,
) -> PlanAnswer:
    """It is over, with what came of it."""
    approving.close(session, viewer, plan_id, asked.summary, revision=revision, now=_now())
    return _answer(response, session, plan_id)


def _answer(response: Response, session: ReadSession, plan_id: int) -> PlanAnswer:
    found = plans.read(session, plan_id, _now())
    tag(response, found.row.revision)
    return PlanAnswer.of(found)


def _now() -> datetime:
    return datetime.now(UTC)
