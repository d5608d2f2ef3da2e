"""What people said of calls, wherever they said it, as training reads it: thousands at a time, as stored JSON."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.appeal import AppealState, ItemOutcome
from models.calibration import CalibrationState
from models.final import FinalSource
from models.tables import (
    AppealRow,
    CalibrationCallRow,
    CalibrationRow,
    CallRow,
    DefinitionRow,
    FinalScoreRow,
    ReviewRow,
    ScoreRow,
    TranscriptRow,
    VerdictRow,
)
from storage.calibration.secret import is_secret
from storage.calls.ledger import AT_ONCE

DECIDED = (AppealState.UPHELD.value, AppealState.OVERTURNED.value)


@dataclass(frozen=True, slots=True)
class JudgementLine:
    """A judgement of a call by the scorecard `card`; `body` is a `Judgement`, `user_id` None where several agreed."""

    call_id: int
    card: str
    user_id: int | None
    at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DecidedLine:
    """A decided appeal: what came of each item, the judgement it was against, and the one made of it, if any."""

    call_id: int
    card: str
    user_id: int | None
    at: datetime
    outcomes: tuple[ItemOutcome, ...]
    before: dict[str, Any]
    after: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class HeardCall:
    """A call with the transcript people saw when they judged it (JSON)."""

    call: CallRow
    transcript_id: int
    transcript: dict[str, Any]


def latest_judged(session: Session, limit: int) -> tuple[int, ...]:
    """The calls people judged last, by id."""
    latest = func.max(VerdictRow.submitted_at)
    query = (
        select(VerdictRow.call_id)
        .where(~is_secret())
        .group_by(VerdictRow.call_id)
        .order_by(latest.desc(), VerdictRow.call_id.desc())
    )
    return tuple(sorted(session.scalars(query.limit(limit))))


def verdicts_of(session: Session, call_ids: Sequence[int]) -> Iterator[JudgementLine]:
    """Every submitted verdict, whatever it was given for, the first first within a few hundred calls.

    But those of calibrations that are still heard, which nobody is to know of, and of those that were cancelled.
    """
    query = (
        select(VerdictRow.call_id, DefinitionRow.name, VerdictRow.user_id, VerdictRow.submitted_at, VerdictRow.body)
        .join(DefinitionRow, DefinitionRow.id == VerdictRow.scorecard_id)
        .where(~is_secret())
        .order_by(VerdictRow.id)
    )
    for some in _parts(call_ids):
        yield from (JudgementLine(*row) for row in session.execute(query.where(VerdictRow.call_id.in_(some))))


def consensuses_of(session: Session, call_ids: Sequence[int]) -> Iterator[JudgementLine]:
    """Final scores that a lead settled where two verdicts differed."""
    final = FinalScoreRow
    query = (
        select(final.call_id, DefinitionRow.name, final.published_at, final.judgement)
        .join(DefinitionRow, DefinitionRow.id == final.scorecard_id)
        .where(final.source == FinalSource.CONSENSUS.value)
        .order_by(final.id)
    )
    for some in _parts(call_ids):
        for call_id, card, at, body in session.execute(query.where(final.call_id.in_(some))):
            yield JudgementLine(call_id, card, None, at, body)


def references_of(session: Session, call_ids: Sequence[int]) -> Iterator[JudgementLine]:
    """What calibration sessions agreed on that were not cancelled."""
    own = CalibrationCallRow
    query = (
        select(own.call_id, DefinitionRow.name, own.agreed_at, own.reference)
        .join(CalibrationRow, CalibrationRow.id == own.calibration_id)
        .join(DefinitionRow, DefinitionRow.id == CalibrationRow.scorecard_id)
        .where(
            own.reference.is_not(None), own.agreed_at.is_not(None), CalibrationRow.state != CalibrationState.CANCELLED
        )
        .order_by(own.id)
    )
    for some in _parts(call_ids):
        for call_id, card, at, body in session.execute(query.where(own.call_id.in_(some))):
            if body is not None:  # JSON's null is not SQL's
                yield JudgementLine(call_id, card, None, at, body)


def decided_appeals(session: Session, call_ids: Sequence[int]) -> Iterator[DecidedLine]:
    """Appeals that were decided, the first first within a few hundred calls; those withdrawn are none."""
    old, new = FinalScoreRow.__table__.alias("old"), FinalScoreRow.__table__.alias("new")
    query = (
        select(
            AppealRow.call_id,
            DefinitionRow.name,
            AppealRow.decided_user_id,
            AppealRow.decided_at,
            AppealRow.outcome,
            old.c.judgement,
            new.c.judgement,
        )
        .join(old, old.c.id == AppealRow.final_id)
        .join(DefinitionRow, DefinitionRow.id == old.c.scorecard_id)
        .outerjoin(new, new.c.id == AppealRow.new_final_id)
        .where(AppealRow.state.in_(DECIDED), AppealRow.decided_at.is_not(None))
        .order_by(AppealRow.decided_at, AppealRow.id)
    )
    for some in _parts(call_ids):
        for call_id, card, user, at, outcome, before, after in session.execute(
            query.where(AppealRow.call_id.in_(some))
        ):
            yield DecidedLine(call_id, card, user, at, tuple(map(ItemOutcome.of, outcome or ())), before, after)


def heard_calls(session: Session, call_ids: Collection[int]) -> dict[int, HeardCall]:
    """By id; of at most some dozen at a time, those that have a score: transcripts are long."""
    query = (
        select(CallRow, TranscriptRow.id, TranscriptRow.body)
        .outerjoin(ReviewRow, ReviewRow.call_id == CallRow.id)
        .join(ScoreRow, ScoreRow.id == func.coalesce(ReviewRow.score_id, CallRow.score_id))
        .join(TranscriptRow, TranscriptRow.id == ScoreRow.transcript_id)
        .where(CallRow.id.in_(list(call_ids)))
    )
    return {call.id: HeardCall(call, transcript_id, body) for call, transcript_id, body in session.execute(query)}


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
