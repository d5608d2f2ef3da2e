"""An agent's own training, and the page on which they sit an exam."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.console.page import Frame, render, words_for
from api.console.training_views import MyTrainingView, SittingView
from api.database import ReadSession
from api.exam_answers import OwnSittingAnswer
from api.routes.exam_sittings import SittingId
from api.viewer import CurrentViewer
from models.tables import ExamRow
from models.training import SittingState
from pipeline.training.changing import find
from pipeline.training.marking import asked
from pipeline.training.my_training import my_training
from pipeline.training.sittings import is_over, own_sitting

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/my-training")
def mine(request: Request, session: ReadSession, viewer: CurrentViewer) -> HTMLResponse:
    now = datetime.now(UTC)
    page = MyTrainingView(my_training(session, viewer, now), now)
    return render(request, "my_training.html", Frame(words_for(request)("title_my_training"), "my_training"), page)


@router.get("/my-training/exams/{sitting_id}")
def sitting(request: Request, session: ReadSession, viewer: CurrentViewer, sitting_id: SittingId) -> HTMLResponse:
    now = datetime.now(UTC)
    row = own_sitting(session, viewer, sitting_id)
    exam = find(session, ExamRow, row.exam_id)
    running = row.state == SittingState.BEGUN and not is_over(row, now)
    left = OwnSittingAnswer.of(row, now).seconds_left
    page = SittingView(
        exam=exam, row=row, asked=asked(row), running=running, data={"sitting": row.id, "seconds_left": left}
    )
    return render(request, "my_training_exam.html", Frame(exam.title, "my_training"), page)
