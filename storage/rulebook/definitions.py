"""Versions of packs and scorecards: those that judged calls, and those that people published.

No function here commits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import CursorResult, func, or_, select, text, update
from sqlalchemy.orm import Session, defer

from models.errors import Conflict
from models.tables import DefinitionRow
from storage.once import insert_once

Kind = Literal["pack", "scorecard"]

PUBLISHING = 0x63616C6C7170
"""The number of PostgreSQL's advisory lock on publishing: "callqp"."""


@dataclass(frozen=True, slots=True)
class Newest:
    """Changes whenever a version is published or retired."""

    published: int
    retired: int


def remember(  # noqa: PLR0917  (a definition is its parts, in the order of the table)
    session: Session, kind: Kind, name: str, version: int, sha256: str, body: str, now: datetime
) -> DefinitionRow:
    """The stored definition with this name and version; `body` is its YAML text.

    Raises:
        Conflict: this version was stored before with another text. Published versions never change.
    """
    row, _ = insert_once(
        session,
        DefinitionRow,
        {"kind": kind, "name": name, "version": version},
        sha256=sha256,
        body=body,
        created_at=now,
    )
    if row.sha256 != sha256:
        raise Conflict("storage.definition_changed", kind=kind, name=name, version=version, next=version + 1)
    return row


def publishing(session: Session) -> None:
    """From here to the transaction's end nobody else publishes or retires: what was checked stays true.

    SQLite's writing transactions come one after another anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PUBLISHING})


def add_version(
    session: Session,
    kind: Kind,
    name: str,
    version: int,
    *,
    sha256: str,
    body: str,
    by: str,
    why: str,
    gate: dict[str, Any] | None,
    now: datetime,
) -> DefinitionRow:
    """A new version, published.

    Raises:
        Conflict: there is one of that number.
    """
    row, new = insert_once(
        session,
        DefinitionRow,
        {"kind": kind, "name": name, "version": version},
        sha256=sha256,
        body=body,
        created_at=now,
        published_by=by,
        published_why=why,
        gate=gate,
    )
    if not new:
        raise Conflict("storage.version_taken", name=name, version=version)
    return row


def retire_version(session: Session, row_id: int, *, by: str, why: str, now: datetime) -> bool:
    """Whether it was in force until now: who retires a version first stays written down."""
    result = session.execute(
        update(DefinitionRow)
        .where(DefinitionRow.id == row_id, DefinitionRow.retired_at.is_(None))
        .values(retired_at=now, retired_by=by, retired_why=why)
        .execution_options(synchronize_session="fetch")
    )
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def stored_versions(session: Session, kind: Kind, name: str | None = None) -> list[DefinitionRow]:
    """Newest first. Without a name those of all names, in their order; their texts are then read when asked for."""
    query = select(DefinitionRow).where(DefinitionRow.kind == kind).execution_options(populate_existing=True)
    if name is None:
        query = query.options(defer(DefinitionRow.body), defer(DefinitionRow.gate))
    else:
        query = query.where(DefinitionRow.name == name)
    return list(session.scalars(query.order_by(DefinitionRow.name, DefinitionRow.version.desc())))


def find_version(session: Session, kind: Kind, name: str, version: int) -> DefinitionRow | None:
    return session.scalar(select(DefinitionRow).filter_by(kind=kind, name=name, version=version))


def newest(session: Session) -> Newest:
    """What a worker looks at every few seconds, so it reads two numbers of a table of a few hundred rows at most."""
    is_published = DefinitionRow.published_by.is_not(None)
    query = select(func.max(DefinitionRow.id), func.count(DefinitionRow.retired_at))
    published, retired = session.execute(query.where(or_(is_published, DefinitionRow.retired_at.is_not(None)))).one()
    return Newest(published or 0, retired)
