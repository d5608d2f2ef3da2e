"""Reviews: a call's way through people's hands, one state after another.

Writers lock the recording, if they need it, then the review, then its assignments: in one order nobody waits for
good. No function here commits.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound
from models.person import SYSTEM, Viewer
from models.reason import Reason
from models.review import MOVES, ROUTED, AssignmentState, Purpose, ReviewState, priority_of
from models.tables import AssignmentRow, CallRow, MoveRow, ReviewRow
from storage.once import insert_once
from storage.reason import restored, stored
from storage.webhooks import announce

DUE = timedelta(hours=48)
"""Until when a call should be heard where nobody says it. Hours are hours: nights and holidays count."""

WAITING = frozenset({ReviewState.QUEUED, ReviewState.IN_REVIEW})
TO_DO = frozenset({AssignmentState.OPEN, AssignmentState.STARTED})


def queue_call(
    session: Session,
    *,
    call_id: int,
    score_id: int | None,
    reasons: Collection[Reason],
    now: datetime,
    priority: float = 0.0,
    fatal: bool = False,
    due_at: datetime | None = None,
    draw_id: int | None = None,
    double: bool = False,
    blind: bool = True,
    by: Viewer = SYSTEM,
) -> ReviewRow:
    """The call's review, made and queued with an assignment for one person, or for two where `double`.

    There is one review per call. While it waits, another call of this adds what is new: reasons, the higher priority,
    the second person. Once all have judged, nothing is changed. `priority` is what the reasons say, if that is more.

    Raises:
        NotFound: there is no such call.
    """
    facts = session.execute(select(CallRow.agent_id, CallRow.team).where(CallRow.id == call_id)).one_or_none()
    if facts is None:
        raise NotFound("storage.no_such_call", id=call_id)
    row, _ = insert_once(
        session,
        ReviewRow,
        {"call_id": call_id},
        score_id=score_id,
        state=ReviewState.MACHINE_SCORED,
        reasons=[],
        priority=0.0,
        fatal=False,
        blind=blind,
        agent_id=facts.agent_id,
        team=facts.team,
        queued_at=now,
        updated_at=now,
    )
    review = locked(session, row.id)
    priority = max(priority, priority_of(reasons))
    if review.state == ReviewState.MACHINE_SCORED:
        _begin(review, score_id, blind=blind, due_at=due_at or now + DUE, now=now)
        move(session, review, ReviewState.QUEUED, by, now)
        told = {"call": call_id, "reasons": [reason.code for reason in reasons], "fatal": fatal}
        announce(session, "call.flagged", told, now)
    elif review.state not in WAITING:
        return review
    _add(review, reasons, priority, fatal=fatal, draw_id=draw_id, now=now)
    _open(session, review, 1, Purpose.REVIEW, now)
    if double:
        _open(session, review, 2, Purpose.DOUBLE, now)
    _hurry(session, review)
    session.flush()
    return review


def rerouted(session: Session, review: ReviewRow, score_id: int, reasons: Collection[Reason], now: datetime) -> None:
    """A waiting call was scored anew and is still picked: the new score's reasons instead of the old one's.

    Reasons that are not routing's stay. Who has begun goes on with the score, and the card, they began with.
    """
    others = [body for body in review.reasons if not body["code"].startswith(ROUTED)]
    review.reasons = [*others, *(stored(reason) for reason in reasons)]
    priority = priority_of(reasons)
    review.priority = max(priority, review.priority) if others else priority
    if review.state == ReviewState.QUEUED:
        review.score_id = score_id
    review.updated_at = now
    _hurry(session, review)
    session.flush()


def withdraw(session: Session, review: ReviewRow, viewer: Viewer, now: datetime, why: Reason | None) -> None:
    """Nobody needs to hear it any more: what was not done yet is cancelled.

    Raises:
        Conflict: all have judged already.
    """
    move(session, review, ReviewState.MACHINE_SCORED, viewer, now, why)
    for assignment in assignments(session, review.id):
        if assignment.state in TO_DO:
            assignment.state = AssignmentState.CANCELLED
            assignment.lease_until = None
    session.flush()


def move(  # noqa: PLR0917  (who, when, why, as everywhere)
    session: Session, review: ReviewRow, to: ReviewState, viewer: Viewer, now: datetime, why: Reason | None = None
) -> None:
    """The only way a review's state changes: who, when and why are written down with it.

    Raises:
        Conflict: `MOVES` has no way from the state it is in now to that one.
    """
    locked(session, review.id)
    before = ReviewState(review.state)
    if to not in MOVES[before]:
        raise Conflict("storage.no_such_move", call=review.call_id, before=before.value, after=to.value)
    review.state = to
    review.updated_at = now
    if to is ReviewState.SUBMITTED:
        review.submitted_at = now
    elif to is ReviewState.PUBLISHED and review.published_at is None:
        review.published_at = now
    elif to is ReviewState.ACKNOWLEDGED:
        review.acknowledged_at = now
    reason = None if why is None else stored(why)
    session.add(
        MoveRow(
            review_id=review.id,
            before=before,
            after=to,
            by=viewer.name,
            user_id=viewer.user_id,
            why=reason,
            at=now,
        )
    )
    session.flush()


def locked(session: Session, review_id: int) -> ReviewRow:
    """The review as it is stored now, which nobody else changes until this transaction ends.

    Raises:
        NotFound: there is no such review.
    """
    query = select(ReviewRow).where(ReviewRow.id == review_id).with_for_update(key_share=True)
    review = session.scalar(query.execution_options(populate_existing=True))
    if review is None:
        raise NotFound("storage.no_review", id=review_id)
    return review


def find_review(session: Session, review_id: int) -> ReviewRow:
    """Raises NotFound where there is none."""
    review = session.get(ReviewRow, review_id)
    if review is None:
        raise NotFound("storage.no_review", id=review_id)
    return review


def review_of(session: Session, call_id: int) -> ReviewRow | None:
    return session.scalar(select(ReviewRow).where(ReviewRow.call_id == call_id))


def moves(session: Session, review_id: int) -> tuple[MoveRow, ...]:
    """Every move, the first first."""
    return tuple(session.scalars(select(MoveRow).where(MoveRow.review_id == review_id).order_by(MoveRow.id)))


def assignments(session: Session, review_id: int) -> tuple[AssignmentRow, ...]:
    """All hearings of a call, by slot."""
    query = select(AssignmentRow).where(AssignmentRow.review_id == review_id).order_by(AssignmentRow.slot)
    return tuple(session.scalars(query.execution_options(populate_existing=True)))


def reasons_of(review: ReviewRow) -> tuple[Reason, ...]:
    return tuple(restored(body) for body in review.reasons)


def _begin(review: ReviewRow, score_id: int | None, *, blind: bool, due_at: datetime, now: datetime) -> None:
    """A new review, or one that was withdrawn before."""
    review.score_id = score_id
    review.blind = blind
    review.reasons = []
    review.priority = 0.0
    review.fatal = False
    review.draw_id = None
    review.queued_at = now
    review.due_at = due_at


def _add(
    review: ReviewRow, reasons: Iterable[Reason], priority: float, *, fatal: bool, draw_id: int | None, now: datetime
) -> None:
    new = [body for body in map(stored, reasons) if body not in review.reasons]
    if new:
        review.reasons = [*review.reasons, *new]
    review.priority = max(review.priority, priority)
    review.fatal = review.fatal or fatal
    review.draw_id = review.draw_id or draw_id
    review.updated_at = now


def _open(session: Session, review: ReviewRow, slot: int, purpose: Purpose, now: datetime) -> None:
    """The slot's assignment, unless it is there; one that was cancelled is opened again, for anybody."""
    row, new = insert_once(
        session,
        AssignmentRow,
        {"review_id": review.id, "slot": slot},
        call_id=review.call_id,
        purpose=purpose,
        state=AssignmentState.OPEN,
        priority=review.priority,
        team=review.team,
        due_at=review.due_at,
        created_at=now,
        revision=1,
    )
    if not new and row.state == AssignmentState.CANCELLED:
        row.state = AssignmentState.OPEN
        row.user_id = row.lease_until = row.started_at = None
        row.due_at = review.due_at
        row.revision += 1


def _hurry(session: Session, review: ReviewRow) -> None:
    """Those who fetch work go by the assignments' priority."""
    for assignment in assignments(session, review.id):
        if assignment.state in TO_DO and assignment.priority != review.priority:
            assignment.priority = review.priority
