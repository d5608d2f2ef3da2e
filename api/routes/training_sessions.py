"""Training sessions: notice, who is asked, who came, the record, and what was said of it."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.database import ReadSession, WriteSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.problems import declared
from api.queries import PageQuery
from api.revision import ExpectedRevision, tag
from api.routes.courses import Hours, Title, Words
from api.routes.results import AnId, Asked, Moment
from api.routes.training_plans import Agents, Short
from api.training_answers import AttendanceAnswer, FeedbackSummaryAnswer, SessionAnswer, SessionItem, SessionList
from api.viewer import CurrentViewer
from models.clock import CHINA_TIME
from models.training import AttendanceState, SessionState
from pipeline.training import attending, feedback, sessions
from pipeline.training.sessions import SessionDetails

router = APIRouter(prefix="/v1/training-sessions", tags=["training"], responses=declared(401, 403, 404, 409, 422, 503))

SessionId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the session.")]
AgentId = Annotated[str, Path(min_length=1, max_length=200, description="The agent's number.")]


class SessionBody(Asked):
    title: Title
    starts_at: Moment = Field(description="A time without a zone is China's.")
    hours: Hours = 1.0
    place: Annotated[str, Field(max_length=200)] = ""
    teacher: Short = ""
    teacher_id: AnId | None = None
    exam_id: AnId | None = None
    notice: Words = ""
    urgent: bool = Field(default=False, description="It was held at once; this is written down afterwards.")

    @property
    def details(self) -> SessionDetails:
        own = self.model_dump(include=set(SessionDetails.__slots__))
        at = self.starts_at
        return SessionDetails(**own | {"starts_at": at.replace(tzinfo=CHINA_TIME) if at.tzinfo is None else at})


class Making(SessionBody):
    course_id: AnId
    entry_id: AnId | None = Field(None, description="The training of an approved plan it is of.")
    agents: Agents = Field(default=[])


class Asking(Asked):
    agents: Agents


class Marking(Asked):
    state: AttendanceState


class Writing(Asked):
    record: Words


class Cancelling(Asked):
    why: Annotated[str, Field(min_length=1, max_length=500)]


class SessionsQuery(PageQuery):
    state: SessionState | None = None
    entry: AnId | None = None


@router.get("")
def list_sessions(session: ReadSession, asked: Annotated[SessionsQuery, Query()]) -> SessionList:
    """Sessions, the newest first."""
    after = from_id_cursor("training-sessions", asked.cursor)
    page = sessions.listed(session, state=asked.state, entry_id=asked.entry, after=after, limit=asked.limit)
    items = [SessionItem.model_validate(row) for row in page.sessions]
    return SessionList(sessions=items, next=to_id_cursor("training-sessions", page.next))


@router.post("", status_code=201)
def make(response: Response, session: WriteSession, viewer: CurrentViewer, asked: Making) -> SessionAnswer:
    """A session of a plan's training, or by itself."""
    row = sessions.make(
        session,
        viewer,
        asked.details,
        course_id=asked.course_id,
        entry_id=asked.entry_id,
        agents=asked.agents,
        now=_now(),
    )
    response.headers["Location"] = f"/v1/training-sessions/{row.id}"
    return _answer(response, session, row.id)


@router.get("/{session_id}")
def read(response: Response, session: ReadSession, session_id: SessionId) -> SessionAnswer:
    """A session with who is asked to it."""
    return _answer(response, session, session_id)


@router.put("/{session_id}", responses=declared(412))
def edit(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    session_id: SessionId,
    revision: ExpectedRevision,
    asked: SessionBody,
) -> SessionAnswer:
    """Another time, place or notice, before it is held."""
    sessions.edit(session, viewer, session_id, asked.details, revision=revision, now=_now())
    return _answer(response, session, session_id)


@router.put("/{session_id}/agents", responses=declared(412))
def set_agents(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    session_id: SessionId,
    revision: ExpectedRevision,
    asked: Asking,
) -> SessionAnswer:
    """All who are asked to it; who signed in already stays."""
    sessions.set_agents(session, viewer, session_id, asked.agents, revision=revision, now=_now())
    return _answer(response, session, session_id)


@router.put("/{session_id}/attendance/{agent_id}")
def mark(
    session: WriteSession, viewer: CurrentViewer, session_id: SessionId, agent_id: AgentId, asked: Marking
) -> AttendanceAnswer:
    """Say for an agent that they came, stayed away, or are excused."""
    return AttendanceAnswer.of(attending.mark(session, viewer, session_id, agent_id, state=asked.state, now=_now()))


@router.post("/{session_id}/record", responses=declared(412))
def write_down(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    session_id: SessionId,
    revision: ExpectedRevision,
    asked: Writing,
) -> SessionAnswer:
    """It was held, and this is its record; who did not sign in was absent."""
    attending.write_down(session, viewer, session_id, asked.record, revision=revision, now=_now())
    return _answer(response, session, session_id)


@router.put("/{session_id}/record", responses=declared(412))
def rewrite(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    session_id: SessionId,
    revision: ExpectedRevision,
    asked: Writing,
) -> SessionAnswer:
    """A better record of a session that was held."""
    attending.rewrite(session, viewer, session_id, asked.record, revision=revision, now=_now())
    return _answer(response, session, session_id)


@router.post("/{session_id}/cancel", responses=declared(412))
def cancel(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    session_id: SessionId,
    revision: ExpectedRevision,
    asked: Cancelling,
) -> SessionAnswer:
    """Call it off."""
    sessions.cancel(session, viewer, session_id, asked.why, revision=revision, now=_now())
    return _answer(response, session, session_id)


@router.get("/{session_id}/feedback")
def read_feedback(session: ReadSession, session_id: SessionId) -> FeedbackSummaryAnswer:
    """What those who came said of it, without who."""
    sessions.read(session, session_id)
    return FeedbackSummaryAnswer.of(feedback.summary(session, session_id))


def _answer(response: Response, session: ReadSession, session_id: int) -> SessionAnswer:
    found = sessions.read(session, session_id)
    tag(response, found.row.revision)
    return SessionAnswer.of(found)


def _now() -> datetime:
    return datetime.now(UTC)
