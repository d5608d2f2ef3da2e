"""A session's course: from hearing alone to talking, to its end."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.errors import BadInput, Conflict
from models.person import Viewer
from models.reason import Fact
from models.tables import CalibrationRow
from pipeline.calibration import hearings
from pipeline.calibration.sessions import LEAST_MEMBERS, changed, changing, numbers
from storage.calibration import calibrations
from storage.calibration.calibrations import Member


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody of whom verdicts are not in yet; `calls` are those they have not handed in."""

    member: Member
    calls: tuple[int, ...]


def talk(
    session: Session,
    viewer: Viewer,
    calibration_id: int,
    *,
    without: Collection[int],
    revision: int,
    now: datetime,
) -> CalibrationRow:
    """Begin to talk although verdicts are missing; `without` names everybody whose are, so that nobody is forgotten.

    Raises:
        NotFound, Stale, Conflict: as `changing`; or others are missing than were named, or fewer than two are left.
    """
    row = changing(session, calibration_id, revision, CalibrationState.HEARING)
    absent = missing(session, row.id)
    if set(without) != {one.member.id for one in absent}:
        who = "、".join(one.member.name for one in absent) or "-"
        raise Conflict("pipeline.calibration_missing", who=who)
    spoken = {verdict.user_id for verdict in calibrations.verdicts(session, row.id)}
    if len(spoken) < LEAST_MEMBERS:
        raise Conflict("pipeline.calibration_nothing_to_compare", least=LEAST_MEMBERS)
    hearings.drop(session, row)
    row.state = CalibrationState.TALKING
    facts: dict[str, Fact] = {"without": "、".join(one.member.name for one in absent)}
    changed(session, viewer, row, "calibration.talking", now=now, facts=facts)
    return row


def close(session: Session, viewer: Viewer, calibration_id: int, *, revision: int, now: datetime) -> CalibrationRow:
    """The session is over; each of its calls has a reference.

    Raises:
        NotFound, Stale, Conflict: as `changing`; or a call has no reference yet.
    """
    row = changing(session, calibration_id, revision, CalibrationState.TALKING)
    lacking = [one.call_id for one in calibrations.calls_of(session, row.id) if one.reference is None]
    if lacking:
        raise Conflict("pipeline.calibration_no_reference", calls=numbers(lacking))
    row.state = CalibrationState.CLOSED
    row.closed_at = now
    changed(session, viewer, row, "calibration.closed", now=now, facts={})
    return row


def cancel(
    session: Session, viewer: Viewer, calibration_id: int, why: str, *, revision: int, now: datetime
) -> CalibrationRow:
    """Call it off: nobody has anything to hear any more, and nothing is learnt from it. What was said is kept.

    Raises:
        NotFound, Stale, Conflict: as `changing`.
        BadInput: no reason is given.
    """
    if not why.strip():
        raise BadInput("pipeline.calibration_cancel_why")
    row = changing(session, calibration_id, revision, CalibrationState.HEARING, CalibrationState.TALKING)
    hearings.drop(session, row)
    row.state = CalibrationState.CANCELLED
    row.closed_at = now
    changed(session, viewer, row, "calibration.cancelled", now=now, facts={"why": why.strip()})
    return row


def missing(session: Session, calibration_id: int) -> tuple[Missing, ...]:
    """Who has not handed in everything, by name."""
    given = {(one.user_id, one.call_id) for one in calibrations.hearings(session, calibration_id) if one.submitted_at}
    calls = [one.call_id for one in calibrations.calls_of(session, calibration_id)]
    found = (
        Missing(member, tuple(call for call in calls if (member.id, call) not in given))
        for member in calibrations.members_of(session, calibration_id)
    )
    return tuple(one for one in found if one.calls)
