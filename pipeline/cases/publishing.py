"""A case's way: suggested, taken up as a draft, published; dismissed, or withdrawn with a reason."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.case import CaseState
from models.errors import BadInput, Conflict
from models.person import Viewer
from models.tables import CaseRow
from pipeline.cases.library import check_editor, within_reach
from pipeline.cases.making import for_change
from storage.people.audit import record

LONGEST_WHY = 500


def publish_case(session: Session, viewer: Viewer, case_id: int, now: datetime, *, revision: int) -> CaseRow:
    """Show it to whoever reads cases. Whoever publishes it has looked at what its flag said.

    Raises:
        NotFound, Forbidden, Stale: as for every change.
        BadInput: nobody wrote down yet what it teaches.
        Conflict: it is not a draft or a suggestion.
    """
    row = _opened(session, viewer, case_id, revision)
    if row.state not in (CaseState.DRAFT, CaseState.SUGGESTED):
        raise Conflict("pipeline.case_not_draft", id=case_id)
    if not row.teaching.strip():
        raise BadInput("pipeline.case_no_teaching", id=case_id)
    row.published_by, row.published_at, row.flag = viewer.name, now, None
    return _moved(session, viewer, row, CaseState.PUBLISHED, action="case.published", now=now)


def take_up(session: Session, viewer: Viewer, case_id: int, now: datetime, *, revision: int) -> CaseRow:
    """Make a draft of a suggestion, or of a case that was dismissed.

    Raises:
        NotFound, Forbidden, Stale: as for every change.
        Conflict: it is neither.
    """
    row = _opened(session, viewer, case_id, revision)
    if row.state not in (CaseState.SUGGESTED, CaseState.DISMISSED):
        raise Conflict("pipeline.case_not_suggested", id=case_id)
    return _moved(session, viewer, row, CaseState.DRAFT, action="case.taken_up", now=now)


def dismiss_case(session: Session, viewer: Viewer, case_id: int, now: datetime, *, revision: int) -> CaseRow:
    """A suggestion or draft that is nothing to learn from; it is not suggested again.

    Raises:
        NotFound, Forbidden, Stale: as for every change.
        Conflict: it was published: it is withdrawn instead.
    """
    row = _opened(session, viewer, case_id, revision)
    if row.state not in (CaseState.SUGGESTED, CaseState.DRAFT):
        raise Conflict("pipeline.case_not_open", id=case_id)
    return _moved(session, viewer, row, CaseState.DISMISSED, action="case.dismissed", now=now)


def withdraw_case(session: Session, viewer: Viewer, case_id: int, why: str, now: datetime, *, revision: int) -> CaseRow:
    """Take a published case out of the library, saying why.

    Raises:
        NotFound, Forbidden, Stale: as for every change.
        BadInput: no reason is given.
        Conflict: it is not published.
    """
    row = _opened(session, viewer, case_id, revision)
    why = why.strip()
    if not why or len(why) > LONGEST_WHY:
        raise BadInput("pipeline.case_no_why", most=LONGEST_WHY)
    if row.state != CaseState.PUBLISHED:
        raise Conflict("pipeline.case_not_published", id=case_id)
    row.withdrawn_why, row.withdrawn_at = why, now
    return _moved(session, viewer, row, CaseState.WITHDRAWN, action="case.withdrawn", now=now)


def clear_flag(session: Session, viewer: Viewer, case_id: int, now: datetime, *, revision: int) -> CaseRow:
    """Somebody looked again, and it stands as it is.

    Raises:
        NotFound, Forbidden, Stale: as for every change.
    """
    row = _opened(session, viewer, case_id, revision)
    row.flag = None
    return _moved(session, viewer, row, CaseState(row.state), action="case.confirmed", now=now)


def _opened(session: Session, viewer: Viewer, case_id: int, revision: int) -> CaseRow:
    check_editor(viewer)
    within_reach(session, viewer, case_id)
    return for_change(session, case_id, revision)


def _moved(session: Session, viewer: Viewer, row: CaseRow, to: CaseState, *, action: str, now: datetime) -> CaseRow:
    facts = {"before": row.state, "after": to.value, "call": row.call_id}
    row.state = to.value
    row.revision += 1
    session.flush()
    record(session, viewer, action, now, target="case", target_id=row.id, facts=facts)
    return row
