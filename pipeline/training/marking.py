"""Handing in and marking: points by question, the score, and what passing or failing leads to.

Failing costs points in the agent's ledger by the handbooks' rule, more each time; the third time a deadline is set.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.action import LedgerKind
from models.errors import BadInput
from models.person import SYSTEM, Viewer
from models.reason import Fact, Reason
from models.tables import ExamRow, SittingRow
from models.training import FAILED_POINTS, RETAKE_DAYS, Given, Question, SittingState
from pipeline.actions import ledger
from pipeline.reports.span import today
from pipeline.training.changing import changing, find
from scoring import exam as scoring
from storage.people.audit import record
from storage.training import sittings

SOURCE = "sitting"
AT_ONCE = 200

GRACE = timedelta(seconds=10)
"""For the network: the last answers are sent when the clock stands at 0."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was put, what was answered, and the points it got (None: not marked yet)."""

    question: Question
    given: Given | None
    points: float | None


def asked(row: SittingRow) -> tuple[Asked, ...]:
    """In the order they were put."""
    answers, marks = given(row), {int(id_): float(points) for id_, points in row.marks.items()}
    questions = [Question.model_validate(one) for one in row.questions]
    return tuple(Asked(one, answers.get(one.id), marks.get(one.id)) for one in questions)


def given(row: SittingRow) -> dict[int, Given]:
    return {int(id_): Given.model_validate(one) for id_, one in row.answers.items()}


def finish(session: Session, row: SittingRow, exam: ExamRow, now: datetime) -> None:
    """Hand in what was answered, and mark what needs nobody to read it. The sitting is locked by the caller."""
    marks: dict[str, float] = {}
    for one in asked(row):
        points = scoring.mark(one.question, one.given)
        if points is not None:
            marks[str(one.question.id)] = points
    row.marks = marks
    row.submitted_at = min(now, row.ends_at) if row.ends_at is not None else now
    row.state = SittingState.SUBMITTED
    row.revision += 1
    if len(marks) == len(row.questions):
        _settle(session, SYSTEM, row, exam, now)
    session.flush()


def mark_texts(
    session: Session,
    viewer: Viewer,
    sitting_id: int,
    points: Mapping[int, float],
    *,
    revision: int,
    now: datetime,
) -> SittingRow:
    """What the trainer gives for what was written: every question that waits, and no other.

    Raises:
        NotFound, Stale, Conflict: as `changing`.
        BadInput: a question is missing or needs no marking, or the points are more than it has.
    """
    row = changing(session, SittingRow, sitting_id, revision, SittingState.SUBMITTED)
    waiting = {one.question.id: one.question for one in asked(row) if one.points is None}
    if set(points) != set(waiting):
        raise BadInput("pipeline.training_marks_missing", n=len(waiting))
    for id_, got in points.items():
        if not 0 <= got <= waiting[id_].points:
            raise BadInput("pipeline.training_marks_most", most=waiting[id_].points)
    row.marks = {**row.marks, **{str(id_): round(got, 2) for id_, got in points.items()}}
    row.revision += 1
    _settle(session, viewer, row, find(session, ExamRow, row.exam_id), now)
    session.flush()
    facts: dict[str, Fact] = {"agent": row.agent_id, "score": row.score or 0.0}
    record(session, viewer, "sitting.marked", now, target="sitting", target_id=row.id, facts=facts)
    return row


def hand_in_overdue(session: Session, now: datetime) -> int:
    """Hand in every sitting whose time is over, with what was saved in time; how many there were."""
    found = sittings.over(session, now - GRACE, AT_ONCE)
    for row in found:
        finish(session, row, find(session, ExamRow, row.exam_id), now)
    return len(found)


def _settle(session: Session, viewer: Viewer, row: SittingRow, exam: ExamRow, now: datetime) -> None:
    marks = {int(id_): float(points) for id_, points in row.marks.items()}
    row.score = scoring.score([one.question for one in asked(row)], marks)
    row.passed = row.score >= exam.pass_mark
    row.state = SittingState.MARKED
    row.marked_by, row.marked_at = viewer.name, now
    if not row.passed:
        _take_points(session, viewer, row, exam, now)


def _take_points(session: Session, viewer: Viewer, row: SittingRow, exam: ExamRow, now: datetime) -> None:
    last = row.attempt >= len(FAILED_POINTS)
    points = FAILED_POINTS[min(row.attempt, len(FAILED_POINTS)) - 1]
    facts: dict[str, Fact] = {"title": exam.title, "attempt": row.attempt, "score": row.score or 0.0}
    if last:
        facts["until"] = (today(now) + timedelta(days=RETAKE_DAYS)).isoformat()
    code = "pipeline.training_ledger_failed_last" if last else "pipeline.training_ledger_failed"
    ledger.enter(
        session,
        agent_id=row.agent_id,
        kind=LedgerKind.EXAM,
        points=points,
        text=Reason(code, facts).say("zh"),
        source=SOURCE,
        source_id=row.id,
        by=viewer.name,
        user_id=viewer.user_id,
        now=now,
        facts=facts,
    )
