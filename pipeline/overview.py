"""What became of a set of recordings: the lines of a batch's table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.ledger import RecordingState
from models.reason import Reason
from models.tables import CallRow, RecordingRow, RoutingRow, ScoreRow
from storage.reason import restored

AT_ONCE = 500
"""Ids asked for in one query: below every database's limit of parameters."""


@dataclass(frozen=True, slots=True)
class CallLine:
    """`why` is why a person should hear it, or why it was set aside."""

    call_id: int
    file: str
    sha256: str
    agent: str | None
    seconds: float | None
    state: RecordingState
    total: float | None
    grade: str | None
    coverage: float | None
    fatal: bool
    queued: bool
    why: tuple[Reason, ...]


def overview(session: Session, recording_ids: Sequence[int]) -> Iterator[CallLine]:
    """A line per recording, in the order of the ids."""
    for start in range(0, len(recording_ids), AT_ONCE):
        ids = recording_ids[start : start + AT_ONCE]
        query = (
            select(RecordingRow, CallRow, ScoreRow, RoutingRow)
            .join(CallRow, CallRow.recording_id == RecordingRow.id)
            .outerjoin(ScoreRow, ScoreRow.id == CallRow.score_id)
            .outerjoin(RoutingRow, RoutingRow.score_id == ScoreRow.id)
            .where(RecordingRow.id.in_(ids))
        )
        lines = {row[0].id: _line(*row) for row in session.execute(query).tuples()}
        yield from (lines[one] for one in ids)


def _line(recording: RecordingRow, call: CallRow, score: ScoreRow | None, routing: RoutingRow | None) -> CallLine:
    quarantined = recording.state == RecordingState.QUARANTINED
    stored = [recording.reason] if quarantined else routing.reasons if routing else []
    scored = score if recording.state == RecordingState.SCORED else None
    return CallLine(
        call_id=call.id,
        file=recording.file,
        sha256=recording.sha256,
        agent=call.agent_name or call.agent_id,
        seconds=recording.seconds,
        state=RecordingState(recording.state),
        total=scored.total if scored else None,
        grade=scored.grade if scored else None,
        coverage=scored.coverage if scored else None,
        fatal=bool(scored and scored.fatal),
        queued=bool(scored and routing and routing.queued),
        why=tuple(restored(reason) for reason in stored if reason),
    )
