"""An agent's own training: sign in, say how it was."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from api.database import ReadSession, WriteSession
from api.language import ReaderLanguage
from api.my_training_answers import MyTrainingAnswer
from api.problems import declared
from api.routes.results import Asked
from api.routes.training_sessions import SessionId
from api.training_answers import AttendanceAnswer
from api.viewer import CurrentViewer
from pipeline.training import attending, feedback, my_training

router = APIRouter(prefix="/v1/my-training", tags=["training"], responses=declared(401, 403, 404, 409, 422, 503))

Mark = Annotated[int, Field(ge=1, le=5)]


class Saying(Asked):
    content: Mark
    teacher: Mark
    use: Mark
    comment: Annotated[str, Field(max_length=feedback.LONGEST)] = ""


@router.get("")
def read(session: ReadSession, viewer: CurrentViewer, language: ReaderLanguage) -> MyTrainingAnswer:
    """What you are asked to, what to sit, and what you have."""
    return MyTrainingAnswer.of(my_training.my_training(session, viewer, datetime.now(UTC)), language)


@router.post("/sessions/{session_id}/sign-in")
def sign_in(session: WriteSession, viewer: CurrentViewer, session_id: SessionId) -> AttendanceAnswer:
    """You are there: from half an hour before it begins until it ends."""
    return AttendanceAnswer.of(attending.sign_in(session, viewer, session_id, datetime.now(UTC)))


@router.post("/sessions/{session_id}/feedback", status_code=204)
def say(session: WriteSession, viewer: CurrentViewer, session_id: SessionId, asked: Saying) -> Response:
    """How it was, once. Trainers see the sum, never who said what."""
    marks = {"content": asked.content, "teacher": asked.teacher, "use": asked.use}
    feedback.give(session, viewer, session_id, marks, comment=asked.comment, now=datetime.now(UTC))
    return Response(status_code=204)
