"""Complaints and praise about agents: entered, tied to calls, found to stand or not."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field
from sqlalchemy.orm import Session

from api.database import ReadSession, WriteSession
from api.feedback_answers import CandidateAnswer, FeedbackAnswer, FeedbackEntryAnswer, FeedbackList
from api.id_cursor import from_id_cursor, to_id_cursor
from api.problems import declared
from api.queries import PageQuery, Text
from api.revision import ExpectedRevision, tag
from api.routes.results import AnId, Asked, Moment, Words
from api.viewer import CurrentViewer
from models.clock import CHINA_TIME
from models.feedback import FeedbackFacts, FeedbackKind, FeedbackState
from models.person import Viewer
from pipeline.results import feedback, verifying
from pipeline.results.feedback import Feedback

router = APIRouter(prefix="/v1/feedback", tags=["feedback"], responses=declared(401, 403, 404, 422, 503))

FeedbackId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the entry.")]
Short = Annotated[str, Field(min_length=1, max_length=200)]


class NewFeedback(Asked):
    """`source` and `key` together are entered once: sending them again changes nothing and answers 200."""

    kind: FeedbackKind
    text: str = Field(min_length=1, max_length=verifying.LONGEST_TEXT)
    source: Short = Field("manual", description="The system it comes from.")
    key: Short | None = Field(None, description="Its number there.")
    call: AnId | None = Field(None, description="Number of the call it is about.")
    file: Short | None = Field(None, description="Or the name of its recording.")
    agent_id: Short | None = None
    customer_number: Short | None = None
    happened_at: Moment | None = Field(None, description="A time without a zone is China's.")

    def facts(self) -> FeedbackFacts:
        at = self.happened_at
        own = self.model_dump(exclude={"call", "happened_at"})
        return FeedbackFacts(
            **own,
            call_id=self.call,
            happened_at=at.replace(tzinfo=CHINA_TIME) if at is not None and at.tzinfo is None else at,
        )


class Tying(Asked):
    call: AnId | None = Field(description="Number of the call; null unties it.")


class Verifying(Asked):
    stands: bool
    why: Words = Field(min_length=1)


class Reopening(Asked):
    why: Words = Field(min_length=1)


class FeedbackQuery(PageQuery):
    state: FeedbackState | None = None
    kind: FeedbackKind | None = None
    agent_id: Text = None
    call: AnId | None = None


@router.get("")
def list_feedback(
    session: ReadSession, viewer: CurrentViewer, asked: Annotated[FeedbackQuery, Query()]
) -> FeedbackList:
    """Complaints and praise, the last entered first."""
    page = feedback.list_feedback(
        session,
        viewer,
        state=asked.state,
        kind=asked.kind,
        agent_id=asked.agent_id,
        call_id=asked.call,
        after=from_id_cursor("feedback", asked.cursor),
        limit=asked.limit,
    )
    found = [FeedbackAnswer.model_validate(one) for one in page.entries]
    return FeedbackList(entries=found, next=to_id_cursor("feedback", page.next))


@router.post("", status_code=201, responses=declared(409))
def enter(response: Response, session: WriteSession, viewer: CurrentViewer, asked: NewFeedback) -> FeedbackEntryAnswer:
    """Enter one, tied to its call where that is named; 200 where it was entered before."""
    entry, is_new = verifying.enter(session, viewer, asked.facts(), _now())
    if not is_new:
        response.status_code = 200
    response.headers["Location"] = f"/v1/feedback/{entry.id}"
    return _tagged(response, session, viewer, entry)


@router.get("/{feedback_id}")
def one(
    response: Response, session: ReadSession, viewer: CurrentViewer, feedback_id: FeedbackId
) -> FeedbackEntryAnswer:
    """One entry; its `ETag` is what `If-Match` asks for."""
    return _tagged(response, session, viewer, feedback.find_feedback(session, viewer, feedback_id))


@router.get("/{feedback_id}/candidates")
def candidates(session: ReadSession, viewer: CurrentViewer, feedback_id: FeedbackId) -> list[CandidateAnswer]:
    """Calls it may be about, the likeliest first: by number and agent, within two hours."""
    return [CandidateAnswer.of(one) for one in feedback.candidates(session, viewer, feedback_id)]


@router.put("/{feedback_id}/call", responses=declared(409, 412))
def tie(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    feedback_id: FeedbackId,
    revision: ExpectedRevision,
    asked: Tying,
) -> FeedbackEntryAnswer:
    """Say which call it is about."""
    return _tagged(
        response, session, viewer, verifying.tie(session, viewer, feedback_id, asked.call, _now(), revision=revision)
    )


@router.post("/{feedback_id}/hearing", responses=declared(409, 412))
def hear(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    feedback_id: FeedbackId,
    revision: ExpectedRevision,
) -> FeedbackEntryAnswer:
    """Put its call in the queue, so that an inspector hears it."""
    return _tagged(
        response, session, viewer, verifying.ask_hearing(session, viewer, feedback_id, _now(), revision=revision)
    )


@router.post("/{feedback_id}/decision", responses=declared(409, 412))
def decide(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    feedback_id: FeedbackId,
    revision: ExpectedRevision,
    asked: Verifying,
) -> FeedbackEntryAnswer:
    """Find that it stands, or that it does not; once."""
    entry = verifying.decide_feedback(
        session, viewer, feedback_id, _now(), stands=asked.stands, why=asked.why, revision=revision
    )
    return _tagged(response, session, viewer, entry)


@router.post("/{feedback_id}/reopening", responses=declared(409, 412))
def reopen(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    feedback_id: FeedbackId,
    revision: ExpectedRevision,
    asked: Reopening,
) -> FeedbackEntryAnswer:
    """Have it decided anew; what was decided stays among `earlier`. Leads may."""
    entry = verifying.reopen(session, viewer, feedback_id, _now(), why=asked.why, revision=revision)
    return _tagged(response, session, viewer, entry)


def _tagged(response: Response, session: Session, viewer: Viewer, entry: Feedback) -> FeedbackEntryAnswer:
    tag(response, entry.revision)
    return FeedbackEntryAnswer.of(entry, feedback.earlier_decisions(session, viewer, entry.id))


def _now() -> datetime:
    return datetime.now(UTC)
