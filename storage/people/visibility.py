"""What of the calls somebody may see, as SQL: whose calls, and on which the machine's say is hidden from them."""

from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, Exists, exists, or_, select
from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.person import Scope
from models.review import AssignmentState, Purpose
from models.tables import (
    AssignmentRow,
    CalibrationCallRow,
    CalibrationMemberRow,
    CalibrationRow,
    CallRow,
    ReviewRow,
    VerdictRow,
)

TO_DO = (AssignmentState.OPEN.value, AssignmentState.STARTED.value)


def within(scope: Scope) -> Iterator[ColumnElement[bool]]:
    """For queries that have `calls`."""
    if scope.team is not None:
        yield CallRow.team == scope.team
    if scope.agent_id is not None:
        yield CallRow.agent_id == scope.agent_id
    if scope.published:
        yield exists().where(ReviewRow.call_id == CallRow.id, ReviewRow.final_id.is_not(None))


def blinded(user_id: int, *, only_own: bool) -> ColumnElement[bool]:
    """Calls of `calls` still to be judged blind: in the person's own assignments, or in any while they said nothing.

    And those of calibrations the person takes part in, also after their own verdict, until all may talk.
    """
    waiting = _waits_blind()
    calibrated = _in_calibration().where(
        CalibrationMemberRow.calibration_id == CalibrationRow.id, CalibrationMemberRow.user_id == user_id
    )
    if only_own:
        return or_(waiting.where(AssignmentRow.user_id == user_id), calibrated)
    said = exists().where(VerdictRow.review_id == ReviewRow.id, VerdictRow.user_id == user_id).correlate(ReviewRow)
    return or_(waiting.where(~said), calibrated)


def waits_blind() -> ColumnElement[bool]:
    """Calls of `calls` that somebody is still to judge blind, whoever that may be."""
    return or_(_waits_blind(), _in_calibration())


def _waits_blind() -> Exists:
    """Who hears a call anew is never to know how it was judged; the review says how it was heard before."""
    return exists().where(
        ReviewRow.call_id == CallRow.id,
        or_(ReviewRow.blind, AssignmentRow.purpose == Purpose.APPEAL),
        AssignmentRow.review_id == ReviewRow.id,
        AssignmentRow.state.in_(TO_DO),
        AssignmentRow.purpose != Purpose.CALIBRATION,
    )


def _in_calibration() -> Exists:
    """Calls of `calls` that the members of a session hear alone."""
    return exists().where(
        CalibrationCallRow.call_id == CallRow.id,
        CalibrationRow.id == CalibrationCallRow.calibration_id,
        CalibrationRow.state == CalibrationState.HEARING,
    )


def among(session: Session, call_ids: Collection[int], condition: ColumnElement[bool]) -> frozenset[int]:
    """Those of a page's calls of which the condition is true."""
    if not call_ids:
        return frozenset()
    return frozenset(session.scalars(select(CallRow.id).where(CallRow.id.in_(call_ids), condition)))


def is_within(session: Session, call_id: int, scope: Scope) -> bool:
    """Whether there is such a call in the scope."""
    return session.scalar(select(CallRow.id).where(CallRow.id == call_id, *within(scope))) is not None
