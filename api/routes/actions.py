"""Corrective actions: opened, done step by step, verified by somebody else."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field
from sqlalchemy.orm import Session

from api.action_answers import ActionLine, ActionList, OneActionAnswer, OwnActionAnswer
from api.database import ReadSession, WriteSession
from api.due_cursor import from_due_cursor, to_due_cursor
from api.language import ReaderLanguage
from api.problems import declared
from api.queries import PageQuery, Text
from api.revision import ExpectedRevision, tag
from api.routes.results import AnId, Asked
from api.viewer import CurrentViewer
from models.action import UNDONE, ActionState, Origin
from models.person import Viewer
from models.reason import Language
from pipeline.actions import listing, moving, steps
from pipeline.actions.moving import Move
from pipeline.actions.opening import OpenAction, open_action
from pipeline.reports.span import today
from storage.actions.actions import ActionFilter

router = APIRouter(prefix="/v1", tags=["actions"], responses=declared(401, 403, 404, 409, 422, 503))

ActionId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the action.")]
StepId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the step.")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(max_length=2000)]
Show = Literal["undone", "late", "all"] | ActionState
Figure = (
    Annotated[str, Field(max_length=500)]
    | Annotated[int, Field(ge=-(2**53), le=2**53)]
    | Annotated[float, Field(allow_inf_nan=False)]
)


class Opening(Asked):
    title: Annotated[str, Field(min_length=1, max_length=200)]
    card: Name = Field(description="Name of the scorecard.")
    items: Annotated[list[Name], Field(min_length=1, max_length=20)]
    due_on: date = Field(description="Until when; the effect is looked for in the four weeks after it.")
    origin: Origin = Origin.MANUAL
    agent_id: Name | None = Field(None, description="Whom it is about; else the call's agent, or the team.")
    team: Name | None = None
    call: AnId | None = Field(None, description="The call it was seen in.")
    owner: AnId | None = Field(None, description="Who has it in hand; else you.")
    steps: list[Annotated[str, Field(max_length=500)]] = Field([], max_length=20)
    why: dict[Annotated[str, Field(max_length=40)], Figure] = Field(
        {}, max_length=20, description="The figures it is opened on."
    )

    def wanted(self) -> OpenAction:
        own: dict[str, Any] = self.model_dump(exclude={"call", "owner", "items", "steps", "why"})
        return OpenAction(
            **own,
            items=tuple(self.items),
            steps=tuple(self.steps),
            why=self.why,
            call_id=self.call,
            owner_id=self.owner,
        )


class Moving(Asked):
    move: Move
    text: Words = Field("", description="Why; needed to send back, verify, fail and cancel.")


class Saying(Asked):
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class Acknowledging(Asked):
    text: Words = ""


class Stepping(Asked):
    text: Annotated[str, Field(min_length=1, max_length=500)]


class Doing(Asked):
    evidence: Annotated[str, Field(min_length=1, max_length=2000)] = Field(description="What shows that it is done.")
    calls: list[AnId] = Field([], max_length=20, description="Calls that show it.")


class EditingAction(Asked):
    owner: AnId
    due_on: date
    why: Annotated[str, Field(min_length=1, max_length=2000)]


class Again(Asked):
    due_on: date


class ActionsQuery(PageQuery):
    show: Show = "undone"
    team: Text = None
    agent_id: Text = None
    owner: AnId | None = None

    def as_filter(self, now: datetime) -> ActionFilter:
        return filter_of(self.show, now, team=self.team, agent_id=self.agent_id, owner_id=self.owner)


def filter_of(
    show: Show, now: datetime, *, team: str | None, agent_id: str | None, owner_id: int | None
) -> ActionFilter:
    states: tuple[ActionState, ...] = ()
    if show == "undone":
        states = UNDONE
    elif show not in {"late", "all"}:
        states = (ActionState(show),)
    late_on = today(now) if show == "late" else None
    return ActionFilter(states, team or None, agent_id or None, owner_id, late_on)


@router.get("/actions")
def list_actions(session: ReadSession, viewer: CurrentViewer, asked: Annotated[ActionsQuery, Query()]) -> ActionList:
    """By the day they are due; a team lead's are their team's."""
    now = _now()
    after = from_due_cursor("actions", asked.cursor)
    page = listing.listed(session, viewer, asked.as_filter(now), after=after, limit=asked.limit)
    return ActionList(
        actions=[ActionLine.of(line, now) for line in page.lines],
        counts=listing.counts(session, viewer, asked.team, now),
        next=to_due_cursor("actions", page.next),
    )


@router.post("/actions", status_code=201)
def make(
    response: Response, session: WriteSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Opening
) -> OneActionAnswer:
    """Open an action; the window of its effect is fixed with it."""
    row = open_action(session, viewer, asked.wanted(), _now())
    response.headers["Location"] = f"/v1/actions/{row.id}"
    return _answer(response, session, viewer, language, row.id)


@router.get("/actions/{action_id}")
def one(
    response: Response, session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, action_id: ActionId
) -> OneActionAnswer:
    """One action with its steps, moves, later calls and effect."""
    return _answer(response, session, viewer, language, action_id)


@router.patch("/actions/{action_id}", responses=declared(412))
def edit(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    action_id: ActionId,
    revision: ExpectedRevision,
    asked: EditingAction,
) -> OneActionAnswer:
    """Another owner or day; the window of its effect stays as it was fixed."""
    own = asked.model_dump(exclude={"owner"})
    moving.edit(session, viewer, action_id, **own, owner_id=asked.owner, revision=revision, now=_now())
    return _answer(response, session, viewer, language, action_id)


@router.post("/actions/{action_id}/moves", responses=declared(412))
def move(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    action_id: ActionId,
    revision: ExpectedRevision,
    asked: Moving,
) -> OneActionAnswer:
    """Move it on. Who has it in hand does not verify it."""
    moving.move(session, viewer, action_id, asked.move, asked.text, revision=revision, now=_now())
    return _answer(response, session, viewer, language, action_id)


@router.post("/actions/{action_id}/notes", status_code=201)
def say(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    action_id: ActionId,
    asked: Saying,
) -> OneActionAnswer:
    """Add a word to its log."""
    moving.say(session, viewer, action_id, asked.text, _now())
    return _answer(response, session, viewer, language, action_id)


@router.post("/actions/{action_id}/steps", status_code=201, responses=declared(412))
def add_step(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    action_id: ActionId,
    revision: ExpectedRevision,
    asked: Stepping,
) -> OneActionAnswer:
    """Another step, at the end."""
    steps.add_step(session, viewer, action_id, asked.text, revision=revision, now=_now())
    return _answer(response, session, viewer, language, action_id)


@router.post("/actions/{action_id}/steps/{step_id}/done", responses=declared(412))
def do_step(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    action_id: ActionId,
    step_id: StepId,
    revision: ExpectedRevision,
    asked: Doing,
) -> OneActionAnswer:
    """Say that a step is done, with what shows it."""
    steps.do_step(
        session,
        viewer,
        action_id,
        step_id,
        evidence=asked.evidence,
        calls=asked.calls,
        revision=revision,
        now=_now(),
    )
    return _answer(response, session, viewer, language, action_id)


@router.post("/actions/{action_id}/again", status_code=201)
def again(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    action_id: ActionId,
    asked: Again,
) -> OneActionAnswer:
    """Open a failed one anew, as the next offence."""
    row = moving.open_again(session, viewer, action_id, asked.due_on, _now())
    response.headers["Location"] = f"/v1/actions/{row.id}"
    return _answer(response, session, viewer, language, row.id)


@router.get("/my-actions")
def own(session: ReadSession, viewer: CurrentViewer) -> list[OwnActionAnswer]:
    """What you are to correct, the newest first."""
    return [OwnActionAnswer.of(one) for one in listing.own_actions(session, viewer)]


@router.post("/my-actions/{action_id}/acknowledge")
def acknowledge(
    session: WriteSession, viewer: CurrentViewer, action_id: ActionId, asked: Acknowledging
) -> list[OwnActionAnswer]:
    """Say that you have read it; once more changes nothing."""
    moving.acknowledge(session, viewer, action_id, asked.text, _now())
    return [OwnActionAnswer.of(one) for one in listing.own_actions(session, viewer)]


def _answer(
    response: Response, session: Session, viewer: Viewer, language: Language, action_id: int
) -> OneActionAnswer:
    now = _now()
    found = OneActionAnswer.of(listing.action_of(session, viewer, action_id, now), language, now)
    tag(response, found.revision)
    return found


def _now() -> datetime:
    return datetime.now(UTC)
