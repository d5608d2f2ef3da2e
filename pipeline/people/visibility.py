"""Whose calls a viewer sees, and where the machine's say is kept from them until they have judged for themselves.

Who has the right to look at calls at all is the gate's business (api/access.py); which of them is decided here.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from models.errors import Forbidden, NotFound
from models.person import EVERYTHING, Right, Viewer
from storage.people import visibility


def limits(viewer: Viewer, *, by_machine: bool = False) -> Iterator[ColumnElement[bool]]:
    """Conditions on `calls` for what the viewer is shown.

    `by_machine`: the list is filtered or sorted by what the machine said, which would tell it of hidden calls.
    """
    yield from visibility.within(viewer.scope)
    if by_machine:
        yield from told(viewer)


def told(viewer: Viewer) -> Iterator[ColumnElement[bool]]:
    """Conditions on `calls`: what was thought of them is not hidden from the viewer."""
    blind = _blind(viewer)
    if blind is not None:
        yield ~blind


def told_to_all() -> ColumnElement[bool]:
    """Condition on `calls`: nobody is still to judge it blind, so that what the machine said of it may be told."""
    return ~visibility.waits_blind()


def check_call(session: Session, viewer: Viewer, call_id: int) -> None:
    """Raise where the call is not the viewer's to see: it is as if it were not there.

    Raises:
        NotFound: no such call, or it is another's.
    """
    if viewer.scope != EVERYTHING and not visibility.is_within(session, call_id, viewer.scope):
        raise NotFound("api.no_call", id=call_id)


def hides_machine(session: Session, viewer: Viewer, call_id: int) -> bool:
    """Whether the machine's score, findings and reasons, and others' verdicts, are to be kept from the viewer.

    An inspector does not see them on any call that waits to be judged blind, shared out to whomever, for it may come
    to them; once they have submitted a verdict on it, they do. Who oversees the work sees them all but on calls of
    their own. Who takes part in a calibration sees them when all may talk.
    """
    return bool(hidden_calls(session, viewer, (call_id,)))


def hidden_calls(session: Session, viewer: Viewer, call_ids: Collection[int]) -> frozenset[int]:
    """Those of the calls of which `hides_machine` is true."""
    blind = _blind(viewer)
    return frozenset() if blind is None else visibility.among(session, call_ids, blind)


def check_machine(session: Session, viewer: Viewer, call_ids: Collection[int]) -> None:
    """Raise where the machine's say on one of the calls is hidden.

    Raises:
        Forbidden: with the first of them.
    """
    if hidden := hidden_calls(session, viewer, call_ids):
        raise Forbidden("pipeline.hidden_until_judged", id=min(hidden))


def check_not_to_judge(session: Session, viewer: Viewer, call_id: int) -> None:
    """Raise where the viewer themselves are still to judge the call blind, whatever else they may see of it.

    Raises:
        Forbidden: with the call.
    """
    if viewer.user_id is None:
        return
    if visibility.among(session, (call_id,), visibility.blinded(viewer.user_id, only_own=True)):
        raise Forbidden("pipeline.hidden_until_judged", id=call_id)


def _blind(viewer: Viewer) -> ColumnElement[bool] | None:
    if viewer.user_id is None or not viewer.may(Right.REVIEW):
        return None
    return visibility.blinded(viewer.user_id, only_own=viewer.may(Right.OVERSEE))
