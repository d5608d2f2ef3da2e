"""Exams and their bank of questions; how they went."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from api.database import ReadSession, WriteSession
from api.exam_answers import ExamAnswer, ExamItem, ExamList, ExamResultsAnswer, ReferenceAnswer
from api.id_cursor import from_id_cursor, to_id_cursor
from api.problems import declared
from api.queries import PageQuery
from api.revision import ExpectedRevision, tag
from api.routes.courses import Title, Words
from api.routes.results import AnId, Asked, Moment
from api.viewer import CurrentViewer
from models.call import AgentStage
from models.clock import CHINA_TIME
from models.training import PASS_MARK, AnswerKey, Body, ExamState, QuestionKind
from pipeline.cases.library import within_reach
from pipeline.training import exam_results, exams, questions
from pipeline.training.exams import ExamDetails
from pipeline.training.questions import QuestionDetails

router = APIRouter(prefix="/v1/exams", tags=["exams"], responses=declared(401, 403, 404, 409, 422, 503))

ExamId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the exam.")]
QuestionId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the question.")]
CaseId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the case.")]


class ExamBody(Asked):
    title: Title
    about: Words = ""
    pass_mark: float = Field(PASS_MARK, gt=0, le=100, allow_inf_nan=False)
    minutes: int | None = Field(None, ge=1, le=exams.MOST_MINUTES, description="Null: no limit.")
    draw: int | None = Field(None, ge=1, le=200, description="So many questions at random; null: all.")
    gate: AgentStage | None = Field(None, description="The stage it opens.")
    opens_at: Moment | None = None
    closes_at: Moment | None = None

    @property
    def details(self) -> ExamDetails:
        own = self.model_dump() | {"opens_at": _in_china(self.opens_at), "closes_at": _in_china(self.closes_at)}
        return ExamDetails(**own)


class Moving(Asked):
    state: ExamState


class QuestionBody(Asked):
    kind: QuestionKind
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    key: AnswerKey
    points: float = Field(10.0, gt=0, le=questions.MOST_POINTS, allow_inf_nan=False)
    body: Body = Body()
    case_id: AnId | None = None

    @property
    def details(self) -> QuestionDetails:
        return QuestionDetails(self.kind, self.text, self.key, self.points, self.body, self.case_id)


class ExamsQuery(PageQuery):
    state: ExamState | None = None


@router.get("")
def list_exams(session: ReadSession, asked: Annotated[ExamsQuery, Query()]) -> ExamList:
    """Exams, the newest first."""
    after = from_id_cursor("exams", asked.cursor)
    page = exams.listed(session, state=asked.state, after=after, limit=asked.limit)
    return ExamList(exams=[ExamItem.model_validate(row) for row in page.exams], next=to_id_cursor("exams", page.next))


@router.post("", status_code=201)
def make(response: Response, session: WriteSession, viewer: CurrentViewer, asked: ExamBody) -> ExamAnswer:
    """A draft without questions."""
    row = exams.make(session, viewer, asked.details, _now())
    response.headers["Location"] = f"/v1/exams/{row.id}"
    return _answer(response, session, row.id)


@router.get("/references/{case_id}")
def read_reference(session: ReadSession, viewer: CurrentViewer, case_id: CaseId) -> ReferenceAnswer:
    """What a listening question about a case can ask, by its reference verdict; none of a call you are to judge."""
    within_reach(session, viewer, case_id)
    return ReferenceAnswer.of(questions.reference(session, case_id))


@router.get("/{exam_id}")
def read(response: Response, session: ReadSession, exam_id: ExamId) -> ExamAnswer:
    """An exam with its questions and their keys."""
    return _answer(response, session, exam_id)


@router.put("/{exam_id}", responses=declared(412))
def edit(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    exam_id: ExamId,
    revision: ExpectedRevision,
    asked: ExamBody,
) -> ExamAnswer:
    """Change a draft."""
    exams.edit(session, viewer, exam_id, asked.details, revision=revision, now=_now())
    return _answer(response, session, exam_id)


@router.put("/{exam_id}/state", responses=declared(412))
def set_state(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    exam_id: ExamId,
    revision: ExpectedRevision,
    asked: Moving,
) -> ExamAnswer:
    """Open it, close it, or make one that nobody sat a draft again."""
    exams.set_state(session, viewer, exam_id, asked.state, revision=revision, now=_now())
    return _answer(response, session, exam_id)


@router.post("/{exam_id}/questions", status_code=201, responses=declared(412))
def add_question(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    exam_id: ExamId,
    revision: ExpectedRevision,
    asked: QuestionBody,
) -> ExamAnswer:
    """One more question, in a draft."""
    questions.add(session, viewer, exam_id, asked.details, revision=revision, now=_now())
    return _answer(response, session, exam_id)


@router.put("/{exam_id}/questions/{question_id}", responses=declared(412))
def edit_question(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    exam_id: ExamId,
    question_id: QuestionId,
    revision: ExpectedRevision,
    asked: QuestionBody,
) -> ExamAnswer:
    """Change a question of a draft."""
    questions.edit(session, viewer, exam_id, question_id, asked.details, revision=revision, now=_now())
    return _answer(response, session, exam_id)


@router.delete("/{exam_id}/questions/{question_id}", responses=declared(412))
def drop_question(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    exam_id: ExamId,
    question_id: QuestionId,
    revision: ExpectedRevision,
) -> ExamAnswer:
    """Take a question out of a draft."""
    questions.drop(session, viewer, exam_id, question_id, revision=revision, now=_now())
    return _answer(response, session, exam_id)


@router.get("/{exam_id}/results")
def read_results(session: ReadSession, exam_id: ExamId) -> ExamResultsAnswer:
    """Every try, shares that passed against their targets, and how each question did."""
    return ExamResultsAnswer.of(exam_results.results(session, exam_id, _now()))


def _answer(response: Response, session: ReadSession, exam_id: int) -> ExamAnswer:
    found = exams.read(session, exam_id)
    tag(response, found.row.revision)
    return ExamAnswer.of(found)


def _in_china(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=CHINA_TIME) if at is not None and at.tzinfo is None else at


def _now() -> datetime:
    return datetime.now(UTC)
