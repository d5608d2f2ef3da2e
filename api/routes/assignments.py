"""An inspector's work: fetching calls, filling in the form, handing it in."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from api.database import ReadSession, WriteSession
from api.language import ReaderLanguage
from api.problems import declared
from api.review_answers import (
    Asked,
    AssignmentAnswer,
    AssignmentItem,
    AssignmentList,
    DeskAnswer,
    DraftStanding,
    HeldAnswer,
    NextAnswer,
    VerdictReceipt,
)
from api.revision import ExpectedRevision, tag
from api.viewer import CurrentViewer
from api.worklist_cursor import from_cursor, to_cursor
from models.errors import Conflict, Forbidden
from models.person import Right, Viewer
from models.review import AssignmentState, Judgement, Purpose
from models.settings import Settings
from pipeline.review import assignment, desk, judging, reviewing
from pipeline.review.desk import AssignmentFilter
from storage.review.assignments import find_assignment

router = APIRouter(prefix="/v1", tags=["reviews"], responses=declared(401, 403, 422, 503))

AssignmentId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the assignment.")]
Text = Annotated[str | None, Query(max_length=200)]


class GivingBack(Asked):
    why: str = Field("", max_length=500, description="Why it is given back, for the lead.")


class AssignmentsQuery(Asked):
    """What a list of assignments is narrowed to."""

    mine: bool = Field(default=False, description="Only your own. Without it, `user_id` or all.")
    user_id: int | None = Field(None, ge=1, lt=2**63)
    pooled: bool | None = Field(None, description="Only what nobody has now, or only what somebody has.")
    state: AssignmentState | Literal["to_do"] | None = Field(
        "to_do", description="`to_do` is open or started, the most urgent first; others list the newest first."
    )
    purpose: Purpose | None = None
    team: str | None = Field(None, max_length=200, description="Of the call.")
    call_type: str | None = Field(None, max_length=200)
    overdue: bool = False
    cursor: str | None = Field(None, max_length=200)
    limit: int = Field(50, ge=1, le=200)

    def as_filter(self, viewer: Viewer, now: datetime) -> AssignmentFilter:
        return AssignmentFilter(
            user_id=viewer.user_id if self.mine else self.user_id,
            pooled=self.pooled,
            state=self.state if isinstance(self.state, AssignmentState) else None,
            purpose=self.purpose,
            team=self.team,
            call_type=self.call_type,
            due_before=now if self.overdue else None,
        )


@router.post("/desk/next", responses={204: {"description": "There is nothing you may hear."}})
def fetch_next(request: Request, session: WriteSession, viewer: CurrentViewer) -> NextAnswer:
    """Take the next call and begin it: what you began, what you were given, then the most urgent that nobody has."""
    row = assignment.next_assignment(session, viewer, _now(), lease=_settings(request).lease)
    if row is None:
        return Response(status_code=204)  # type: ignore[return-value]  # FastAPI sends it as it is
    assignment.start(session, viewer, row.id, _now(), lease=_settings(request).lease)
    return NextAnswer(assignment_id=row.id, call_id=row.call_id)


@router.get("/desk/next", responses={204: {"description": "There is nothing you may hear."}})
def look_ahead(session: ReadSession, viewer: CurrentViewer) -> NextAnswer:
    """What you would get now, without taking it: to fetch its sound beforehand."""
    row = assignment.coming(session, viewer, _now())
    if row is None:
        return Response(status_code=204)  # type: ignore[return-value]
    return NextAnswer(assignment_id=row.id, call_id=row.call_id)


@router.get("/desk")
def own_desk(session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage) -> DeskAnswer:
    """What you have to do, and did today."""
    return DeskAnswer.of(desk.desk(session, viewer, _now()), language)


@router.get("/assignments")
def list_assignments(
    session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage, asked: Annotated[AssignmentsQuery, Query()]
) -> AssignmentList:
    """Assignments that fit every filter. Other people's are for who shares out work."""
    if not asked.mine and not viewer.may(Right.ASSIGN):
        raise Forbidden("api.forbidden")
    if asked.mine:
        assignment.user_id(viewer)
    now = _now()
    listed = desk.to_do if asked.state == "to_do" else desk.over
    wanted = asked.as_filter(viewer, now)
    page = listed(session, viewer, wanted, now, after=from_cursor(asked.cursor), limit=asked.limit)
    lines = [AssignmentItem.of(line, language) for line in page.lines]
    return AssignmentList(assignments=lines, next=to_cursor(page.next))


