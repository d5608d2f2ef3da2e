"""The ledger: who works on which recording, and how far each one is.

A row is *held* while it has an `owner`. Its lease says until when others must leave it alone; a row whose lease ran
out is still its owner's until somebody else claims it, so that work that was only slow is not thrown away.
`attempts` counts claims under the row's settings key: a recording that ends its worker every time runs out of them.

No function here commits; each is atomic within the caller's transaction.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Select, TextClause, func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import ColumnElement

from models.ledger import RecordingState
from models.reason import Reason
from models.tables import CallRow, RecordingRow, SourceRow
from models.tables.recording import IS_OPEN
from storage.once import insert_once
from storage.reason import restored, stored

AT_ONCE = 500
"""Ids asked for in one query: below every database's limit of parameters."""

UNHELD: dict[str, Any] = {"owner": None, "lease_until": None}


def register(
    session: Session, *, sha256: str, file: str, audio: str, size: int, settings_key: str, now: datetime
) -> tuple[RecordingRow, bool]:
    """The recording with this content, put on the ledger where it was new; and whether it was new.

    `file` is remembered as a name the content came under. A known recording is otherwise left as it is: see `enqueue`.
    """
    row, new = insert_once(
        session,
        RecordingRow,
        {"sha256": sha256},
        file=file,
        audio=audio,
        bytes=size,
        settings_key=settings_key,
        created_at=now,
        updated_at=now,
    )
    if new:
        session.add(CallRow(recording_id=row.id, extra={}))
    insert_once(session, SourceRow, {"recording_id": row.id, "file": file}, seen_at=now)
    return row, new


def enqueue(session: Session, recording_id: int, settings_key: str, now: datetime) -> bool:
    """Ask for the recording to be processed under this key; whether that reopened it.

    Under another key the row starts afresh, also while somebody works on it under the old one: the lease is taken
    away, so the old owner's `renew` no longer names the row and its `mark_scored` returns False. What the old owner
    has already saved stays beside the new results, under its own transcript and definitions.
    """
    return _changed(
        session,
        RecordingRow.id == recording_id,
        RecordingRow.settings_key != settings_key,
        settings_key=settings_key,
        state=RecordingState.RECEIVED,
        attempts=0,
        reason=None,
        updated_at=now,
        **UNHELD,
    )


def adopt(session: Session, settings_key: str, now: datetime, *, instead_of: Collection[str] = ()) -> int:
    """Give this key to open recordings that were registered without one (an empty key), or that wait under another.

    What a lease protects stays with who is working on it. Attempts go on counting: it is the same sound. How many rows.
    """
    keys = ["", *instead_of]
    return sum(
        _count(
            session,
            RecordingRow.settings_key.in_(keys[start : start + AT_ONCE]),
            IS_OPEN,
            or_(RecordingRow.lease_until.is_(None), RecordingRow.lease_until <= now),
            settings_key=settings_key,
            updated_at=now,
            **UNHELD,
        )
        for start in range(0, len(keys), AT_ONCE)
    )


def claim(
    session: Session,
    *,
    settings_key: str,
    owner: str,
    now: datetime,
    lease_seconds: float,
    limit: int = 1,
    fresh: bool | None = None,
) -> list[RecordingRow]:
    """Up to `limit` open rows of this key that nobody's lease protects, oldest first, now held by `owner`.

    `fresh` chooses those never tried before (True) or only those that were (False). Each counts one more attempt. Two
    claims at the same time never get the same row. Call `poisoned` before it in the same transaction, so that a row is
    not claimed once too often.
    """
    query = _unprotected(settings_key, now).order_by(RecordingRow.created_at, RecordingRow.id).limit(limit)
    if fresh is not None:
        query = query.where(RecordingRow.attempts == 0 if fresh else RecordingRow.attempts > 0)
    rows = session.scalars(query).all()
    for row in rows:
        row.owner = owner
        row.lease_until = now + timedelta(seconds=lease_seconds)
        row.attempts += 1
        row.updated_at = now
    session.flush()
    return list(rows)


def renew(
    session: Session, recording_ids: Collection[int], owner: str, now: datetime, lease_seconds: float
) -> set[int]:
    """Lengthen the leases; the ids `owner` still holds. Work on the others should stop: its end would not count."""
    held = session.scalars(
        update(RecordingRow)
        .where(RecordingRow.id.in_(recording_ids), RecordingRow.owner == owner)
        .values(lease_until=now + timedelta(seconds=lease_seconds))
        .returning(RecordingRow.id)
        .execution_options(synchronize_session=False)
    )
    return set(held)


def release_dead(session: Session, is_alive: Callable[[str], bool | None]) -> int:
    """Free what owners hold that are known to be dead, without waiting for their leases; how many rows.

    `is_alive` answers None where it cannot tell; such leases are left to run out.
    """
    owners = session.scalars(select(RecordingRow.owner).where(RecordingRow.owner.is_not(None)).distinct())
    dead = [owner for owner in owners if owner is not None and is_alive(owner) is False]
    return _count(session, RecordingRow.owner.in_(dead), **UNHELD) if dead else 0


def poisoned(session: Session, settings_key: str, max_attempts: int, now: datetime) -> list[RecordingRow]:
    """Quarantine and return the open rows that nobody's lease protects and that used up their attempts."""
    rows = session.scalars(_unprotected(settings_key, now).where(RecordingRow.attempts >= max_attempts)).all()
    for row in rows:
        row.state = RecordingState.QUARANTINED
        row.reason = stored(Reason("storage.poison", {"attempts": row.attempts}))
        row.owner = row.lease_until = None
        row.updated_at = now
    session.flush()
    return list(rows)


