"""Stored calls, one after the other: what was said in them, and how they were scored."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.call import Metadata
from models.score import SCORED_JSON, Scored
from models.transcript import TRANSCRIPT_JSON, Transcript
from pipeline.browse import masked_text
from storage.calls.call_filter import CallFilter
from storage.calls.calls import find_call_ids
from storage.calls.metadata import get_metadata
from storage.calls.whole import WholeCall, whole_calls

AT_A_TIME = 20
"""Calls in memory at the same time."""


@dataclass(frozen=True, slots=True)
class StoredCall:
    """`agent` is the agent's number; `scored` the score in force, None where there is none yet."""

    id: int
    file: str
    agent: str | None
    transcript: Transcript
    metadata: Metadata
    scored: Scored | None


def stored_calls(session: Session, wanted: CallFilter | None = None, limit: int | None = None) -> Iterator[StoredCall]:
    """Transcribed calls, latest received first, read as they are asked for."""
    return read_calls(session, find_call_ids(session, wanted or CallFilter(), limit=limit))


def read_calls(session: Session, call_ids: tuple[int, ...]) -> Iterator[StoredCall]:
    """Those of the calls that are transcribed, in the order of the ids."""
    for start in range(0, len(call_ids), AT_A_TIME):
        for whole in whole_calls(session, call_ids[start : start + AT_A_TIME]):
            if whole.transcript is not None:
                yield _call(session, whole)


def _call(session: Session, whole: WholeCall) -> StoredCall:
    call, recording, transcript, score = whole
    return StoredCall(
        id=call.id,
        file=masked_text(recording.file, call.customer_number),
        agent=call.agent_id,
        transcript=TRANSCRIPT_JSON.validate_python(transcript),
        metadata=get_metadata(session, recording.id),
        scored=None if score is None else SCORED_JSON.validate_python(score),
    )
