"""What of the calls somebody may see, as SQL: whose calls, and on which the machine's say is hidden from them."""

from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from models.person import Scope
from models.review import AssignmentState
from models.tables import AssignmentRow, CallRow, ReviewRow, VerdictRow

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
    """Calls of `calls` still to be judged blind: in the person's own assignments, or in any while they said nothing."""
    waiting = exists().where(
        ReviewRow.call_id == CallRow.id,
        ReviewRow.blind,
        AssignmentRow.review_id == ReviewRow.id,
        AssignmentRow.state.in_(TO_DO),
    )
    if only_own:
        return waiting.where(AssignmentRow.user_id == user_id)
    said = exists().where(VerdictRow.review_id == ReviewRow.id, VerdictRow.user_id == user_id).correlate(ReviewRow)
    return waiting.where(~said)


def among(session: Session, call_ids: Collection[int], condition: ColumnElement[bool]) -> frozenset[int]:
    """Those of a page's calls of which the condition is true."""
    if not call_ids:
        return frozenset()
    return frozenset(session.scalars(select(CallRow.id).where(CallRow.id.in_(call_ids), condition)))


def is_within(session: Session, call_id: int, scope: Scope) -> bool:
    """Whether there is such a call in the scope."""
    return session.scalar(select(CallRow.id).where(CallRow.id == call_id, *within(scope))) is not None
