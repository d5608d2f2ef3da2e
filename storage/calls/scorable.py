"""What is needed to score calls again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer

from models.call import Metadata
from models.tables import CallRow, RecordingRow, ScoreRow, TranscriptRow
from storage.calls.metadata import as_metadata


@dataclass(frozen=True, slots=True)
class ScorableCall:
    """`transcript_id` is what the shown score was made from, without a score the newest; None where there is none."""

    id: int
    recording_id: int
    sha256: str
    metadata: Metadata
    shown: ScoreRow | None
    transcript_id: int | None


def scorable_calls(session: Session, call_ids: Sequence[int]) -> dict[int, ScorableCall]:
    """By id; of at most some hundred calls at a time, those that exist."""
    query = (
        select(CallRow, RecordingRow.sha256, ScoreRow)
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .outerjoin(ScoreRow, ScoreRow.id == CallRow.score_id)
        .where(CallRow.id.in_(call_ids))
        .options(defer(ScoreRow.body))
        .execution_options(populate_existing=True)
    )
    rows = session.execute(query).all()
    newest = _newest_transcripts(session, [call.recording_id for call, _, shown in rows if shown is None])
    return {
        call.id: ScorableCall(
            id=call.id,
            recording_id=call.recording_id,
            sha256=sha256,
            metadata=as_metadata(call),
            shown=shown,
            transcript_id=newest.get(call.recording_id) if shown is None else shown.transcript_id,
        )
        for call, sha256, shown in rows
    }


def transcript_bodies(session: Session, transcript_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By id; of at most some hundred at a time."""
    rows = session.execute(select(TranscriptRow.id, TranscriptRow.body).where(TranscriptRow.id.in_(transcript_ids)))
    return {identity: body for identity, body in rows}  # noqa: C416 - dict() takes a Result for a mapping


def _newest_transcripts(session: Session, recording_ids: Sequence[int]) -> dict[int, int]:
    of = TranscriptRow.recording_id
    query = select(of, func.max(TranscriptRow.id)).where(of.in_(recording_ids)).group_by(of)
    return {recording: transcript for recording, transcript in session.execute(query)}  # noqa: C416
