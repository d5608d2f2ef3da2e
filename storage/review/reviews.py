"""Reviews: a call's way through people's hands, one state after another.

Writers lock the recording, if they need it, then the review, then its assignments: in one order nobody waits for
good. No function here commits.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound
from models.person import SYSTEM, Viewer
from models.reason import Reason
from models.review import MOVES, ROUTED, AssignmentState, Purpose, ReviewState, priority_of
from models.tables import AssignmentRow, CallRow, MoveRow, RecordingRow, ReviewRow
from storage.calls.ledger import AT_ONCE
from storage.once import insert_all_once
from storage.reason import restored, stored
from storage.webhooks import announce_all

DUE = timedelta(hours=48)
"""Until when a call should be heard where nobody says it. Hours are hours: nights and holidays count."""

WAITING = frozenset({ReviewState.QUEUED, ReviewState.IN_REVIEW})
TO_DO = frozenset({AssignmentState.OPEN, AssignmentState.STARTED})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A call somebody should hear, or two people where `double`; `priority` counts where the reasons' is lower."""

    call_id: int
    score_id: int | None
    reasons: Collection[Reason]
    priority: float = 0.0
    fatal: bool = False
    due_at: datetime | None = None
    draw_id: int | None = None
    double: bool = False
    blind: bool = True

    @property
    def urgency(self) -> float:
        return max(self.priority, priority_of(self.reasons))


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
    """One call's review; as `queue_calls`."""
    wanted = Wanted(call_id, score_id, reasons, priority, fatal, due_at, draw_id, double, blind)
    return queue_calls(session, [wanted], now, by)[0]


def queue_calls(session: Session, wanted: Sequence[Wanted], now: datetime, by: Viewer = SYSTEM) -> list[ReviewRow]:
    """The calls' reviews, made and queued, each with an assignment for one person, or for two.

    There is one review per call. While it waits, wanting it again adds what is new: reasons, the higher priority, the
    second person. Once all have judged, nothing is changed. A few statements, however many calls there are.

    Raises:
        NotFound: there is no such call.
    """
    of_call, made = _reviews_for(session, wanted, now)
    slots: dict[tuple[int, int], Purpose] = {}
    begun: list[dict[str, Any]] = []
    for one in wanted:
        review = of_call[one.call_id]
        if review.state == ReviewState.MACHINE_SCORED:
            _begin(review, one, now)
            session.add(_moved(review, ReviewState.QUEUED, by, now))
            codes = [reason.code for reason in one.reasons]
            begun.append({"call_id": one.call_id, "reasons": codes, "fatal": one.fatal})
        elif review.state not in WAITING:
            continue
        _add(review, one, now)
        slots[review.id, 1] = Purpose.REVIEW
        if one.double:
            slots[review.id, 2] = Purpose.DOUBLE
    session.flush()
    announce_all(session, "call.flagged", begun, now)
    _open(session, {review.id: review for review in of_call.values()}, slots, now, made)
    return [of_call[one.call_id] for one in wanted]


def reviews_for(session: Session, call_ids: Collection[int], now: datetime) -> dict[int, ReviewRow]:
    """The calls' reviews, locked, by call; where there was none one is made, and the call is picked by nobody.

    Raises:
        NotFound: there is no such call.
    """
    return _reviews_for(session, [Wanted(call_id, None, ()) for call_id in call_ids], now)[0]


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
    for assignment in assignments(session, review.id):
        _hurry(assignment, review)
    session.flush()


def withdraw(session: Session, review: ReviewRow, viewer: Viewer, now: datetime, why: Reason | None) -> None:
    """Nobody needs to hear it any more: what was not done yet is cancelled, but for calibrations, which go on.

    Raises:
        Conflict: all have judged already.
    """
    move(session, review, ReviewState.MACHINE_SCORED, viewer, now, why)
    for assignment in assignments(session, review.id):
        if assignment.state in TO_DO and assignment.purpose != Purpose.CALIBRATION:
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
    session.add(_moved(review, to, viewer, now, why))
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


def _moved(review: ReviewRow, to: ReviewState, viewer: Viewer, now: datetime, why: Reason | None = None) -> MoveRow:
    """Change the state of a review that is locked; what is to be written down of it. Raises as `move`."""
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
    return MoveRow(
        review_id=review.id, before=before, after=to, by=viewer.name, user_id=viewer.user_id, why=reason, at=now
    )


