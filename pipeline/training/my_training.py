"""An agent's own training: what they are asked to, what to sit, what to say, and what they have."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.person import Viewer
from models.tables import AttendanceRow, CourseRow, TrainingSessionRow
from models.training import AttendanceState, SessionState
from pipeline.training.attending import EARLY
from pipeline.training.changing import own_agent
from pipeline.training.feedback import OPEN_FOR
from pipeline.training.person_file import SHOWN, PersonFile, person_file
from pipeline.training.sessions import ends_at
from pipeline.training.sittings import OwnExam, own_exams
from storage.training import attendance, rows
from storage.training.people import people


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session the agent is asked to. `may_sign`: now is the time; `may_say`: it was held, and they were there."""

    own: AttendanceRow
    row: TrainingSessionRow
    course: CourseRow
    may_sign: bool
    may_say: bool

    @property
    def ends_at(self) -> datetime:
        return ends_at(self.row)


@dataclass(frozen=True, slots=True)
class MyTraining:
    """`file` is None where the roster does not know the agent."""

    coming: tuple[OwnSession, ...]
    past: tuple[OwnSession, ...]
    exams: tuple[OwnExam, ...]
    file: PersonFile | None


def my_training(session: Session, viewer: Viewer, now: datetime) -> MyTraining:
    """Raises Forbidden where the account is no agent's."""
    agent_id = own_agent(viewer)
    found = attendance.of_agent(session, agent_id, SHOWN)
    courses = rows.by_id(session, CourseRow, {row.course_id for _, row in found})
    own = [_own(one, row, courses[row.course_id], now) for one, row in found]
    coming = [one for one in own if one.row.state == SessionState.PLANNED]
    return MyTraining(
        tuple(reversed(coming)),
        tuple(one for one in own if one.row.state == SessionState.HELD),
        own_exams(session, viewer, now),
        _file(session, viewer, agent_id),
    )


def _own(one: AttendanceRow, row: TrainingSessionRow, course: CourseRow, now: datetime) -> OwnSession:
    is_time = row.starts_at - EARLY <= now <= ends_at(row)
    return OwnSession(
        one,
        row,
        course,
        may_sign=row.state == SessionState.PLANNED and one.state != AttendanceState.PRESENT and is_time,
        may_say=row.state == SessionState.HELD
        and one.state == AttendanceState.PRESENT
        and one.said_at is None
        and (row.held_at is None or now <= row.held_at + OPEN_FOR),
    )


def _file(session: Session, viewer: Viewer, agent_id: str) -> PersonFile | None:
    return person_file(session, viewer, agent_id) if people(session, [agent_id]) else None
