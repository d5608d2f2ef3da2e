"""An agent sits an exam: begins, answers as long as there is time, hands in.

The clock is the server's: what comes after `ends_at` is not taken, what was saved before it is handed in. A closed
browser loses nothing that was saved; beginning again goes on with the same sitting. The key stays on the server.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound
from models.person import SYSTEM, Viewer
from models.reason import Reason
from models.tables import ExamRow, SittingRow
from models.training import FAILED_POINTS, ExamState, Given, QuestionKind, SittingState, next_stage
from pipeline.training.changing import find, hold, own_agent
from pipeline.training.marking import GRACE, finish, given
from pipeline.training.questions import question_of
from scoring.exam import draw
from storage.once import insert_once
from storage.people.audit import record
from storage.training import sittings
from storage.training.people import people

MOST_TRIES = len(FAILED_POINTS)


@dataclass(frozen=True, slots=True)
class OwnExam:
    """An exam an agent may know of. `refusal` says why they cannot sit it now; `begun` is the sitting to go on with."""

    exam: ExamRow
    tries: tuple[SittingRow, ...]
    refusal: Reason | None
    begun: SittingRow | None
    session_id: int | None


def own_exams(session: Session, viewer: Viewer, now: datetime) -> tuple[OwnExam, ...]:
    """Open exams meant for the agent."""
    agent_id = own_agent(viewer)
    exams = sittings.open_exams(session)
    sessions = sittings.invited_to(session, [one.id for one in exams], agent_id)
    bound = sittings.with_sessions(session, [one.id for one in exams])
    known = people(session, [agent_id]).get(agent_id)
    stage = next_stage(known.stage) if known else None
    meant = [one for one in exams if one.id in sessions or (one.gate == stage if one.gate else one.id not in bound)]
    return tuple(_own(session, one, agent_id, sessions.get(one.id), now) for one in meant)


def begin(session: Session, viewer: Viewer, exam_id: int, now: datetime) -> SittingRow:
    """A sitting with questions of its own; the one that is going on, where there is one. Asking twice begins once.

    Raises:
        NotFound: there is no such exam for them.
        Conflict: they may not sit it now; the reason says why.
    """
    agent_id = own_agent(viewer)
    exam = hold(session, ExamRow, exam_id)
    own = next((one for one in own_exams(session, viewer, now) if one.exam.id == exam.id), None)
    if own is None:
        raise NotFound("pipeline.training_none", what="exam", id=exam_id)
    if own.begun is not None and not is_over(own.begun, now):
        return own.begun
    if own.begun is not None:
        finish(session, hold(session, SittingRow, own.begun.id), exam, now)
        own = _own(session, exam, agent_id, own.session_id, now)
    if own.refusal is not None:
        raise Conflict(own.refusal.code, details=(), **own.refusal.facts)
    attempt = len(own.tries) + 1
    seed = f"{exam.id}/{agent_id}/{attempt}"
    bank = {one.id: one for one in sittings.questions_of(session, exam.id)}
    questions = [question_of(bank[id_]).model_dump(mode="json") for id_ in draw(list(bank), exam.draw, seed)]
    row, is_new = insert_once(
        session,
        SittingRow,
        {"exam_id": exam.id, "agent_id": agent_id, "attempt": attempt},
        session_id=own.session_id,
        state=SittingState.BEGUN,
        questions=questions,
        answers={},
        marks={},
        started_at=now,
        ends_at=_ends_at(exam, now),
        revision=1,
    )
    if is_new:
        facts = {"exam": exam.id, "attempt": attempt}
        record(session, viewer, "sitting.begun", now, target="sitting", target_id=row.id, facts=facts)
    return row


def own_sitting(session: Session, viewer: Viewer, sitting_id: int) -> SittingRow:
    """Raises NotFound where it is another's."""
    agent_id = own_agent(viewer)
    row = session.get(SittingRow, sitting_id)
    if row is None or row.agent_id != agent_id:
        raise NotFound("pipeline.training_none", what="sitting", id=sitting_id)
    return row


def save(session: Session, viewer: Viewer, sitting_id: int, answers: Mapping[int, Given], now: datetime) -> SittingRow:
    """Keep answers so far. After its time the sitting is handed in without them, and is answered as it then is.

    Raises:
        NotFound: it is another's.
        BadInput: an answer to a question that was not put.
    """
    row = _held(session, viewer, sitting_id)
    if row.state != SittingState.BEGUN:
        return row
    if is_over(row, now):
        return _hand_in(session, SYSTEM, row, now)
    _put(row, answers)
    session.flush()
    return row


