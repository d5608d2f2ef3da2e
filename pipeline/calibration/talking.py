"""From hearing alone to talking: as soon as every verdict of a session is in."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.person import Viewer
from models.tables import AssignmentRow, CalibrationRow
from storage.calibration import calibrations
from storage.people.audit import record


def hold(session: Session, assignment_id: int) -> None:
    """Keep others from handing in a verdict of the same session now: of two who are last, one must see that they are.

    Nothing to hold for hearings that are of no calibration.
    """
    place = calibrations.place_of_id(session, assignment_id)
    if place is not None:
        calibrations.locked(session, place.calibration_id)


def heard_by(session: Session, viewer: Viewer, assignment: AssignmentRow, now: datetime) -> None:
    """A verdict of a calibration came in; its session was held."""
    place = calibrations.place_of(session, assignment)
    if place is not None:
        talk_if_all_in(session, viewer, calibrations.find(session, place.calibration_id), now)


def talk_if_all_in(session: Session, viewer: Viewer, row: CalibrationRow, now: datetime) -> None:
    """Open the table where nobody is to hear anything any more; the session must be locked."""
    if row.state == CalibrationState.HEARING and not calibrations.to_do(session, row.id):
        row.state = CalibrationState.TALKING
        row.revision += 1
        session.flush()
        record(session, viewer, "calibration.talking", now, target="calibration", target_id=row.id)
