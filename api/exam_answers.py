"""The shapes of `/v1` answers about exams and sittings. What an agent is told never holds a key of a running exam."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from api.answers import FromAttributes
from models.call import AgentStage
from models.tables import QuestionRow, SittingRow
from models.training import Body, ExamKind, ExamState, Given, QuestionKind, SittingState
from pipeline.training.exam_results import ExamResults
from pipeline.training.exams import Exam
from pipeline.training.marking import asked
from pipeline.training.questions import Reference


class ExamItem(FromAttributes):
    """An exam in a list."""

    id: int
    title: str
    kind: ExamKind
    about: str
    pass_mark: float
    minutes: int | None
    draw: int | None = Field(description="Questions drawn at random; null asks all.")
    gate: AgentStage | None
    state: ExamState
    opens_at: datetime | None
    closes_at: datetime | None
    made_by: str
    made_at: datetime
    revision: int = Field(description="Send it as `If-Match` when you change the exam or its questions.")


class ExamList(BaseModel):
    exams: list[ExamItem]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class QuestionAnswer(BaseModel):
    """A question with its key, for trainers."""

    id: int
    position: int
    kind: QuestionKind
    text: str
    body: dict[str, Any]
    key: dict[str, Any]
    points: float
    case_id: int | None

    @classmethod
    def of(cls, row: QuestionRow) -> Self:
        names = ("id", "position", "kind", "text", "body", "points", "case_id")
        return cls(**{name: getattr(row, name) for name in names}, key=row.answer)


class ExamAnswer(BaseModel):
    exam: ExamItem
    questions: list[QuestionAnswer]
    sittings: int

    @classmethod
    def of(cls, found: Exam) -> Self:
        return cls(
            exam=ExamItem.model_validate(found.row),
            questions=[QuestionAnswer.of(one) for one in found.questions],
            sittings=found.sittings,
        )


class ReferenceAnswer(BaseModel):
    """What a listening question about a case can ask, and the reference verdict."""

    case_id: int
    title: str
    items: list[dict[str, str]]
    faults: list[dict[str, Any]]
    settled: bool = Field(description="By a published verdict; else by what the case says it is about.")

    @classmethod
    def of(cls, found: Reference) -> Self:
        return cls(
            case_id=found.case.id,
            title=found.case.title,
            items=[one.model_dump() for one in found.items],
            faults=[one.model_dump() for one in found.faults],
            settled=found.settled,
        )


class PassRateAnswer(BaseModel):
    """Of those who sat for the `attempt`th time."""

    attempt: int
    passed: int
    sat: int
    share: float | None
    low: float
    high: float
    target: float


class QuestionFiguresAnswer(BaseModel):
    question_id: int
    text: str
    n: int
    share: float | None = Field(description="Of its points got on average.")
    discrimination: float | None = Field(description="Correlation with the rest of the exam; null of few people.")


class SittingItem(FromAttributes):
    """A try."""

    id: int
    exam_id: int
    agent_id: str
    attempt: int
    state: SittingState
    score: float | None
    passed: bool | None
    started_at: datetime
    ends_at: datetime | None
    submitted_at: datetime | None
    marked_by: str | None
    marked_at: datetime | None
    revision: int


class ExamResultsAnswer(BaseModel):
    sittings: list[SittingItem]
    rates: list[PassRateAnswer]
    questions: list[QuestionFiguresAnswer]
    mean: float | None
    marked: int
    waiting: int = Field(description="Sittings a trainer has to mark.")

    @classmethod
    def of(cls, found: ExamResults) -> Self:
        return cls(
            sittings=[SittingItem.model_validate(one.row) for one in found.tries],
            rates=[
                PassRateAnswer(
                    attempt=one.attempt,
                    passed=one.passed.hits,
                    sat=one.passed.of,
                    share=one.passed.share,
                    low=one.passed.low,
                    high=one.passed.high,
                    target=one.target,
                )
                for one in found.rates
            ],
            questions=[
                QuestionFiguresAnswer(
                    question_id=one.question.id,
                    text=one.question.text,
                    n=one.figures.n,
                    share=one.figures.share,
                    discrimination=one.figures.discrimination,
                )
                for one in found.questions
            ],
            mean=found.mean,
            marked=found.marked,
            waiting=found.waiting,
        )


class PutQuestion(BaseModel):
    """A question as it is put, without its key. `got` is told when the sitting is marked."""

    id: int
    kind: QuestionKind
    text: str
    body: Body
    points: float
    has_clip: bool
    given: Given | None
    got: float | None


class OwnSittingAnswer(BaseModel):
    """Your sitting. `seconds_left` is by the server's clock; null without a limit, or when it was handed in."""

    id: int
    exam_id: int
    attempt: int
    state: SittingState
    started_at: datetime
    ends_at: datetime | None
    seconds_left: float | None
    score: float | None
    passed: bool | None
    questions: list[PutQuestion]

    @classmethod
    def of(cls, row: SittingRow, now: datetime) -> Self:
        running = row.state == SittingState.BEGUN
        left = None if row.ends_at is None or not running else max(0.0, (row.ends_at - now).total_seconds())
        is_marked = row.state == SittingState.MARKED
        names = ("id", "exam_id", "attempt", "state", "started_at", "ends_at", "score", "passed")
        return cls(
            **{name: getattr(row, name) for name in names},
            seconds_left=left,
            questions=[
                PutQuestion(
                    id=one.question.id,
                    kind=one.question.kind,
                    text=one.question.text,
                    body=one.question.body,
                    points=one.question.points,
                    has_clip=one.question.case_id is not None,
                    given=one.given,
                    got=one.points if is_marked else None,
                )
                for one in asked(row)
            ],
        )


class MarkedQuestion(PutQuestion):
    key: dict[str, Any]


class SittingAnswer(SittingItem):
    """A sitting with its answers and keys, for who marks it."""

    questions: list[MarkedQuestion]

    @classmethod
    def of(cls, row: SittingRow) -> Self:
        own = {name: getattr(row, name) for name in SittingItem.model_fields}
        return cls(
            **own,
            questions=[
                MarkedQuestion(
                    id=one.question.id,
                    kind=one.question.kind,
                    text=one.question.text,
                    body=one.question.body,
                    points=one.question.points,
                    has_clip=one.question.case_id is not None,
                    given=one.given,
                    got=one.points,
                    key=one.question.key.model_dump(mode="json"),
                )
                for one in asked(row)
            ],
        )