@router.get("/assignments/{assignment_id}", responses=declared(404, 409))
def read(
    request: Request,
    response: Response,
    session: ReadSession,
    viewer: CurrentViewer,
    language: ReaderLanguage,
    assignment_id: AssignmentId,
) -> AssignmentAnswer:
    """One assignment with your form; what the machine and others said is there once you have submitted yours."""
    now = _now()
    needed = _settings(request).comment_needed
    page = reviewing.open_review(session, viewer, assignment_id, now, comment_needed=needed)
    if page.draft is not None:
        tag(response, page.draft.revision)
    return AssignmentAnswer.of(page, desk.line(session, viewer, assignment_id, now), viewer, language)


@router.get("/assignments/{assignment_id}/draft", responses=declared(404, 409))
def read_draft(
    request: Request, response: Response, session: ReadSession, viewer: CurrentViewer, assignment_id: AssignmentId
) -> DraftStanding:
    """Your form as it is stored."""
    needed = _settings(request).comment_needed
    draft = reviewing.draft_of(session, viewer, assignment_id, _now(), comment_needed=needed)
    tag(response, draft.revision)
    return DraftStanding.of(draft)


@router.put("/assignments/{assignment_id}/draft", responses=declared(404, 409, 412))
def save_draft(
    request: Request,
    response: Response,
    viewer: CurrentViewer,
    assignment_id: AssignmentId,
    revision: ExpectedRevision,
    judgement: Judgement,
) -> DraftStanding:
    """Keep your form, right or not; 412 where another window of yours saved since.

    It counts as a sign of life. Where the call is somebody else's by now (409), what you sent is kept all the same.
    """
    settings = _settings(request)
    try:
        with request.app.state.writing.begin() as session:
            draft = judging.save_draft(
                session,
                viewer,
                assignment_id,
                judgement,
                revision=revision,
                now=_now(),
                lease=settings.lease,
                comment_needed=settings.comment_needed,
            )
            standing = DraftStanding.of(draft)
    except Conflict:
        _keep(request, viewer, assignment_id, judgement)
        raise
    tag(response, standing.revision)
    return standing


@router.post("/assignments/{assignment_id}/hold", responses=declared(404, 409))
def hold(request: Request, session: WriteSession, viewer: CurrentViewer, assignment_id: AssignmentId) -> HeldAnswer:
    """Say that you are at work on it, every minute or so; 409 says who has it where you lost it."""
    row = assignment.hold(session, viewer, assignment_id, _now(), lease=_settings(request).lease)
    return HeldAnswer.of(row)


@router.post("/assignments/{assignment_id}/give-back", responses=declared(404, 409))
def give_back(
    session: WriteSession, viewer: CurrentViewer, assignment_id: AssignmentId, asked: GivingBack | None = None
) -> HeldAnswer:
    """Let somebody else have it; it is not offered to you again."""
    why = "" if asked is None else asked.why
    return HeldAnswer.of(assignment.give_back(session, viewer, assignment_id, _now(), why=why))


@router.post("/assignments/{assignment_id}/submit", responses=declared(404, 409))
def submit(
    request: Request, viewer: CurrentViewer, assignment_id: AssignmentId, judgement: Judgement
) -> VerdictReceipt:
    """Hand it in, for good. 422 names the items that are open or wrong.

    The same again is answered with the verdict that is there. Where somebody else has the call or handed it in (409),
    what you sent is kept as your draft.
    """
    try:
        with request.app.state.writing.begin() as session:
            needed = _settings(request).comment_needed
            verdict = judging.submit(session, viewer, assignment_id, judgement, _now(), comment_needed=needed)
            return VerdictReceipt.model_validate(verdict)
    except Conflict:
        _keep(request, viewer, assignment_id, judgement)
        raise


def _keep(request: Request, viewer: Viewer, assignment_id: int, judgement: Judgement) -> None:
    """In a transaction of its own: the other one was undone. Nothing is kept of what was handed in already."""
    with request.app.state.writing.begin() as session:
        row = find_assignment(session, assignment_id)
        if not (row.state == AssignmentState.SUBMITTED and row.user_id == viewer.user_id):
            judging.keep_draft(session, viewer, assignment_id, judgement, _now())


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _now() -> datetime:
    return datetime.now(UTC)
