"""What agents say of a session: marks of 1 to 5 and a word; a trainer sees the sum, never who said what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound
from models.person import Viewer
from models.tables import TrainingSessionRow
from models.training import FEEDBACK_QUESTIONS, LEAST_FEEDBACK, AttendanceState, SessionState
from pipeline.training.changing import check_state, find, own_agent, words_of
from storage.training import attendance

OPEN_FOR = timedelta(days=30)
"""After the session was held."""

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class FeedbackSummary:
    """`said` of `asked` answered. Means by question and comments are None and empty below `LEAST_FEEDBACK` answers."""

    asked: int
    said: int
    means: Mapping[str, float] | None
    comments: tuple[str, ...]


def give(
    session: Session, viewer: Viewer, session_id: int, marks: Mapping[str, int], *, comment: str, now: datetime
) -> None:
    """Say how it was, once. Nothing is written into the audit log: it would tell who said what.

    Raises:
        NotFound: they were not asked to it.
        Conflict: they were not there, it was not held, it is too late, or they have said it.
        BadInput: not exactly the questions, or marks that are none.
    """
    agent_id = own_agent(viewer)
    row = find(session, TrainingSessionRow, session_id)
    own = attendance.held_attendance(session, session_id, agent_id)
    if own is None:
        raise NotFound("pipeline.training_not_asked", id=session_id)
    check_state(row, SessionState.HELD)
    if own.state != AttendanceState.PRESENT:
        raise Conflict("pipeline.training_was_away")
    if own.said_at is not None:
        raise Conflict("pipeline.training_said")
    if row.held_at is not None and now > row.held_at + OPEN_FOR:
        raise Conflict("pipeline.training_feedback_over", days=OPEN_FOR.days)
    if set(marks) != set(FEEDBACK_QUESTIONS) or not all(1 <= one <= 5 for one in marks.values()):
        raise BadInput("pipeline.training_marks")
    own.marks = dict(marks)
    own.comment = words_of(comment, LONGEST) or None
    own.said_at = now
    session.flush()


def summary(session: Session, session_id: int) -> FeedbackSummary:
    """What was said of a session, without who."""
    asked = attendance.attendance_of(session, session_id)
    # Also of who was marked as away afterwards: by how much the sum changed then would tell what they had said.
    said = [one for one in asked if one.said_at is not None and one.marks]
    came = sum(one.state == AttendanceState.PRESENT or one in said for one in asked)
    if len(said) < LEAST_FEEDBACK:
        return FeedbackSummary(came, len(said), None, ())
    means = {name: sum(one.marks[name] for one in said if one.marks) / len(said) for name in FEEDBACK_QUESTIONS}
    return FeedbackSummary(came, len(said), means, tuple(sorted(one.comment for one in said if one.comment)))
