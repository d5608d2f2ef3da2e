"""Exams (考试): a bank of questions, how many are drawn, how long one has, and when it is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.call import AgentStage
from models.errors import BadInput, Conflict
from models.person import Viewer
from models.tables import ExamRow, QuestionRow, SittingRow
from models.training import GATES, PASS_MARK, ExamKind, ExamState, QuestionKind, SittingState
from pipeline.training.changing import changing, find, hold, moment_of, title_of, words_of
from pipeline.training.marking import finish
from storage.people.audit import record
from storage.training import rows, sittings

MOST_MINUTES = 480


@dataclass(frozen=True, slots=True)
class ExamDetails:
    """What is entered about an exam. `gate` is the stage it opens, where it is one of the three gates."""

    title: str
    about: str = ""
    pass_mark: float = PASS_MARK
    minutes: int | None = None
    draw: int | None = None
    gate: AgentStage | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExamPage:
    """`questions` are counts by exam; `next` is the number the following page begins after, None on the last."""

    exams: tuple[ExamRow, ...]
    questions: Mapping[int, int]
    next: int | None


@dataclass(frozen=True, slots=True)
class Exam:
    row: ExamRow
    questions: tuple[QuestionRow, ...]
    sittings: int


def listed(session: Session, *, state: ExamState | None = None, after: int | None, limit: int) -> ExamPage:
    conditions = [] if state is None else [ExamRow.state == state]
    found, following = rows.page(session, ExamRow, *conditions, after=after, limit=limit)
    return ExamPage(found, sittings.question_counts(session, [row.id for row in found]), following)


def read(session: Session, exam_id: int) -> Exam:
    """Raises NotFound where there is none."""
    row = find(session, ExamRow, exam_id)
    return Exam(row, sittings.questions_of(session, row.id), len(sittings.sittings_of(session, row.id)))


def make(session: Session, viewer: Viewer, details: ExamDetails, now: datetime) -> ExamRow:
    """A draft without questions.

    Raises:
        BadInput: no title, something too long, or times and numbers that cannot be.
    """
    row = ExamRow(kind=ExamKind.WRITTEN, state=ExamState.DRAFT, made_by=viewer.name, made_at=now, revision=1)
    _put(row, details)
    session.add(row)
    session.flush()
    record(session, viewer, "exam.made", now, target="exam", target_id=row.id, facts={"title": row.title})
    return row


def edit(
    session: Session, viewer: Viewer, exam_id: int, details: ExamDetails, *, revision: int, now: datetime
) -> ExamRow:
    """Change a draft.

    Raises:
        NotFound, Stale, Conflict: as `changing`.
        BadInput: as `make`.
    """
    row = changing(session, ExamRow, exam_id, revision, ExamState.DRAFT)
    _put(row, details)
    changed(session, viewer, row, "exam.edited", now)
    return row


def set_state(
    session: Session, viewer: Viewer, exam_id: int, state: ExamState, *, revision: int, now: datetime
) -> ExamRow:
    """Open it, close it (whoever still sits hands in what they have), or make an exam nobody sat a draft again.

    Raises:
        NotFound, Stale: as `changing`.
        Conflict: it has too few questions to be opened, or was sat and cannot be a draft.
    """
    row = changing(session, ExamRow, exam_id, revision)
    if row.state == state:
        return row
    if state is ExamState.DRAFT and sittings.sittings_of(session, row.id):
        raise Conflict("pipeline.training_exam_sat")
    if state is ExamState.OPEN:
        _check_questions(session, row)
    if state is ExamState.CLOSED:
        _collect(session, row, now)
    row.state = state
    changed(session, viewer, row, f"exam.{_DONE[state]}", now)
    return row


_DONE = {ExamState.DRAFT: "drafted", ExamState.OPEN: "opened", ExamState.CLOSED: "closed"}


def changed(session: Session, viewer: Viewer, row: ExamRow, action: str, now: datetime) -> None:
    """Count the change, and write it down."""
    row.revision += 1
    session.flush()
    record(session, viewer, action, now, target="exam", target_id=row.id, facts={"title": row.title})


def set_kind(session: Session, row: ExamRow) -> None:
    """By its questions."""
    kinds = {one.kind == QuestionKind.LISTENING for one in sittings.questions_of(session, row.id)}
    row.kind = ExamKind.MIXED if len(kinds) > 1 else ExamKind.LISTENING if kinds == {True} else ExamKind.WRITTEN


def _check_questions(session: Session, row: ExamRow) -> None:
    there = len(sittings.questions_of(session, row.id))
    needed = max(1, row.draw or 1)
    if there < needed:
        raise Conflict("pipeline.training_few_questions", there=there, needed=needed)


def _collect(session: Session, row: ExamRow, now: datetime) -> None:
    for one in sittings.sittings_of(session, row.id):
        own = hold(session, SittingRow, one.id)
        if own.state == SittingState.BEGUN:
            finish(session, own, row, now)


def _put(row: ExamRow, details: ExamDetails) -> None:
    if not 0 < details.pass_mark <= 100:
        raise BadInput("pipeline.training_pass_mark")
    if details.minutes is not None and not 1 <= details.minutes <= MOST_MINUTES:
        raise BadInput("pipeline.training_minutes", most=MOST_MINUTES)
    if details.draw is not None and not 1 <= details.draw <= 200:
        raise BadInput("pipeline.training_draw")
    if details.gate is not None and details.gate not in GATES[1:]:
        raise BadInput("pipeline.training_gate")
    opens = None if details.opens_at is None else moment_of(details.opens_at)
    closes = None if details.closes_at is None else moment_of(details.closes_at)
    if opens is not None and closes is not None and closes <= opens:
        raise BadInput("pipeline.training_exam_times")
    row.title = title_of(details.title)
    row.about = words_of(details.about)
    row.pass_mark, row.minutes, row.draw = details.pass_mark, details.minutes, details.draw
    row.gate, row.opens_at, row.closes_at = details.gate, opens, closes
