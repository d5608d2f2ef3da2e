"""Calls with all that is stored of them, some at a time."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CallRow, RecordingRow, ScoreRow, SourceRow, TranscriptRow
from storage.calls.calls import AT_ONCE, shown_transcript


class WholeCall(NamedTuple):
    """`transcript` is what the shown score was made from, or else the newest; `score` is the one shown. Both JSON."""

    call: CallRow
    recording: RecordingRow
    transcript: dict[str, Any] | None
    score: dict[str, Any] | None


def whole_calls(session: Session, call_ids: Sequence[int]) -> list[WholeCall]:
    """In the order of the ids; those that are gone are left out. Ask for few at a time: transcripts are long."""
    query = (
        select(CallRow, RecordingRow, TranscriptRow.body, ScoreRow.body)
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .outerjoin(ScoreRow, ScoreRow.id == CallRow.score_id)
        .outerjoin(TranscriptRow, TranscriptRow.id == ScoreRow.transcript_id)
        .where(CallRow.id.in_(call_ids))
    )
    found = {row[0].id: WholeCall(row[0], row[1], row[2], row[3]) for row in session.execute(query)}
    whole = [found[call_id] for call_id in call_ids if call_id in found]
    return [one if one.score else one._replace(transcript=shown_transcript(session, one.call)) for one in whole]


def calls_of_content(session: Session, hashes: Sequence[str]) -> dict[str, list[int]]:
    """sha256 of a recording → its call."""
    query = select(RecordingRow.sha256, CallRow.id).join(CallRow, CallRow.recording_id == RecordingRow.id)
    found: dict[str, list[int]] = {}
    for start in range(0, len(hashes), AT_ONCE):
        some = hashes[start : start + AT_ONCE]
        for content, call in session.execute(query.where(RecordingRow.sha256.in_(some))):
            found.setdefault(content, []).append(call)
    return found


def calls_of_files(session: Session, files: Sequence[str]) -> dict[str, list[int]]:
    """Name of a recording, whole or the end of its path → the calls that came under it, oldest first."""
    found: dict[str, list[int]] = {}
    query = select(SourceRow.file, CallRow.id).join(CallRow, CallRow.recording_id == SourceRow.recording_id)
    query = query.order_by(CallRow.id)
    for start in range(0, len(files), AT_ONCE):
        for file, call in session.execute(query.where(SourceRow.file.in_(files[start : start + AT_ONCE]))):
            found.setdefault(file, []).append(call)
    for file in files:
        if file not in found:
            calls = session.execute(query.where(SourceRow.file.endswith(f"/{file}", autoescape=True)))
            found[file] = list(dict.fromkeys(call for _, call in calls))
    return {file: list(dict.fromkeys(calls)) for file, calls in found.items() if calls}


def existing_calls(session: Session, call_ids: Sequence[int]) -> set[int]:
    """Which of the ids there are."""
    found: set[int] = set()
    for start in range(0, len(call_ids), AT_ONCE):
        found.update(session.scalars(select(CallRow.id).where(CallRow.id.in_(call_ids[start : start + AT_ONCE]))))
    return found
