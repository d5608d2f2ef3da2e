"""Verdicts of calibrations from which nothing is to be learnt, as SQL."""

from sqlalchemy import ColumnElement, Exists, exists

from models.calibration import CalibrationState
from models.review import Purpose
from models.tables import CalibrationCallRow, CalibrationMemberRow, CalibrationRow, VerdictRow


def is_secret() -> ColumnElement[bool]:
    """Condition on `verdicts`: given in a calibration of a call that is still heard, or in one that was cancelled.

    A call can have been in a session that was cancelled and then in another: there who judged it says something.
    """
    talked = _in_session(CalibrationState.TALKING, CalibrationState.CLOSED).where(
        CalibrationMemberRow.calibration_id == CalibrationRow.id, CalibrationMemberRow.user_id == VerdictRow.user_id
    )
    apart = _in_session(CalibrationState.HEARING) | (_in_session(CalibrationState.CANCELLED) & ~talked)
    return (VerdictRow.purpose == Purpose.CALIBRATION.value) & apart


def _in_session(*states: CalibrationState) -> Exists:
    return exists().where(
        CalibrationRow.id == CalibrationCallRow.calibration_id,
        CalibrationCallRow.call_id == VerdictRow.call_id,
        CalibrationRow.state.in_([state.value for state in states]),
    )
