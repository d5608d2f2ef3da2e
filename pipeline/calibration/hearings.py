"""The hearings of a session: one for each who takes part and each call, theirs alone, on their desk."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import BadInput, Conflict, NotFound
from models.person import UserRole, Viewer
from models.review import AssignmentState, Purpose
from models.tables import (
    AssignmentRow,
    CalibrationCallRow,
    CalibrationRow,
    CallRow,
    DefinitionRow,
    ReviewRow,
    ScoreRow,
    UserRow,
)
from pipeline.calibration.suggestions import why_chosen
from pipeline.people.visibility import check_call
from pipeline.review.assignment import check_can_have
from storage.calibration import calibrations
from storage.calibration.calibrations import Member
from storage.reason import stored
from storage.review.assignments import new_slot
from storage.review.reviews import WAITING, locked, reviews_for


def choose(session: Session, viewer: Viewer, row: CalibrationRow, call_ids: Sequence[int], now: datetime) -> None:
    """Add these calls to the session and put them on its members' desks; all calls of it must be of one kind.

    Raises:
        NotFound: there is no such call.
        BadInput: they are of several kinds.
        Conflict: one has no score by the session's card, a member may not hear it, or nobody could review it any more.
    """
    for call_id in call_ids:
        check_call(session, viewer, call_id)
    reviews = reviews_for(session, call_ids, now) if call_ids else {}
    chosen = [
        CalibrationCallRow(
            calibration_id=row.id,
            call_id=call_id,
            review_id=reviews[call_id].id,
            score_id=_score_id(session, row, call_id),
            reasons=[stored(reason) for reason in why_chosen(session, viewer, call_id)],
            reference=None,
            score=None,
        )
        for call_id in call_ids
    ]
    for one in chosen:  # one after the other: their numbers are the order they were chosen in
        session.add(one)
        session.flush()
    _check_one_kind(session, row)
    open_all(session, row, calibrations.members_of(session, row.id), chosen, now)
    for review in reviews.values():
        check_somebody_left(session, row, review)


def open_all(
    session: Session,
    row: CalibrationRow,
    members: Collection[Member],
    calls: Collection[CalibrationCallRow],
    now: datetime,
) -> None:
    """An assignment for each of these members and calls, none of which has one in this session.

    Raises:
        Conflict: a member does not review, has heard the call, or it is their own or their team's.
    """
    for call in sorted(calls, key=lambda one: one.review_id):
        review = locked(session, call.review_id)
        for member in members:
            assignment = new_slot(session, review, Purpose.CALIBRATION, now, user_id=member.id)
            assignment.due_at = row.due_at
            check_can_have(session, assignment, member.id)
    session.flush()


def drop(
    session: Session,
    row: CalibrationRow,
    *,
    of_members: Collection[int] | None = None,
    of_calls: Collection[int] | None = None,
) -> None:
    """Nobody is to hear these any more; all of the session's where neither people nor calls are named."""
    reviews = {one.review_id for one in calibrations.calls_of(session, row.id)}
    for review_id in sorted(reviews):
        locked(session, review_id)
    for assignment in calibrations.to_do(session, row.id):
        if of_members is not None and assignment.user_id not in of_members:
            continue
        if of_calls is not None and assignment.call_id not in of_calls:
            continue
        assignment.state = AssignmentState.CANCELLED
        assignment.lease_until = None
        assignment.revision += 1
    session.flush()


def _score_id(session: Session, row: CalibrationRow, call_id: int) -> int:
    """The machine's score by the session's very version, else the one shown, if it is by another of the same card."""
    call = session.get(CallRow, call_id)
    if call is None:
        raise NotFound("storage.no_such_call", id=call_id)
    same = select(ScoreRow.id).where(
        ScoreRow.recording_id == call.recording_id, ScoreRow.scorecard_id == row.scorecard_id
    )
    found = session.scalar(same.order_by((ScoreRow.id == call.score_id).desc(), ScoreRow.id.desc()).limit(1))
    if found is not None:
        return found
    if call.score_id is None:
        raise Conflict("pipeline.review_without_score", call=call_id)
    card = session.get_one(DefinitionRow, row.scorecard_id)
    other = select(DefinitionRow).join(ScoreRow, ScoreRow.scorecard_id == DefinitionRow.id)
    shown = session.scalars(other.where(ScoreRow.id == call.score_id)).one()
    if shown.name != card.name:
        raise Conflict("pipeline.calibration_other_card", call=call_id, card=shown.name, wanted=card.name)
    return call.score_id


def _check_one_kind(session: Session, row: CalibrationRow) -> None:
    calls = [one.call_id for one in calibrations.calls_of(session, row.id)]
    kinds = set(session.scalars(select(CallRow.call_type).where(CallRow.id.in_(calls))))
    if len(kinds) > 1:
        said = "、".join(sorted(kind or "?" for kind in kinds))
        raise BadInput("pipeline.calibration_kinds", kinds=said)
    row.call_type = next(iter(kinds), None)


def check_somebody_left(session: Session, row: CalibrationRow, review: ReviewRow) -> None:
    """Who hears a call here cannot review it any more: of a call that waits for review somebody must be left."""
    if review.state not in WAITING:
        return
    waits = select(AssignmentRow.id).where(
        AssignmentRow.review_id == review.id,
        AssignmentRow.user_id.is_(None),
        AssignmentRow.state == AssignmentState.OPEN,
    )
    if session.scalar(waits.limit(1)) is None:
        return
    members = {member.id for member in calibrations.members_of(session, row.id)}
    heard = select(AssignmentRow.user_id).where(
        AssignmentRow.review_id == review.id,
        AssignmentRow.user_id.is_not(None),
        AssignmentRow.state != AssignmentState.CANCELLED,
    )
    others = select(func.count()).where(
        UserRow.active,
        UserRow.role == UserRole.INSPECTOR,
        UserRow.id.not_in(members),
        UserRow.id.not_in(heard),
        (UserRow.team != review.team) | UserRow.team.is_(None) if review.team is not None else UserRow.id > 0,
    )
    if not session.scalar(others):
        raise Conflict("pipeline.calibration_nobody_left", call=review.call_id)
