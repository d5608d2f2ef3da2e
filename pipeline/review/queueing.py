"""Calls that people are to hear: picked by hand, heard once more, or no longer needed.

What routing and draws pick is queued by `storage.review.reviews.queue_call` in the transaction that stores their
decision.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound
from models.person import RIGHTS, SYSTEM, Right, UserRole, Viewer
from models.reason import Reason
from models.review import Purpose, ReviewState
from models.tables import AssignmentRow, CallRow, ReviewRow, UserRow
from pipeline.review.assignment import EMPTY, assign
from storage.people.audit import record
from storage.review import reviews, verdicts
from storage.review.assignments import new_slot

BY_HAND = 70.0
"""The priority of a call somebody wants to be heard: less urgent than fatal and critical ones, more than the rest."""


def queue_by_hand(
    session: Session, viewer: Viewer, call_id: int, why: str, now: datetime, *, double: bool = False
) -> ReviewRow:
    """Have a call heard although nothing picked it.

    Raises:
        NotFound: there is no such call.
        BadInput: no reason is given.
        Conflict: it is not scored, or was heard already.
    """
    if not why.strip():
        raise BadInput("pipeline.queue_without_why")
    call = session.get(CallRow, call_id)
    if call is None:
        raise NotFound("storage.no_such_call", id=call_id)
    if call.score_id is None:
        raise Conflict("pipeline.review_without_score", call=call_id)
    before = reviews.review_of(session, call_id)
    if before is not None and before.state not in {*reviews.WAITING, ReviewState.MACHINE_SCORED}:
        raise Conflict("pipeline.heard_already", call=call_id)
    reason = Reason("pipeline.queued_by_hand", {"by": viewer.name, "why": why.strip()})
    review = reviews.queue_call(
        session,
        call_id=call_id,
        score_id=call.score_id,
        reasons=[reason],
        now=now,
        priority=BY_HAND,
        double=double,
        by=viewer,
    )
    record(session, viewer, "review.queued", now, target="call", target_id=call_id, facts={"why": why.strip()})
    return review


def open_hearing(
    session: Session,
    review: ReviewRow,
    purpose: Purpose,
    now: datetime,
    *,
    not_by: Collection[int],
    user_id: int | None = None,
    viewer: Viewer = SYSTEM,
) -> AssignmentRow:
    """One more hearing of a call, for that person or for whoever comes next; never for those in `not_by`.

    Nobody who has heard the call in another slot gets it either. The review's state stays as it is.

    Raises:
        NotFound, Conflict: that person does not exist, is not at work, or may not hear it.
    """
    locked = reviews.locked(session, review.id)
    if user_id is not None and user_id in not_by:
        raise Conflict("pipeline.heard_before_of", who=verdicts.user_name(session, user_id), call=locked.call_id)
    row = new_slot(session, locked, purpose, now, user_id=None)
    for barred in _could_fetch(session, not_by):
        verdicts.open_draft(session, row.id, barred, EMPTY, now, given_back=True)
    if user_id is not None:
        assign(session, viewer, row.id, user_id, now)
    return row


def _could_fetch(session: Session, user_ids: Collection[int]) -> list[int]:
    """Those of them who fetch calls: to each of these the call is marked as not to be offered."""
    roles = [role for role in UserRole if Right.REVIEW in RIGHTS[role]]
    query = select(UserRow.id).where(UserRow.id.in_(user_ids), UserRow.role.in_(roles)).order_by(UserRow.id)
    return list(session.scalars(query))
