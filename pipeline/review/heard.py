"""What a review is about: the score a call was picked by, its transcript, and the scorecard to judge it by."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import Conflict, NotFound
from models.score import SCORED_JSON, Scored
from models.tables import AssignmentRow, CallRow, DefinitionRow, ReviewRow, ScoreRow, TranscriptRow
from models.transcript import TRANSCRIPT_JSON, Transcript
from pipeline.browse import as_shown
from scoring.scorecard import Scorecard, parse_scorecard
from storage.calibration import calibrations


@dataclass(frozen=True, slots=True)
class Heard:
    """The machine's side of a review; `scorecard_id` is the version people judge by."""

    score: ScoreRow
    transcript: Transcript
    card: Scorecard
    scorecard_id: int

    @property
    def scored(self) -> Scored:
        return SCORED_JSON.validate_python(self.score.body)


def heard(session: Session, review: ReviewRow, assignment: AssignmentRow | None = None) -> Heard:
    """Of the score the call was picked by; of a call picked without one, the score it has now.

    A hearing of a calibration is by its session's scorecard, of the score the session began with.

    Raises:
        Conflict: it has none.
    """
    call = session.get_one(CallRow, review.call_id)
    place = None if assignment is None else calibrations.place_of(session, assignment)
    if place is not None:
        score, card_id = session.get_one(ScoreRow, place.score_id), place.scorecard_id
        transcript = _transcript(session, score.transcript_id, call.customer_number)
        return Heard(score, transcript, card_by_id(session, card_id), card_id)
    score_id = review.score_id if review.score_id is not None else call.score_id
    if score_id is None:
        raise Conflict("pipeline.review_without_score", call=call.id)
    score = session.get_one(ScoreRow, score_id)
    transcript = _transcript(session, score.transcript_id, call.customer_number)
    return Heard(score, transcript, card_of(session, score), score.scorecard_id)


def card_of(session: Session, score: ScoreRow) -> Scorecard:
    """The version of the scorecard the score was made with: people judge by the same."""
    return card_by_id(session, score.scorecard_id)


def card_by_id(session: Session, scorecard_id: int) -> Scorecard:
    """A stored version of a scorecard."""
    return _card(session.scalars(select(DefinitionRow.body).where(DefinitionRow.id == scorecard_id)).one())


def heard_transcript(session: Session, call_id: int) -> tuple[int, Transcript] | None:
    """The transcript people see of a call, with its id: of its review's score, else of the one shown, else the newest.

    Raises:
        NotFound: there is no such call.
    """
    call = session.get(CallRow, call_id)
    if call is None:
        raise NotFound("storage.no_such_call", id=call_id)
    score_id = session.scalar(select(ReviewRow.score_id).where(ReviewRow.call_id == call_id)) or call.score_id
    query = select(TranscriptRow.id).where(TranscriptRow.recording_id == call.recording_id)
    if score_id is not None:
        query = select(ScoreRow.transcript_id).where(ScoreRow.id == score_id)
    transcript_id = session.scalar(query.order_by(TranscriptRow.id.desc()).limit(1) if score_id is None else query)
    if transcript_id is None:
        return None
    return transcript_id, _transcript(session, transcript_id, call.customer_number)


def _transcript(session: Session, transcript_id: int, number: str | None) -> Transcript:
    body = session.scalars(select(TranscriptRow.body).where(TranscriptRow.id == transcript_id)).one()
    return as_shown(TRANSCRIPT_JSON.validate_python(body), number)


@lru_cache(maxsize=64)
def _card(text: str) -> Scorecard:
    """Stored versions never change, and reading one takes longer than all the rest of a review."""
    return parse_scorecard(text)
