"""Signing in to a session, its record, and who stayed away.

An agent signs in themselves while it lasts, or the trainer marks them; when the record is written, who was asked and
did not come is absent. Staying away without an excuse costs points in the agent's ledger, once a session.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.action import LedgerKind
from models.errors import Conflict, NotFound
from models.person import Viewer
from models.reason import Fact, Reason
from models.tables import AttendanceRow, LedgerRow, TrainingSessionRow
from models.training import ABSENCE_POINTS, AttendanceState, SessionState
from pipeline.actions import ledger
from pipeline.training.changing import changing, check_state, hold, needed, own_agent
from pipeline.training.sessions import changed, ends_at
from storage.people.audit import record
from storage.training import attendance

EARLY = timedelta(minutes=30)
"""One may sign in so long before it begins."""

SOURCE = "training_session"


def sign_in(session: Session, viewer: Viewer, session_id: int, now: datetime) -> AttendanceRow:
    """The agent is there. Doing it again changes nothing.

    Raises:
        NotFound: they were not asked to it.
        Conflict: it is not the time, or it was called off or written down.
    """
    agent_id = own_agent(viewer)
    row, own = _own(session, session_id, agent_id)
    if own.state == AttendanceState.PRESENT:
        return own
    check_state(row, SessionState.PLANNED)
    if not row.starts_at - EARLY <= now <= ends_at(row):
        raise Conflict("pipeline.training_sign_in_time", minutes=int(EARLY.total_seconds() // 60))
    own.state = AttendanceState.PRESENT
    own.signed_at, own.by = now, viewer.name
    session.flush()
    facts: dict[str, Fact] = {"agent": agent_id}
    record(session, viewer, "training_session.signed", now, target=SOURCE, target_id=row.id, facts=facts)
    return own


def mark(
    session: Session, viewer: Viewer, session_id: int, agent_id: str, *, state: AttendanceState, now: datetime
) -> AttendanceRow:
    """Say for an agent that they came, or stayed away; afterwards too, where it was written down wrongly.

    Raises:
        NotFound: there is no such session, or they were not asked to it.
        Conflict: it was called off; or somebody is to be marked absent before it began, or once more after that was
            taken back.
    """
    row, own = _own(session, session_id, agent_id)
    check_state(row, SessionState.PLANNED, SessionState.HELD)
    before = AttendanceState(own.state)
    if before is state:
        return own
    if state in {AttendanceState.ABSENT, AttendanceState.PRESENT} and now < row.starts_at - EARLY:
        raise Conflict("pipeline.training_not_begun")
    if row.state == SessionState.HELD and state is AttendanceState.INVITED:
        raise Conflict("pipeline.training_is", what="session", state=row.state)
    own.state, own.by = state, viewer.name
    own.signed_at = now if state is AttendanceState.PRESENT else None
    session.flush()
    if row.state == SessionState.HELD:
        _account(session, viewer, row, own, now)
    facts: dict[str, Fact] = {"agent": agent_id, "before": before.value, "state": state.value}
    record(session, viewer, "training_session.marked", now, target=SOURCE, target_id=row.id, facts=facts)
    return own


def write_down(
    session: Session, viewer: Viewer, session_id: int, text: str, *, revision: int, now: datetime
) -> TrainingSessionRow:
    """It was held, and this is its record. Whoever was asked and did not sign in was absent.

    Raises:
        NotFound, Stale, Conflict: as `changing`; or it has not begun.
        BadInput: an empty record.
    """
    row = changing(session, TrainingSessionRow, session_id, revision, SessionState.PLANNED)
    if now < row.starts_at:
        raise Conflict("pipeline.training_not_begun")
    row.record = needed(text)
    row.state = SessionState.HELD
    row.held_at = now
    for own in attendance.attendance_of(session, row.id):
        if own.state == AttendanceState.INVITED:
            own.state, own.by = AttendanceState.ABSENT, viewer.name
        _account(session, viewer, row, own, now)
    changed(session, viewer, row, "training_session.held", now)
    return row


def rewrite(
    session: Session, viewer: Viewer, session_id: int, text: str, *, revision: int, now: datetime
) -> TrainingSessionRow:
    """A better record of a session that was held.

    Raises:
        NotFound, Stale, Conflict: as `changing`.
        BadInput: an empty record.
    """
    row = changing(session, TrainingSessionRow, session_id, revision, SessionState.HELD)
    row.record = needed(text)
    changed(session, viewer, row, "training_session.rewritten", now)
    return row


def _own(session: Session, session_id: int, agent_id: str) -> tuple[TrainingSessionRow, AttendanceRow]:
    row = hold(session, TrainingSessionRow, session_id)
    own = attendance.held_attendance(session, session_id, agent_id)
    if own is None:
        raise NotFound("pipeline.training_not_asked", id=session_id)
    return row, own


def _account(session: Session, viewer: Viewer, row: TrainingSessionRow, own: AttendanceRow, now: datetime) -> None:
    """Points for staying away without an excuse; taken back where it turns out otherwise."""
    entry = _entered(session, row, own)
    if own.state == AttendanceState.ABSENT:
        if entry is not None and _is_undone(session, entry):
            raise Conflict("pipeline.training_absence_undone")
        facts: dict[str, Fact] = {"session": row.id, "title": row.title}
        ledger.enter(
            session,
            agent_id=own.agent_id,
            kind=LedgerKind.ABSENCE,
            points=ABSENCE_POINTS,
            text=Reason("pipeline.training_ledger_absent", {"title": row.title}).say("zh"),
            source=SOURCE,
            source_id=row.id,
            by=viewer.name,
            user_id=viewer.user_id,
            now=now,
            facts=facts,
        )
    elif entry is not None and not _is_undone(session, entry):
        text = Reason("pipeline.training_ledger_excused", {"title": row.title}).say("zh")
        ledger.undo(session, viewer, entry.id, text, now)


def _entered(session: Session, row: TrainingSessionRow, own: AttendanceRow) -> LedgerRow | None:
    return (
        session.query(LedgerRow)
        .filter_by(source=SOURCE, source_id=str(row.id), kind=LedgerKind.ABSENCE.value, agent_id=own.agent_id)
        .one_or_none()
    )


def _is_undone(session: Session, entry: LedgerRow) -> bool:
    return session.query(LedgerRow.id).filter_by(undoes=entry.id).first() is not None
