"""What was said while a calibration was talked over. Append-only; no function here commits."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CalibrationNoteRow


def notes_of(session: Session, calibration_id: int) -> tuple[CalibrationNoteRow, ...]:
    """The first first."""
    query = select(CalibrationNoteRow).where(CalibrationNoteRow.calibration_id == calibration_id)
    return tuple(session.scalars(query.order_by(CalibrationNoteRow.id)))
