"""Sittings: an agent answers, a trainer marks."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import FileResponse, Response
from pydantic import Field

from api.database import ReadSession, WriteSession
from api.exam_answers import OwnSittingAnswer, SittingAnswer
from api.problems import declared
from api.revision import ExpectedRevision, tag
from api.routes.exams import ExamId, QuestionId
from api.routes.results import AnId, Asked
from api.viewer import CurrentViewer
from models.settings import Settings
from models.training import Given
from pipeline.cases.clips import cut
from pipeline.cases.library import plan_of
from pipeline.training import exam_results, marking, sittings

router = APIRouter(prefix="/v1", tags=["exams"], responses=declared(401, 403, 404, 409, 422, 503))

CLIP = {"content": {"audio/mpeg": {"schema": {"type": "string", "format": "binary"}}}}

CLIP_NAME = "clip.mp3"
"""What an error says that cannot be decoded: recordings' own names may hold a customer's number."""

SittingId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the sitting.")]


class Answering(Asked):
    answers: dict[AnId, Given] = Field(default={}, max_length=200, description="By the question's number.")


class Marking(Asked):
    points: Annotated[
        dict[AnId, Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]],
        Field(max_length=200, description="For every written answer, by the question's number."),
    ]


class Collected(Asked):
    handed_in: int = Field(description="Sittings whose time was over, handed in with what was saved in time.")


@router.post("/exams/{exam_id}/sittings", status_code=201)
def begin(response: Response, session: WriteSession, viewer: CurrentViewer, exam_id: ExamId) -> OwnSittingAnswer:
    """Begin, or go on with the sitting that was begun."""
    now = datetime.now(UTC)
    row = sittings.begin(session, viewer, exam_id, now)
    response.headers["Location"] = f"/v1/sittings/{row.id}"
    return OwnSittingAnswer.of(row, now)


@router.post("/exams/overdue")
def collect(session: WriteSession) -> Collected:
    """Hand in the sittings whose time is over and whose browser was closed."""
    return Collected(handed_in=marking.hand_in_overdue(session, datetime.now(UTC)))


@router.get("/sittings/{sitting_id}")
def read_own(session: ReadSession, viewer: CurrentViewer, sitting_id: SittingId) -> OwnSittingAnswer:
    """Your sitting, with what you answered so far; never a key."""
    return OwnSittingAnswer.of(sittings.own_sitting(session, viewer, sitting_id), datetime.now(UTC))


@router.put("/sittings/{sitting_id}/answers")
def save(session: WriteSession, viewer: CurrentViewer, sitting_id: SittingId, asked: Answering) -> OwnSittingAnswer:
    """Keep answers so far. After its time the sitting is handed in without them, as its `state` then says."""
    now = datetime.now(UTC)
    return OwnSittingAnswer.of(sittings.save(session, viewer, sitting_id, asked.answers, now), now)


@router.post("/sittings/{sitting_id}/submit")
def submit(session: WriteSession, viewer: CurrentViewer, sitting_id: SittingId, asked: Answering) -> OwnSittingAnswer:
    """Hand in, with the last answers. Doing so again changes nothing."""
    now = datetime.now(UTC)
    return OwnSittingAnswer.of(sittings.submit(session, viewer, sitting_id, asked.answers, now), now)


@router.get(
    "/sittings/{sitting_id}/questions/{question_id}/clip",
    response_class=FileResponse,
    responses={200: {"description": "The clip.", **CLIP}, 206: {"description": "A part of it.", **CLIP}},
)
def clip(request: Request, viewer: CurrentViewer, sitting_id: SittingId, question_id: QuestionId) -> Response:
    """The sound a question of your own running sitting is about."""
    settings: Settings = request.app.state.settings
    with request.app.state.reading() as session:
        plan = plan_of(session, sittings.clip_case(session, viewer, sitting_id, question_id, datetime.now(UTC)))
    path = cut(replace(plan, file=CLIP_NAME), settings.audio_dir)
    return FileResponse(path, media_type="audio/mpeg", headers={"cache-control": "private, no-store"})


@router.get("/sittings/{sitting_id}/marking")
def read_marking(response: Response, session: ReadSession, sitting_id: SittingId) -> SittingAnswer:
    """A sitting with its answers and keys, for trainers."""
    row = exam_results.one_sitting(session, sitting_id).row
    tag(response, row.revision)
    return SittingAnswer.of(row)


@router.put("/sittings/{sitting_id}/marks", responses=declared(412))
def mark(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    sitting_id: SittingId,
    revision: ExpectedRevision,
    asked: Marking,
) -> SittingAnswer:
    """Points for what was written; with them the sitting has its score."""
    row = marking.mark_texts(session, viewer, sitting_id, asked.points, revision=revision, now=datetime.now(UTC))
    tag(response, row.revision)
    return SittingAnswer.of(row)
