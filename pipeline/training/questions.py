"""The bank of questions of an exam, and what the reference verdict of a case says of its clip."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import BadDefinition, BadInput, Conflict, NotFound
from models.person import Viewer
from models.review import JUDGEMENT_JSON
from models.tables import CaseItemRow, CaseRow, ExamRow, FinalScoreRow, QuestionRow, ScoreRow
from models.training import (
    KEY_JSON,
    AnswerKey,
    AskedItem,
    Body,
    ChoiceKey,
    ExamState,
    Fault,
    JudgeKey,
    ListeningKey,
    Question,
    QuestionKind,
    TextKey,
)
from pipeline.review.heard import card_by_id
from pipeline.training.changing import changing, find, needed, words_of
from pipeline.training.exams import changed, set_kind
from storage.training import sittings

MOST_QUESTIONS = 300
MOST_POINTS = 100.0
LEAST_CHOICES, MOST_CHOICES = 2, 8
PUBLISHED = "published"

NO_BODY = Body()

KEYS: Mapping[QuestionKind, type] = {
    QuestionKind.ONE: ChoiceKey,
    QuestionKind.SEVERAL: ChoiceKey,
    QuestionKind.JUDGE: JudgeKey,
    QuestionKind.TEXT: TextKey,
    QuestionKind.LISTENING: ListeningKey,
}


@dataclass(frozen=True, slots=True)
class QuestionDetails:
    """What is entered about a question; `key` of the sort its kind needs."""

    kind: QuestionKind
    text: str
    key: AnswerKey
    points: float = 10.0
    body: Body = NO_BODY
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """What there is to hear in a case: every item of the scorecard, and those at fault by the reference verdict.

    `settled`: by a published verdict; else only by what the case says it is about.
    """

    case: CaseRow
    items: tuple[AskedItem, ...]
    faults: tuple[Fault, ...]
    settled: bool


def add(
    session: Session, viewer: Viewer, exam_id: int, details: QuestionDetails, *, revision: int, now: datetime
) -> QuestionRow:
    """One more question, at the end. `revision` is the exam's.

    Raises:
        NotFound, Stale, Conflict: as `changing`; only drafts are changed.
        BadInput: its choices or its key cannot be.
    """
    exam = changing(session, ExamRow, exam_id, revision, ExamState.DRAFT)
    there = sittings.questions_of(session, exam.id)
    if len(there) >= MOST_QUESTIONS:
        raise BadInput("pipeline.training_many", most=MOST_QUESTIONS)
    row = QuestionRow(exam_id=exam.id, position=max((one.position for one in there), default=0) + 1)
    _put(session, row, details)
    session.add(row)
    _changed(session, viewer, exam, now)
    return row


def edit(
    session: Session,
    viewer: Viewer,
    exam_id: int,
    question_id: int,
    details: QuestionDetails,
    *,
    revision: int,
    now: datetime,
) -> QuestionRow:
    """Raises as `add`."""
    exam = changing(session, ExamRow, exam_id, revision, ExamState.DRAFT)
    row = _of(session, exam, question_id)
    _put(session, row, details)
    _changed(session, viewer, exam, now)
    return row


def drop(session: Session, viewer: Viewer, exam_id: int, question_id: int, *, revision: int, now: datetime) -> None:
    """Raises as `add`."""
    exam = changing(session, ExamRow, exam_id, revision, ExamState.DRAFT)
    session.delete(_of(session, exam, question_id))
    session.flush()
    _changed(session, viewer, exam, now)


def question_of(row: QuestionRow) -> Question:
    """As it is put to somebody."""
    return Question(
        id=row.id,
        kind=QuestionKind(row.kind),
        text=row.text,
        body=Body.model_validate(row.body),
        key=KEY_JSON.validate_python(row.answer),
        points=row.points,
        case_id=row.case_id,
    )


def reference(session: Session, case_id: int) -> Reference:
    """From the final score the case was made on, its evidence moved to the clip's seconds.

    Raises:
        NotFound: no such case.
        Conflict: it is not published; what is not settled is nothing to examine people on.
    """
    case = session.get(CaseRow, case_id)
    if case is None:
        raise NotFound("pipeline.training_no_case", id=case_id)
    if case.state != PUBLISHED:
        raise Conflict("pipeline.training_case_unpublished", id=case_id)
    final = None if case.final_id is None else session.get(FinalScoreRow, case.final_id)
    score = None if case.score_id is None else session.get(ScoreRow, case.score_id)
    card_id = final.scorecard_id if final else score.scorecard_id if score else None
    named = session.execute(select(CaseItemRow.item, CaseItemRow.name).where(CaseItemRow.case_id == case.id)).all()
    about = tuple(AskedItem(id=item, name=name) for item, name in named)
    items = about
    if card_id is not None:
        with suppress(BadDefinition):  # one that an earlier version could read
            items = tuple(AskedItem(id=one.id, name=one.name) for one in card_by_id(session, card_id).items)
    if final is not None:
        return Reference(case, items, _faults(case, final), settled=True)
    failing = case.kind == "failing"
    return Reference(case, items, tuple(Fault(item=one.id) for one in about) if failing else (), settled=False)


def _faults(case: CaseRow, final: FinalScoreRow) -> tuple[Fault, ...]:
    """Items that cost points in the stretch; what was said elsewhere in the call is no fault of the clip."""
    found = []
    for one in JUDGEMENT_JSON.validate_python(final.judgement).items:
        if one.lost <= 0:
            continue
        inside = [said for said in one.evidence if said.end > case.start and said.start < case.end]
        if inside:
            start = max(0.0, min(said.start for said in inside) - case.start)
            end = max(start, max(said.end for said in inside) - case.start)
            found.append(Fault(item=one.item, start=round(start, 2), end=round(end, 2)))
        elif not one.evidence:
            found.append(Fault(item=one.item))
    return tuple(found)


def _changed(session: Session, viewer: Viewer, exam: ExamRow, now: datetime) -> None:
    session.flush()
    set_kind(session, exam)
    changed(session, viewer, exam, "exam.questions_changed", now)


def _of(session: Session, exam: ExamRow, question_id: int) -> QuestionRow:
    row = find(session, QuestionRow, question_id)
    return row if row.exam_id == exam.id else find(session, QuestionRow, 0)


def _put(session: Session, row: QuestionRow, details: QuestionDetails) -> None:
    if not isinstance(details.key, KEYS[details.kind]):
        raise BadInput("pipeline.training_key_kind")
    if not 0 < details.points <= MOST_POINTS:
        raise BadInput("pipeline.training_points", most=MOST_POINTS)
    _check(details)
    if (details.kind is QuestionKind.LISTENING) != (details.case_id is not None):
        raise BadInput("pipeline.training_listening_case")
    if details.case_id is not None:
        reference(session, details.case_id)
    row.kind = details.kind
    row.text = needed(details.text)
    row.body = details.body.model_dump(mode="json")
    row.answer = details.key.model_dump(mode="json")
    row.points = round(details.points, 2)
    row.case_id = details.case_id


def _check(details: QuestionDetails) -> None:
    """Whether the key is about the choices, or the items, that are asked."""
    key, body = details.key, details.body
    if isinstance(key, ChoiceKey):
        if not LEAST_CHOICES <= len(body.choices) <= MOST_CHOICES:
            raise BadInput("pipeline.training_choices", least=LEAST_CHOICES, most=MOST_CHOICES)
        only_one = details.kind is QuestionKind.ONE and len(key.right) != 1
        if only_one or len(set(key.right)) != len(key.right) or max(key.right) >= len(body.choices):
            raise BadInput("pipeline.training_right")
    if isinstance(key, ListeningKey):
        asked = {one.id for one in body.items}
        if not asked or not {one.item for one in key.faults} <= asked:
            raise BadInput("pipeline.training_items")
    if isinstance(key, TextKey):
        words_of(key.model)