def mark_transcribed(session: Session, recording_id: int, owner: str, now: datetime, *, settings_key: str) -> bool:
    """The transcript is saved; the owner goes on holding the row. False where `owner` no longer holds it."""
    return _mark(session, recording_id, owner, settings_key, state=RecordingState.TRANSCRIBED, updated_at=now)


def mark_scored(session: Session, recording_id: int, owner: str, now: datetime, *, settings_key: str) -> bool:
    """The work is over. False where `owner` no longer holds the row under this key: roll back what belongs to it."""
    return _mark(
        session, recording_id, owner, settings_key, state=RecordingState.SCORED, reason=None, updated_at=now, **UNHELD
    )


def quarantine(
    session: Session, recording_id: int, owner: str, reason: Reason, now: datetime, *, settings_key: str
) -> bool:
    """This recording cannot be used. False where `owner` no longer holds the row under this key."""
    return _mark(
        session,
        recording_id,
        owner,
        settings_key,
        state=RecordingState.QUARANTINED,
        reason=stored(reason),
        updated_at=now,
        **UNHELD,
    )


def give_back(session: Session, recording_ids: Collection[int], owner: str, now: datetime) -> int:
    """Let go of rows whose work was stopped politely: the claim does not count as an attempt. How many rows."""
    return _count(
        session,
        RecordingRow.id.in_(recording_ids),
        RecordingRow.owner == owner,
        attempts=RecordingRow.attempts - 1,
        updated_at=now,
        **UNHELD,
    )


def let_go(session: Session, recording_id: int, owner: str, now: datetime) -> bool:
    """The attempt failed and counts; others may try. False where `owner` no longer holds the row."""
    return _changed(session, RecordingRow.id == recording_id, RecordingRow.owner == owner, updated_at=now, **UNHELD)


def retry(session: Session, sha256s: Collection[str] | None, now: datetime) -> int:
    """Reopen quarantined recordings, all of them where `sha256s` is None, with all their attempts; how many."""
    chosen: list[ColumnElement[bool]] = [RecordingRow.state == RecordingState.QUARANTINED]
    if sha256s is not None:
        chosen.append(RecordingRow.sha256.in_(sha256s))
    return _count(session, *chosen, state=RecordingState.RECEIVED, attempts=0, reason=None, updated_at=now, **UNHELD)


def counts(session: Session, settings_key: str | None = None) -> dict[RecordingState, int]:
    """How many recordings are in each state, zeros included."""
    query = select(RecordingRow.state, func.count()).group_by(RecordingRow.state)
    if settings_key is not None:
        query = query.where(RecordingRow.settings_key == settings_key)
    found = dict(session.execute(query).all())
    return {state: found.get(state, 0) for state in RecordingState}


def open_sizes(session: Session, recording_ids: Sequence[int]) -> dict[int, int]:
    """Bytes of each of these recordings that has work left to do."""
    sizes: dict[int, int] = {}
    for start in range(0, len(recording_ids), AT_ONCE):
        some = RecordingRow.id.in_(recording_ids[start : start + AT_ONCE])
        rows = session.execute(select(RecordingRow.id, RecordingRow.bytes).where(some, IS_OPEN)).tuples()
        sizes |= {identity: size for identity, size in rows}  # noqa: C416 - dict() takes a Result for a mapping
    return sizes


def quarantined(session: Session) -> list[RecordingRow]:
    """The recordings that were set aside, the latest first."""
    return list(
        session.scalars(
            select(RecordingRow)
            .where(RecordingRow.state == RecordingState.QUARANTINED)
            .order_by(RecordingRow.updated_at.desc(), RecordingRow.id.desc())
        )
    )


def reason_of(row: RecordingRow) -> Reason | None:
    """Why the recording is quarantined; None where it is not."""
    return None if row.reason is None else restored(row.reason)


def _unprotected(settings_key: str, now: datetime) -> Select[RecordingRow]:
    """Open rows without a living lease, locked for this transaction; rows another transaction locked are skipped.

    The lock is the one an UPDATE takes (`key_share`), which new sources, transcripts and scores need not wait for.
    SQLite has no row locks and needs none: its writing transactions come one after another.
    """
    return (
        select(RecordingRow)
        .where(
            RecordingRow.settings_key == settings_key,
            IS_OPEN,
            or_(RecordingRow.lease_until.is_(None), RecordingRow.lease_until <= now),
        )
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )


def _mark(session: Session, recording_id: int, holder: str, key: str, **values: Any) -> bool:
    return _changed(
        session,
        RecordingRow.id == recording_id,
        RecordingRow.owner == holder,
        RecordingRow.settings_key == key,
        **values,
    )


def _changed(session: Session, *where: ColumnElement[bool] | TextClause, **values: Any) -> bool:
    return _count(session, *where, **values) == 1


def _count(session: Session, *where: ColumnElement[bool] | TextClause, **values: Any) -> int:
    """Update, and how many rows it met. Rows the session has already loaded are brought up to date.

    Rows are locked in the order of their ids, so that two updates of many rows cannot block each other for good.
    """
    ids = select(RecordingRow.id).where(*where).order_by(RecordingRow.id).with_for_update(key_share=True)
    result = session.execute(
        update(RecordingRow)
        .where(RecordingRow.id.in_(ids))
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    assert isinstance(result, CursorResult)
    return result.rowcount
