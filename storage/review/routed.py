"""What routing decided about the score a call shows now: it waits for a person, or no longer does.

No function here commits.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models.person import SYSTEM
from models.reason import Reason
from models.review import ROUTED, ReviewState
from models.tables import AssignmentRow, CallRow, ReviewRow, RoutingRow, ScoreRow, VerdictDraftRow
from storage.reason import restored
from storage.review.reviews import WAITING, locked, queue_call, rerouted, review_of, withdraw


def follow_routing(
    session: Session,
    score: ScoreRow,
    now: datetime,
    *,
    due: timedelta | None = None,
    double: bool = False,
    blind: bool = True,
) -> None:
    """Queue the call of this score where routing says so; let it go where it no longer does. Nothing twice.

    What only routing had picked, and nobody was given yet, leaves the queue when a new score does not pick it. What a
    draw or a person picked stays, and so does what somebody has been given or begun.
    """
    routing = session.scalar(select(RoutingRow).where(RoutingRow.score_id == score.id))
    call_id = session.scalar(select(CallRow.id).where(CallRow.recording_id == score.recording_id))
    if routing is None or call_id is None:
        return
    found = review_of(session, call_id)
    review = None if found is None else locked(session, found.id)
    reasons = tuple(restored(body) for body in routing.reasons)
    if routing.queued:
        if review is not None and review.state in WAITING and review.score_id != score.id:
            rerouted(session, review, score.id, reasons, now)
        due_at = None if due is None else now + due
        queue_call(
            session,
            call_id=call_id,
            score_id=score.id,
            reasons=reasons,
            now=now,
            fatal=score.fatal,
            due_at=due_at,
            double=double,
            blind=blind,
        )
    elif review is not None and review.state in WAITING and review.score_id != score.id:
        _no_longer(session, review, score.id, now)


def _no_longer(session: Session, review: ReviewRow, score_id: int, now: datetime) -> None:
    if review.state != ReviewState.QUEUED:
        return
    by_routing = all(body["code"].startswith(ROUTED) for body in review.reasons) and review.draw_id is None
    if by_routing and not _has_someone(session, review.id):
        withdraw(session, review, SYSTEM, now, Reason("storage.scored_anew", {"score": score_id}))
    else:
        rerouted(session, review, score_id, (), now)


def _has_someone(session: Session, review_id: int) -> bool:
    drafted = exists().where(VerdictDraftRow.assignment_id == AssignmentRow.id)
    someone = or_(AssignmentRow.user_id.is_not(None), drafted)
    return bool(session.scalar(select(exists().where(AssignmentRow.review_id == review_id, someone))))
