"""What people said about calls: drafts while they fill in the form, and verdicts, which never change.

No function here commits.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from models.errors import Stale
from models.tables import UserRow, VerdictDraftRow, VerdictRow
from storage.once import insert_once

LONGEST_GAP = 120.0
"""Seconds between two signs of life that count as time spent; whoever is away for longer is not at work on it."""


def find_draft(session: Session, assignment_id: int, user_id: int) -> VerdictDraftRow | None:
    query = select(VerdictDraftRow).filter_by(assignment_id=assignment_id, user_id=user_id)
    return session.scalar(query.execution_options(populate_existing=True))


def open_draft(
    session: Session,
    assignment_id: int,
    user_id: int,
    body: Mapping[str, Any],
    now: datetime,
    *,
    given_back: bool = False,
) -> VerdictDraftRow:
    """This person's draft, begun with `body` where there was none; a call that was given back is begun again."""
    draft, _ = insert_once(
        session,
        VerdictDraftRow,
        {"assignment_id": assignment_id, "user_id": user_id},
        body=dict(body),
        revision=1,
        seconds=0.0,
        seen_at=now,
        given_back=given_back,
        updated_at=now,
    )
    draft.given_back = given_back
    session.flush()
    return draft


def save_draft(
    session: Session, draft: VerdictDraftRow, body: Mapping[str, Any], *, revision: int, now: datetime
) -> None:
    """Store it as the next revision.

    Raises:
        Stale: another window of the same person saved since.
    """
    changed = session.execute(
        update(VerdictDraftRow)
        .where(VerdictDraftRow.id == draft.id, VerdictDraftRow.revision == revision)
        .values(body=dict(body), revision=revision + 1, updated_at=now)
        .returning(VerdictDraftRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(draft)
    if changed is None:
        raise Stale("storage.verdict_draft_stale", revision=draft.revision, at=draft.updated_at.isoformat())


def sign_of_life(draft: VerdictDraftRow, now: datetime) -> None:
    """Count the time since the last one, unless nobody was there."""
    draft.seconds += min(max((now - draft.seen_at).total_seconds(), 0.0), LONGEST_GAP)
    draft.seen_at = now


def drop_draft(session: Session, assignment_id: int, user_id: int) -> None:
    session.execute(delete(VerdictDraftRow).filter_by(assignment_id=assignment_id, user_id=user_id))


def verdict_of(session: Session, assignment_id: int) -> VerdictRow | None:
    return session.scalar(select(VerdictRow).where(VerdictRow.assignment_id == assignment_id))


def verdicts_on(session: Session, review_id: int) -> tuple[tuple[VerdictRow, str], ...]:
    """All verdicts on a call with who gave each, the first first."""
    query = select(VerdictRow, UserRow.name).join(UserRow, UserRow.id == VerdictRow.user_id)
    rows = session.execute(query.where(VerdictRow.review_id == review_id).order_by(VerdictRow.id))
    return tuple((verdict, name) for verdict, name in rows)


def user_name(session: Session, user_id: int | None) -> str:
    """Whom to name; empty where there is nobody."""
    return "" if user_id is None else session.scalar(select(UserRow.name).where(UserRow.id == user_id)) or ""