def submit(
    session: Session, viewer: Viewer, sitting_id: int, answers: Mapping[int, Given], now: datetime
) -> SittingRow:
    """Hand in, with the last answers where they come in time. Doing so again changes nothing.

    Raises:
        NotFound, BadInput: as `save`.
    """
    row = _held(session, viewer, sitting_id)
    if row.state != SittingState.BEGUN:
        return row
    if not is_over(row, now):
        _put(row, answers)
    return _hand_in(session, viewer, row, now)


def clip_case(session: Session, viewer: Viewer, sitting_id: int, question_id: int, now: datetime) -> int:
    """The case whose clip a question of the agent's own sitting plays, while they sit it.

    Raises:
        NotFound: it is another's, or no such question, or one without a clip.
        Conflict: it is over.
    """
    row = own_sitting(session, viewer, sitting_id)
    for one in row.questions:
        if one["id"] == question_id and one["kind"] == QuestionKind.LISTENING and one["case_id"] is not None:
            if row.state != SittingState.BEGUN or is_over(row, now):
                raise Conflict("pipeline.training_over")
            return int(one["case_id"])
    raise NotFound("pipeline.training_none", what="question", id=question_id)


def is_over(row: SittingRow, now: datetime) -> bool:
    return row.ends_at is not None and now > row.ends_at + GRACE


def _held(session: Session, viewer: Viewer, sitting_id: int) -> SittingRow:
    own_sitting(session, viewer, sitting_id)
    return hold(session, SittingRow, sitting_id)


def _put(row: SittingRow, answers: Mapping[int, Given]) -> None:
    put = {one["id"] for one in row.questions}
    if set(answers) - put:
        raise BadInput("pipeline.training_not_put")
    kept = given(row) | dict(answers)
    row.answers = {str(id_): one.model_dump(mode="json") for id_, one in kept.items() if not one.is_open}
    row.revision += 1


def _hand_in(session: Session, viewer: Viewer, row: SittingRow, now: datetime) -> SittingRow:
    finish(session, row, find(session, ExamRow, row.exam_id), now)
    facts = {"exam": row.exam_id, "attempt": row.attempt}
    record(session, viewer, "sitting.submitted", now, target="sitting", target_id=row.id, facts=facts)
    return row


def _ends_at(exam: ExamRow, now: datetime) -> datetime | None:
    ends = [now + timedelta(minutes=exam.minutes)] if exam.minutes is not None else []
    return min([*ends, *([exam.closes_at] if exam.closes_at is not None else [])], default=None)


def _own(session: Session, exam: ExamRow, agent_id: str, session_id: int | None, now: datetime) -> OwnExam:
    tries = sittings.sittings_of(session, exam.id, agent_id)
    begun = next((one for one in tries if one.state == SittingState.BEGUN), None)
    return OwnExam(exam, tries, _refusal(session, exam, agent_id, tries, now), begun, session_id)


def _refusal(
    session: Session, exam: ExamRow, agent_id: str, tries: tuple[SittingRow, ...], now: datetime
) -> Reason | None:
    """Why a new try cannot begin now."""
    if exam.state != ExamState.OPEN or (exam.closes_at is not None and now >= exam.closes_at):
        return Reason("pipeline.training_exam_shut")
    if exam.opens_at is not None and now < exam.opens_at:
        return Reason("pipeline.training_exam_early")
    return _refusal_again(session, exam, agent_id, tries) if tries else None


def _refusal_again(session: Session, exam: ExamRow, agent_id: str, tries: tuple[SittingRow, ...]) -> Reason | None:
    """As `_refusal`, after the tries there were: who failed is taught alone before the next."""
    last = tries[-1]
    if last.state == SittingState.SUBMITTED:
        return Reason("pipeline.training_exam_unmarked")
    if last.passed:
        return Reason("pipeline.training_exam_passed", {"score": last.score or 0.0})
    if last.state == SittingState.MARKED and len(tries) >= MOST_TRIES:
        return Reason("pipeline.training_exam_no_more", {"tries": MOST_TRIES})
    if last.submitted_at and not sittings.taught_since(session, exam.id, agent_id, last.submitted_at):
        return Reason("pipeline.training_exam_untaught")
    return None
