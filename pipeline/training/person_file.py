"""A person's file (培训档案): trainings, exams, certificates, stages, rewards and penalties, in one place."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.errors import NotFound
from models.person import Right, Viewer
from models.tables import (
    AttendanceRow,
    CertificateRow,
    ExamRow,
    LedgerRow,
    SittingRow,
    StageChangeRow,
    TrainingSessionRow,
)
from pipeline.actions import ledger
from storage.training import attendance, sittings, standing
from storage.training.people import Person, people

SHOWN = 50
"""Of each kind, the latest."""


@dataclass(frozen=True, slots=True)
class PersonFile:
    """`ledger` is None where the viewer may not read it; `points` is the sum of what is shown of it."""

    person: Person
    trainings: tuple[tuple[AttendanceRow, TrainingSessionRow], ...]
    sittings: tuple[tuple[SittingRow, ExamRow], ...]
    certificates: tuple[CertificateRow, ...]
    stages: tuple[StageChangeRow, ...]
    ledger: tuple[LedgerRow, ...] | None

    @property
    def points(self) -> float:
        return sum(one.points for one in self.ledger or ())

    @property
    def hours(self) -> float:
        """Of trainings they came to."""
        return sum(session.hours for own, session in self.trainings if own.state == "present")

    @property
    def passed(self) -> int:
        return sum(bool(one.passed) for one, _ in self.sittings)


def check_seen(session: Session, viewer: Viewer, agent_id: str) -> Person:
    """The agent, where their file is the viewer's to read: trainers' and leads', their team lead's, and their own.

    Raises:
        NotFound: it is not, or there is no such agent.
    """
    known = people(session, [agent_id]).get(agent_id)
    if known is None or not _is_seen(viewer, known):
        raise NotFound("pipeline.no_agent", id=agent_id)
    return known


def may_see(session: Session, viewer: Viewer, agent_id: str) -> bool:
    """Whether `check_seen` lets them."""
    known = people(session, [agent_id]).get(agent_id)
    return known is not None and _is_seen(viewer, known)


def person_file(session: Session, viewer: Viewer, agent_id: str) -> PersonFile:
    """Raises NotFound as `check_seen`."""
    known = check_seen(session, viewer, agent_id)
    entries = None
    if ledger.may_read(viewer):
        found = ledger.listed(session, viewer, agent_id=agent_id, limit=SHOWN)
        entries = tuple(one.row for one in found.entries)
    return PersonFile(
        known,
        tuple(attendance.of_agent(session, agent_id, SHOWN)),
        tuple(sittings.of_agent(session, agent_id, SHOWN)),
        standing.certificates(session, agent_id),
        standing.stage_changes(session, agent_id),
        entries,
    )


def _is_seen(viewer: Viewer, known: Person) -> bool:
    scope = viewer.scope
    if viewer.may(Right.LEARN) and viewer.agent_id == known.agent_id:
        return True
    sees_all = viewer.may(Right.TRAIN) or viewer.may(Right.APPROVE_TRAINING)
    is_leads = viewer.may(Right.TEAM_RESULTS) and scope.team in {None, known.team}
    return scope.agent_id is None and (is_leads or (sees_all and scope.team is None))
