"""Requests that are to be answered once: their keys, and the answers they were given.

No function here commits.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from models.errors import Conflict
from models.tables import AnsweredRow
from storage.once import insert_once

KEPT = timedelta(hours=24)
"""How long an answer is given again."""

PATIENCE = timedelta(seconds=60)
"""A request without an answer for so long died with its process: whoever asks next does the work."""


def begin(session: Session, *, who: str, key: str, request: str, now: datetime) -> AnsweredRow | None:
    """The answer this key was given before; None where the work is the caller's to do.

    `request` is a hash of what was asked.

    Raises:
        Conflict: the key was used for something else, or the first request is still being worked on.
    """
    session.execute(
        delete(AnsweredRow).where(
            or_(AnsweredRow.at < now - KEPT, AnsweredRow.status.is_(None) & (AnsweredRow.at < now - PATIENCE))
        )
    )
    row, new = insert_once(session, AnsweredRow, {"who": who, "key": key}, request=request, at=now)
    if new:
        return None
    if row.request != request:
        raise Conflict("storage.key_used_otherwise")
    if row.status is None:
        raise Conflict("storage.key_in_use")
    return row


def finish(session: Session, who: str, key: str, *, status: int, headers: dict[str, Any], body: str) -> None:
    session.execute(update(AnsweredRow).where(_is(who, key)).values(status=status, headers=headers, body=body))


def forget(session: Session, who: str, key: str) -> None:
    """The request failed and changed nothing: it may be made again."""
    session.execute(delete(AnsweredRow).where(_is(who, key)))


def find(session: Session, who: str, key: str) -> AnsweredRow | None:
    return session.scalar(select(AnsweredRow).where(_is(who, key)))


def _is(who: str, key: str) -> Any:
    return (AnsweredRow.who == who) & (AnsweredRow.key == key)
