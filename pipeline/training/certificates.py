"""Certificates (证书): for a passed exam, once, with a number it is looked up by."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.action import LedgerKind
from models.clock import CHINA_TIME
from models.errors import Conflict, NotFound
from models.person import Viewer
from models.reason import Reason
from models.tables import CertificateRow, CourseRow, ExamRow, SittingRow
from pipeline.actions import ledger
from pipeline.training.changing import Facts, find, hold, needed, title_of
from pipeline.training.person_file import may_see
from storage.once import insert_once
from storage.people.audit import record
from storage.training import rows, standing
from storage.training.people import named

SOURCE = "certificate"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as it is printed. `score` is that of the exam it was given for."""

    row: CertificateRow
    name: str
    exam: str | None
    score: float | None


@dataclass(frozen=True, slots=True)
class CertificatePage:
    certificates: tuple[CertificateRow, ...]
    next: int | None


def listed(session: Session, *, agent_id: str | None, after: int | None, limit: int) -> CertificatePage:
    conditions = [] if agent_id is None else [CertificateRow.agent_id == agent_id]
    return CertificatePage(*rows.page(session, CertificateRow, *conditions, after=after, limit=limit))


def issue(session: Session, viewer: Viewer, sitting_id: int, title: str, now: datetime) -> CertificateRow:
    """For a sitting that was passed. Asking again gives the certificate there is.

    Raises:
        NotFound: there is no such sitting.
        Conflict: it was not passed.
        BadInput: no title, or too long a one.
    """
    sitting = hold(session, SittingRow, sitting_id)
    if not sitting.passed:
        raise Conflict("pipeline.training_not_passed")
    exam = find(session, ExamRow, sitting.exam_id)
    course = session.scalar(select(CourseRow.id).where(CourseRow.exam_id == exam.id).order_by(CourseRow.id).limit(1))
    row, is_new = insert_once(
        session,
        CertificateRow,
        {"sitting_id": sitting.id},
        number=f"{now.astimezone(CHINA_TIME):%Y%m%d}-{sitting.id:06}",
        agent_id=sitting.agent_id,
        title=title_of(title or exam.title),
        course_id=course,
        issued_by=viewer.name,
        issued_at=now,
    )
    if is_new:
        facts: Facts = {"number": row.number, "agent": row.agent_id}
        record(session, viewer, "certificate.issued", now, target="certificate", target_id=row.id, facts=facts)
        _note(session, viewer, row, "issued", now)
    return row


def revoke(session: Session, viewer: Viewer, certificate_id: int, why: str, now: datetime) -> CertificateRow:
    """It counts no more; it stays to be read.

    Raises:
        NotFound: there is none.
        Conflict: it was revoked before.
        BadInput: no reason.
    """
    row = hold(session, CertificateRow, certificate_id)
    if row.revoked_at is not None:
        raise Conflict("pipeline.training_revoked")
    row.revoked_why, row.revoked_at = needed(why), now
    session.flush()
    facts: Facts = {"number": row.number, "agent": row.agent_id}
    record(session, viewer, "certificate.revoked", now, target="certificate", target_id=row.id, facts=facts)
    _note(session, viewer, row, "revoked", now)
    return row


def read(session: Session, viewer: Viewer, number: str) -> Certificate:
    """By its number, for whoever may see the agent's file.

    Raises:
        NotFound: there is none, or it is another's.
    """
    row = standing.by_number(session, number)
    if row is None or not may_see(session, viewer, row.agent_id):
        raise NotFound("pipeline.training_none", what="certificate", id=number)  # not whose it is
    sitting = None if row.sitting_id is None else session.get(SittingRow, row.sitting_id)
    exam = None if sitting is None else session.get(ExamRow, sitting.exam_id)
    return Certificate(
        row,
        named(session, [row.agent_id])[row.agent_id],
        None if exam is None else exam.title,
        None if sitting is None else sitting.score,
    )


def _note(session: Session, viewer: Viewer, row: CertificateRow, what: str, now: datetime) -> None:
    code = f"pipeline.training_ledger_{what}"
    ledger.enter(
        session,
        agent_id=row.agent_id,
        kind=LedgerKind.NOTE,
        points=0.0,
        text=Reason(code, {"title": row.title, "number": row.number}).say("zh"),
        source=SOURCE,
        source_id=f"{row.id}/{what}",
        by=viewer.name,
        user_id=viewer.user_id,
        now=now,
    )
