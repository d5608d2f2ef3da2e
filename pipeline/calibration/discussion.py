"""What is said while a session is talked over: of an item of a call, of a call, or of the session."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.errors import BadInput, Conflict, NotFound
from models.person import Viewer
from models.reason import Fact
from models.tables import CalibrationNoteRow
from pipeline.calibration.sessions import open_table
from pipeline.review.assignment import user_id
from pipeline.review.heard import card_by_id
from storage.calibration import calibrations, notes
from storage.people.audit import record

LONGEST = 2000
"""Characters."""


def note(
    session: Session,
    viewer: Viewer,
    calibration_id: int,
    text: str,
    now: datetime,
    *,
    call_id: int | None = None,
    item: str | None = None,
) -> CalibrationNoteRow:
    """Write a word down; everybody in the session may.

    Raises:
        NotFound: no such session, or it does not have that call or item.
        BadInput: nothing is said, too much, or of an item without its call.
        Conflict: the session is over.
        Forbidden: verdicts are still out, or a machine's.
    """
    own_id = user_id(viewer)
    row = open_table(session, viewer, calibration_id)
    if row.state != CalibrationState.TALKING:
        raise Conflict(f"pipeline.calibration_is_{row.state}")
    if not text.strip() or len(text) > LONGEST:
        raise BadInput("pipeline.calibration_note", most=LONGEST)
    if call_id is not None and call_id not in {one.call_id for one in calibrations.calls_of(session, row.id)}:
        raise NotFound("pipeline.calibration_no_call", call=call_id)
    if item is not None:
        if call_id is None:
            raise BadInput("pipeline.calibration_note_without_call", item=item)
        if item not in {one.id for one in card_by_id(session, row.scorecard_id).items}:
            raise NotFound("pipeline.no_item", item=item)
    said = CalibrationNoteRow(
        calibration_id=row.id,
        call_id=call_id,
        item=item,
        text=text.strip(),
        by=viewer.name,
        user_id=own_id,
        at=now,
    )
    session.add(said)
    session.flush()
    facts: dict[str, Fact] = {"call": call_id or 0, "item": item or ""}
    record(session, viewer, "calibration.noted", now, target="calibration", target_id=row.id, facts=facts)
    return said


def notes_of(session: Session, viewer: Viewer, calibration_id: int) -> tuple[CalibrationNoteRow, ...]:
    """The first first.

    Raises:
        NotFound, Forbidden: as `sessions.open_table`.
    """
    return notes.notes_of(session, open_table(session, viewer, calibration_id).id)
