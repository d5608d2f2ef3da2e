"""What became of a set of recordings: the lines of a batch's table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.ledger import RecordingState
from models.reason import Reason
from storage.calls.calls import CallLine, lines_of_recordings
from storage.reason import restored


@dataclass(frozen=True, slots=True)
class BatchLine:
    """`why` is why a person should hear it, or why it was set aside. Nothing of a score that is out of date."""

    call_id: int
    file: str
    agent: str | None
    seconds: float | None
    state: RecordingState
    total: float | None
    grade: str | None
    coverage: float | None
    fatal: bool
    queued: bool
    why: tuple[Reason, ...]


def overview(session: Session, recording_ids: Sequence[int]) -> Iterator[BatchLine]:
    """A line per recording, in the order of the ids."""
    lines = lines_of_recordings(session, recording_ids)
    yield from (_line(lines[one]) for one in recording_ids)


def _line(call: CallLine) -> BatchLine:
    state = RecordingState(call.state)
    scored = state is RecordingState.SCORED
    reasons = call.reasons if scored else [call.reason]
    return BatchLine(
        call_id=call.id,
        file=call.file,
        agent=call.agent_name or call.agent_id,
        seconds=call.seconds,
        state=state,
        total=call.total if scored else None,
        grade=call.grade if scored else None,
        coverage=call.coverage if scored else None,
        fatal=bool(scored and call.fatal),
        queued=bool(scored and call.queued),
        why=tuple(restored(reason) for reason in reasons or () if reason),
    )
