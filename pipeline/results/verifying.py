"""Complaints and praise are entered, tied to their call, looked into, and found to stand or not.

What is decided stays decided until a lead reopens it, with a reason; every step is in the audit log.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound, Stale
from models.feedback import FeedbackFacts, FeedbackKind, FeedbackState
from models.person import Viewer
from models.reason import Fact, Reason
from models.tables import CallRow, FeedbackRow
from pipeline.browse import masked_text
from pipeline.results.feedback import REOPENED, Feedback, find_feedback, is_seen_by
from storage.calls.whole import calls_of_files
from storage.people.audit import record
from storage.results import feedback
from storage.review.reviews import queue_call
from storage.webhooks import announce

LONGEST_TEXT = 4000
"""Characters."""

COMPLAINT_PRIORITY = 60.0
"""In the queue: above low scores, below what is fatal or critical."""


def enter(session: Session, viewer: Viewer, facts: FeedbackFacts, now: datetime) -> tuple[Feedback, bool]:
    """Enter it, tied to its call where that is named; and whether it is new.

    Entering the same number of the same source again changes nothing.

    Raises:
        BadInput: no words, or too many; or a file name that several calls have.
        NotFound: no such call.
        Conflict: that number was entered with other words.
    """
    _check(facts)
    call = _call(session, facts)
    row, is_new = feedback.enter_once(
        session,
        facts.source,
        facts.key or None,
        kind=facts.kind.value,
        agent_id=facts.agent_id or (call.agent_id if call else None),
        call_id=None if call is None else call.id,
        customer_number=facts.customer_number,
        happened_at=facts.happened_at,
        text=facts.text.strip(),
        state=FeedbackState.OPEN.value,
        created_by=viewer.name,
        created_at=now,
    )
    if is_new:
        facts_of: dict[str, Fact] = {
            "kind": row.kind,
            "source": row.source,
            "key": row.key or "",
            "call": row.call_id or 0,
        }
        record(session, viewer, "feedback.entered", now, target="feedback", target_id=row.id, facts=facts_of)
    elif not is_same(row, facts):
        raise Conflict("pipeline.feedback_differs", source=facts.source, key=str(facts.key))
    return find_feedback(session, viewer, row.id), is_new


def is_same(row: FeedbackRow, facts: FeedbackFacts) -> bool:
    """Whether this was entered before; what people added since (agent, call) does not count."""
    return (row.kind, row.text) == (facts.kind.value, facts.text.strip())


def tie(
    session: Session, viewer: Viewer, feedback_id: int, call_id: int | None, now: datetime, *, revision: int
) -> Feedback:
    """Say which call it is about; None unties it. The agent is then the call's.

    Raises:
        NotFound: no such entry or call.
        Conflict: it was decided already.
        Stale: somebody changed it meanwhile.
    """
    row = _held(session, viewer, feedback_id, revision)
    call = None if call_id is None else session.get(CallRow, call_id)
    if call_id is not None and call is None:
        raise NotFound("api.no_call", id=call_id)
    row.call_id = call_id
    row.agent_id = (call.agent_id if call else None) or row.agent_id
    row.revision += 1
    record(session, viewer, "feedback.tied", now, target="feedback", target_id=row.id, facts={"call": call_id or 0})
    session.flush()
    return find_feedback(session, viewer, feedback_id)


def ask_hearing(session: Session, viewer: Viewer, feedback_id: int, now: datetime, *, revision: int) -> Feedback:
    """Put its call in the queue, so that an inspector hears it; a call that was heard before stays as it is.

    Raises:
        Conflict: it is tied to no call, or to one that is not scored yet; or it was decided already.
        NotFound, Stale: as `tie`.
    """
    row = _held(session, viewer, feedback_id, revision)
    call = None if row.call_id is None else session.get(CallRow, row.call_id)
    if call is None:
        raise Conflict("pipeline.feedback_without_call", id=feedback_id)
    if call.score_id is None:
        raise Conflict("pipeline.feedback_call_unscored", call=call.id)
    why = Reason(f"pipeline.queued_for_{row.kind}", {"id": row.id})
    queue_call(
        session,
        call_id=call.id,
        score_id=call.score_id,
        reasons=[why],
        now=now,
        priority=COMPLAINT_PRIORITY if row.kind == FeedbackKind.COMPLAINT.value else 0.0,
        by=viewer,
    )
    row.revision += 1
    record(session, viewer, "feedback.queued", now, target="feedback", target_id=row.id, facts={"call": call.id})
    session.flush()
    return find_feedback(session, viewer, feedback_id)


def decide_feedback(
    session: Session, viewer: Viewer, feedback_id: int, now: datetime, *, stands: bool, why: str, revision: int
) -> Feedback:
    """Find that it stands, or that it does not, with the reason.

    Raises:
        BadInput: no reason; or it stands about nobody: neither agent nor call is known.
        NotFound, Conflict, Stale: as `tie`.
    """
    row = _held(session, viewer, feedback_id, revision)
    if not why.strip():
        raise BadInput("pipeline.feedback_no_reason")
    if stands and row.agent_id is None and row.call_id is None:
        raise BadInput("pipeline.feedback_about_nobody", id=feedback_id)
    row.state = (FeedbackState.STANDS if stands else FeedbackState.UNFOUNDED).value
    row.why, row.decided_by, row.decided_at = why.strip(), viewer.name, now
    row.revision += 1
    facts: dict[str, Fact] = {"kind": row.kind, "state": row.state, "call": row.call_id or 0}
    record(session, viewer, "feedback.decided", now, target="feedback", target_id=row.id, facts=facts)
    announce(session, "feedback.decided", _told(row), now)
    session.flush()
    return find_feedback(session, viewer, feedback_id)


def reopen(session: Session, viewer: Viewer, feedback_id: int, now: datetime, *, why: str, revision: int) -> Feedback:
    """Have a decision made anew: until then it counts for nothing. What was decided stays in the audit log.

    Raises:
        BadInput: no reason, or too long a one.
        Conflict: it has not been decided.
        NotFound, Stale: as `tie`.
    """
    row = _held(session, viewer, feedback_id, revision, decided=True)
    if not why.strip() or len(why) > LONGEST_TEXT:
        raise BadInput("pipeline.feedback_no_reopening")
    facts: dict[str, Fact] = {
        "kind": row.kind,
        "state": FeedbackState.OPEN.value,
        "state_before": row.state,
        "why": masked_text(why.strip(), row.customer_number),
        "why_before": masked_text(row.why or "", row.customer_number),
        "decided_by": row.decided_by or "",
        "decided_at": (row.decided_at or row.created_at).isoformat(),
        "call": row.call_id or 0,
    }
    row.state = FeedbackState.OPEN.value
    row.why = row.decided_by = row.decided_at = None
    row.revision += 1
    record(session, viewer, REOPENED, now, target="feedback", target_id=row.id, facts=facts)
    announce(session, REOPENED, _told(row), now)
    session.flush()
    return find_feedback(session, viewer, feedback_id)


def _held(session: Session, viewer: Viewer, feedback_id: int, revision: int, *, decided: bool = False) -> FeedbackRow:
    """The entry, to be changed: still open (or `decided`), and as it was read."""
    line = feedback.line(session, feedback_id)
    row = feedback.locked(session, feedback_id)
    if row is None or line is None or not is_seen_by(viewer, line):
        raise NotFound("pipeline.no_feedback", id=feedback_id)
    if row.revision != revision:
        raise Stale("pipeline.feedback_changed", id=feedback_id, revision=row.revision)
    if decided is (row.state == FeedbackState.OPEN.value):
        raise Conflict("pipeline.feedback_undecided" if decided else "pipeline.feedback_decided", id=feedback_id)
    return row


def _check(facts: FeedbackFacts) -> None:
    if not facts.text.strip() or len(facts.text) > LONGEST_TEXT:
        raise BadInput("pipeline.feedback_text", most=LONGEST_TEXT)


def _call(session: Session, facts: FeedbackFacts) -> CallRow | None:
    """The call that is named by its number or its file."""
    call_id = facts.call_id
    if call_id is None and facts.file:
        found = calls_of_files(session, [facts.file]).get(facts.file, [])
        if len(found) > 1:
            raise BadInput("pipeline.feedback_file_many", file=facts.file, count=len(found))
        if not found:
            raise NotFound("pipeline.feedback_no_file", file=facts.file)
        call_id = found[0]
    call = None if call_id is None else session.get(CallRow, call_id)
    if call_id is not None and call is None:
        raise NotFound("api.no_call", id=call_id)
    return call


def _told(row: FeedbackRow) -> dict[str, object]:
    return {
        "feedback_id": row.id,
        "kind": row.kind,
        "state": row.state,
        "source": row.source,
        "key": row.key,
        "call_id": row.call_id,
        "agent_id": row.agent_id,
    }
