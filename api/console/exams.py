"""Pages of exams: the list, one with its questions and results, a new question, a sitting to mark."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.console.calls import Paging
from api.console.page import Frame, render, words_for
from api.console.paged import next_address
from api.console.training_views import ExamsPage, ExamView, MarkingView, QuestionForm
from api.database import ReadSession
from api.id_cursor import from_id_cursor, to_id_cursor
from api.routes.exam_sittings import SittingId
from api.routes.exams import ExamId
from api.viewer import CurrentViewer
from models.person import Right
from models.tables import CertificateRow, CourseRow, ExamRow
from models.training import ExamState, SittingState
from pipeline.training import exam_results, exams
from pipeline.training.changing import find
from pipeline.training.marking import asked
from pipeline.training.questions import reference

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

ON_A_PAGE = 30
SECTION = "training"


class ExamsForm(Paging):
    show: Literal["all", "draft", "open", "closed"] = "all"


class QuestionAsked(Paging):
    case: int | None = Field(None, ge=1, lt=2**63)


@router.get("/exams")
def list_exams(
    request: Request, session: ReadSession, viewer: CurrentViewer, form: Annotated[ExamsForm, Query()]
) -> HTMLResponse:
    state = None if form.show == "all" else ExamState(form.show)
    after = from_id_cursor("exams", form.cursor)
    found = exams.listed(session, state=state, after=after, limit=ON_A_PAGE)
    page = ExamsPage(
        listed=found,
        shown=form.show,
        may_make=viewer.may(Right.TRAIN),
        next=next_address(request, to_id_cursor("exams", found.next)),
        first=next_address(request, "") if form.cursor else None,
    )
    return render(request, "training_exams.html", Frame(words_for(request)("title_exams"), SECTION), page)


@router.get("/exams/{exam_id}")
def one_exam(request: Request, session: ReadSession, viewer: CurrentViewer, exam_id: ExamId) -> HTMLResponse:
    found = exams.read(session, exam_id)
    results = exam_results.results(session, exam_id, datetime.now(UTC))
    ids = [one.row.id for one in results.tries]
    certified = session.scalars(select(CertificateRow.sitting_id).where(CertificateRow.sitting_id.in_(ids)))
    page = ExamView(
        exam=found,
        results=results,
        course=_course(session, exam_id),
        names={one.row.agent_id: one.name for one in results.tries},
        certified=frozenset(one for one in certified if one is not None),
        may_change=viewer.may(Right.TRAIN),
        may_train=viewer.may(Right.TRAIN),
    )
    return render(request, "training_exam.html", Frame(found.row.title, SECTION), page)


@router.get("/exams/{exam_id}/questions/new")
def new_question(
    request: Request, session: ReadSession, exam_id: ExamId, form: Annotated[QuestionAsked, Query()]
) -> HTMLResponse:
    exam = find(session, ExamRow, exam_id)
    found = None if form.case is None else reference(session, form.case)
    page = QuestionForm(exam, found, form.case)
    return render(request, "training_question.html", Frame(words_for(request)("exam_question_new"), SECTION), page)


@router.get("/exams/sittings/{sitting_id}")
def one_sitting(request: Request, session: ReadSession, viewer: CurrentViewer, sitting_id: SittingId) -> HTMLResponse:
    found = exam_results.one_sitting(session, sitting_id)
    may_mark = viewer.may(Right.TRAIN) and found.row.state == SittingState.SUBMITTED
    page = MarkingView(found.exam, found.name, found.row, asked(found.row), may_mark)
    return render(request, "training_marking.html", Frame(f"{found.exam.title} · {found.name}", SECTION), page)


def _course(session: Session, exam_id: int) -> CourseRow | None:
    query = select(CourseRow).where(CourseRow.exam_id == exam_id).order_by(CourseRow.active.desc(), CourseRow.id)
    return session.scalars(query.limit(1)).first()