def _reviews_for(
    session: Session, wanted: Iterable[Wanted], now: datetime
) -> tuple[dict[int, ReviewRow], Collection[int]]:
    """The calls' reviews, locked, by call, made where there were none; and the ids of those made now.

    Reviews are made in the order of calls and locked in the order of reviews, so that two draws wait for each other
    at most one way.
    """
    rows: list[dict[str, Any]] = []
    for call_ids in _parts(sorted({one.call_id for one in wanted})):
        query = select(CallRow.id, CallRow.agent_id, CallRow.team, CallRow.started_at, RecordingRow.seconds)
        query = query.join(RecordingRow, RecordingRow.id == CallRow.recording_id).where(CallRow.id.in_(call_ids))
        facts = session.execute(query.order_by(CallRow.id)).all()
        if missing := set(call_ids) - {fact.id for fact in facts}:
            raise NotFound("storage.no_such_call", id=min(missing))
        rows += (_unpicked(fact, now) for fact in facts)
    made = insert_all_once(session, ReviewRow, ["call_id"], rows)
    ids = list(made.values())
    for call_ids in _parts([row["call_id"] for row in rows if (row["call_id"],) not in made]):
        ids += session.scalars(select(ReviewRow.id).where(ReviewRow.call_id.in_(call_ids)))
    of_call: dict[int, ReviewRow] = {}
    for some in _parts(sorted(ids)):
        query_all = select(ReviewRow).where(ReviewRow.id.in_(some)).order_by(ReviewRow.id)
        locking = query_all.with_for_update(key_share=True).execution_options(populate_existing=True)
        of_call |= {review.call_id: review for review in session.scalars(locking)}
    return of_call, frozenset(made.values())


def _unpicked(call: Any, now: datetime) -> dict[str, Any]:
    """A new review's columns; why it is made comes with `_begin` and `_add`."""
    return {
        "call_id": call.id,
        "state": ReviewState.MACHINE_SCORED,
        "reasons": [],
        "priority": 0.0,
        "fatal": False,
        "blind": True,
        "agent_id": call.agent_id,
        "team": call.team,
        "seconds": call.seconds,
        "started_at": call.started_at,
        "queued_at": now,
        "updated_at": now,
    }


def _begin(review: ReviewRow, wanted: Wanted, now: datetime) -> None:
    """A new review, or one that was withdrawn before."""
    review.score_id = wanted.score_id
    review.blind = wanted.blind
    review.reasons = []
    review.priority = 0.0
    review.fatal = False
    review.draw_id = None
    review.queued_at = now
    review.due_at = wanted.due_at or now + DUE


def _add(review: ReviewRow, wanted: Wanted, now: datetime) -> None:
    new = [body for body in map(stored, wanted.reasons) if body not in review.reasons]
    if new:
        review.reasons = [*review.reasons, *new]
    review.priority = max(review.priority, wanted.urgency)
    review.fatal = review.fatal or wanted.fatal
    review.draw_id = review.draw_id or wanted.draw_id
    review.updated_at = now


def _open(
    session: Session,
    of_id: Mapping[int, ReviewRow],
    slots: Mapping[tuple[int, int], Purpose],
    now: datetime,
    made: Collection[int],
) -> None:
    """The slots' assignments, where they are not there; those that were cancelled are opened again, for anybody.

    The reviews `made` just now had none before.
    """
    rows = [_unclaimed(of_id[review_id], slot, purpose, now) for (review_id, slot), purpose in sorted(slots.items())]
    insert_all_once(session, AssignmentRow, ["review_id", "slot"], rows)
    for ids in _parts(sorted({review_id for review_id, _ in slots if review_id not in made})):
        query = select(AssignmentRow).where(AssignmentRow.review_id.in_(ids))
        for row in session.scalars(query.execution_options(populate_existing=True)):
            review = of_id[row.review_id]
            if (row.review_id, row.slot) in slots and row.state == AssignmentState.CANCELLED:
                _reopen(row, review)
            _hurry(row, review)
    session.flush()


def _unclaimed(review: ReviewRow, slot: int, purpose: Purpose, now: datetime) -> dict[str, Any]:
    """A new assignment's columns."""
    return {
        "review_id": review.id,
        "slot": slot,
        "call_id": review.call_id,
        "purpose": purpose,
        "state": AssignmentState.OPEN,
        "priority": review.priority,
        "team": review.team,
        "seconds": review.seconds,
        "due_at": review.due_at,
        "created_at": now,
        "revision": 1,
    }


def _reopen(row: AssignmentRow, review: ReviewRow) -> None:
    row.state = AssignmentState.OPEN
    row.user_id = row.lease_until = row.started_at = None
    row.due_at = review.due_at
    row.revision += 1


def _hurry(row: AssignmentRow, review: ReviewRow) -> None:
    """Those who fetch work go by the assignments' priority."""
    if row.state in TO_DO and row.priority != review.priority:
        row.priority = review.priority


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
