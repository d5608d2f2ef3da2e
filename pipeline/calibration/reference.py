"""The reference score (基准分) of a call: what all agreed on, item by item; never a mean."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.errors import NotFound
from models.final import PRE_SCORE_JSON
from models.person import Viewer
from models.reason import Fact
from models.review import JUDGEMENT_JSON, Judgement
from models.tables import CalibrationCallRow, CalibrationRow
from pipeline.calibration.sessions import changing
from pipeline.calibration.table import opinions_on
from pipeline.review.heard import card_by_id
from scoring.judgement import CommentNeeded, check_judgement, score_judgement
from storage.calibration import calibrations
from storage.people.audit import record


def agree(
    session: Session,
    viewer: Viewer,
    calibration_id: int,
    call_id: int,
    judgement: Judgement,
    *,
    revision: int,
    now: datetime,
    comment_needed: CommentNeeded = "never",
) -> CalibrationCallRow:
    """Write down what was agreed; until the session is closed it can be written anew.

    Raises:
        NotFound: no such session, or it does not have that call.
        BadInput: items are open, or the scorecard does not allow what they say.
        Stale, Conflict: as `sessions.changing`.
    """
    row = changing(session, calibration_id, revision, CalibrationState.TALKING)
    place = next((one for one in calibrations.calls_of(session, row.id) if one.call_id == call_id), None)
    if place is None:
        raise NotFound("pipeline.calibration_no_call", call=call_id)
    card = card_by_id(session, row.scorecard_id)
    check_judgement(card, judgement, comment_needed=comment_needed)
    score = score_judgement(card, judgement)
    place.reference = JUDGEMENT_JSON.dump_python(_with_known_evidence(session, row, call_id, judgement), mode="json")
    place.score = PRE_SCORE_JSON.dump_python(score, mode="json")
    place.agreed_by, place.agreed_at = viewer.name, now
    row.revision += 1
    session.flush()
    facts: dict[str, Fact] = {"call": call_id, "total": "-" if score.total is None else score.total}
    record(session, viewer, "calibration.agreed", now, target="calibration", target_id=row.id, facts=facts)
    return place


def _with_known_evidence(session: Session, row: CalibrationRow, call_id: int, judgement: Judgement) -> Judgement:
    """Only what one of the members has pointed at was listened to, and lies in the call."""
    said = [one.judgement for one in opinions_on(session, row.id)[call_id]]
    known = {evidence for one in said for item in one.items for evidence in item.evidence}
    items = (replace(item, evidence=tuple(one for one in item.evidence if one in known)) for item in judgement.items)
    return replace(judgement, items=tuple(items))
