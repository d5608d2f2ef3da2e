"""Trained classifiers, and which of them was in use when. Both are appended to, never changed.

No function here commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, undefer

from models.person import Viewer
from models.tables import ClassifierRow, ClassifierUseRow
from storage.once import insert_once

CHOOSING = 0x63616C6C7174
"""The number of PostgreSQL's advisory lock on putting a classifier in use: "callqt"."""


@dataclass(frozen=True, slots=True)
class UseLine:
    """`version` is None for the starter."""

    version: int | None
    by: str
    why: str
    at: datetime


def add_classifier(session: Session, version: int, **values: Any) -> ClassifierRow | None:
    """The classifier under that number; None where the number was taken a moment earlier. `values` are its columns."""
    row, new = insert_once(session, ClassifierRow, {"version": version}, **values)
    return row if new else None


def next_version(session: Session) -> int:
    return (session.scalar(select(func.max(ClassifierRow.version))) or 0) + 1


def find_classifier(session: Session, version: int, *, whole: bool = False) -> ClassifierRow | None:
    """`whole`: with its body and its report, which are long."""
    query = select(ClassifierRow).where(ClassifierRow.version == version)
    if whole:
        query = query.options(undefer(ClassifierRow.body), undefer(ClassifierRow.report))
    return session.scalar(query.execution_options(populate_existing=True))


def classifiers(session: Session, limit: int) -> Sequence[ClassifierRow]:
    """Newest first, without bodies and reports."""
    return session.scalars(select(ClassifierRow).order_by(ClassifierRow.version.desc()).limit(limit)).all()


def choosing(session: Session) -> None:
    """From here to the transaction's end nobody else puts one in use: what was checked stays true.

    SQLite's writing transactions come one after another anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHOOSING})


def add_use(session: Session, row: ClassifierRow | None, viewer: Viewer, why: str, now: datetime) -> None:
    """From now on this one is in use; None is the starter."""
    identity = None if row is None else row.id
    session.add(ClassifierUseRow(classifier_id=identity, by=viewer.name, user_id=viewer.user_id, why=why, at=now))
    session.flush()


def used_version(session: Session) -> int | None:
    """The version in use; None for the starter, which is in use before any was chosen."""
    query = select(ClassifierRow.version).select_from(ClassifierUseRow).outerjoin(ClassifierRow)
    return session.scalar(query.order_by(ClassifierUseRow.id.desc()).limit(1))


def latest_use(session: Session) -> int:
    """Changes whenever another one is put in use."""
    return session.scalar(select(func.max(ClassifierUseRow.id))) or 0


def uses(session: Session, limit: int) -> tuple[UseLine, ...]:
    """Newest first."""
    own = ClassifierUseRow
    query = select(ClassifierRow.version, own.by, own.why, own.at).select_from(own).outerjoin(ClassifierRow)
    return tuple(UseLine(*row) for row in session.execute(query.order_by(own.id.desc()).limit(limit)))


def was_used(session: Session, version: int) -> bool:
    query = select(ClassifierUseRow.id).join(ClassifierRow).where(ClassifierRow.version == version)
    return session.scalar(query.limit(1)) is not None
