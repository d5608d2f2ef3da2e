"""One recording's way from sound to queue. Each step is stored before the next, so it can be killed anywhere."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy.orm import Session, sessionmaker

from asr.transcribe import transcribe, transcriber_key
from asr.transcriber import Transcriber
from models.errors import BadRecording
from models.ledger import RecordingState
from models.reason import Reason
from models.routing import Routing
from models.score import Scored
from models.tables import RecordingRow
from models.transcript import TRANSCRIPT_JSON, Transcript
from pipeline.intake import audio_path
from scoring.evaluate import evaluate
from scoring.pack import Pack
from scoring.prescore import pre_score
from scoring.routing import RoutingPlan, route
from scoring.scorecard import Scorecard
from storage import ledger, results
from storage.definitions import remember
from storage.metadata import get_metadata

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Processing:
    """Everything that decides what a recording's transcript and score will be, and where its sound is."""

    transcriber: Transcriber
    agent_channel: Literal["left", "right"]
    pack: Pack
    card: Scorecard
    plan: RoutingPlan
    audio_dir: Path
    max_seconds: float
    transcriber_key: str = field(init=False)
    settings_key: str = field(init=False)

    def __post_init__(self) -> None:
        hearing = transcriber_key(self.transcriber, self.agent_channel)
        judging = [f"{d.name}:{d.version}:{d.sha256}" for d in (self.pack, self.card)]
        key = hashlib.sha256(json.dumps([hearing, *judging]).encode()).hexdigest()
        object.__setattr__(self, "transcriber_key", hearing)
        object.__setattr__(self, "settings_key", key)


@dataclass(frozen=True, slots=True)
class Definitions:
    """Row ids of the pack and scorecard in use."""

    pack_id: int
    scorecard_id: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a recording came; `reason` when it is quarantined. `lost` says another worker has it now."""

    recording_id: int
    file: str
    state: RecordingState
    seconds: float = 0.0
    reason: Reason | None = None
    lost: bool = False


def remember_definitions(session: Session, processing: Processing, now: datetime) -> Definitions:
    """Write down pack and scorecard as they are.

    Raises:
        Conflict: that version was used before with another content.
    """
    pack, card = (
        remember(session, kind, d.name, d.version, d.sha256, d.text, now).id
        for kind, d in (("pack", processing.pack), ("scorecard", processing.card))
    )
    return Definitions(pack, card)


def process(
    sessions: sessionmaker[Session],
    recording: RecordingRow,
    *,
    owner: str,
    processing: Processing,
    definitions: Definitions,
    clock: Clock,
) -> Outcome:
    """Transcribe (unless done before the same way), score and route a recording that `owner` has claimed."""
    try:
        transcript_id, transcript = _hear(sessions, recording, owner, processing, clock)
    except BadRecording as error:
        with sessions.begin() as session:
            key = processing.settings_key
            held = ledger.quarantine(session, recording.id, owner, error.reason, clock(), settings_key=key)
        return Outcome(recording.id, recording.file, RecordingState.QUARANTINED, reason=error.reason, lost=not held)
    held = _score(sessions, recording, owner, transcript_id, transcript, processing, definitions, clock)
    return Outcome(
        recording.id, recording.file, RecordingState.SCORED, transcript.recording.seconds, lost=not held
    )


def _score(
    sessions: sessionmaker[Session],
    recording: RecordingRow,
    owner: str,
    transcript_id: int,
    transcript: Transcript,
    processing: Processing,
    definitions: Definitions,
    clock: Clock,
) -> bool:
    """Store score, findings, routing and the ledger's word in one transaction; False where the row is lost."""
    with sessions() as session:
        scored, routing = judge(transcript, recording, session, processing)
        results.save_score(
            session,
            recording_id=recording.id,
            transcript_id=transcript_id,
            pack_id=definitions.pack_id,
            scorecard_id=definitions.scorecard_id,
            scored=scored,
            routing=routing,
            now=clock(),
        )
        key = processing.settings_key
        held = ledger.mark_scored(session, recording.id, owner, clock(), settings_key=key)
        if held:
            session.commit()
    return held


def judge(
    transcript: Transcript, recording: RecordingRow, session: Session, processing: Processing
) -> tuple[Scored, Routing]:
    """Findings, pre-score and routing of one transcript."""
    answers = evaluate(processing.pack, transcript, get_metadata(session, recording.id))
    scored = Scored(pre_score(processing.card, answers), answers)
    return scored, route(scored, processing.plan, draw_key=recording.sha256)


def _hear(
    sessions: sessionmaker[Session], recording: RecordingRow, owner: str, processing: Processing, clock: Clock
) -> tuple[int, Transcript]:
    with sessions() as session:
        stored = results.find_transcript(session, recording.id, processing.transcriber_key)
    if stored is not None:
        return stored.id, TRANSCRIPT_JSON.validate_python(stored.body)
    path = audio_path(processing.audio_dir, recording)
    if not path.exists():
        raise BadRecording("pipeline.audio_gone", file=recording.file)
    transcript = transcribe(
        path,
        file=recording.file,
        sha256=recording.sha256,
        transcriber=processing.transcriber,
        agent_channel=processing.agent_channel,
        max_seconds=processing.max_seconds,
    )
    with sessions.begin() as session:
        row = results.save_transcript(
            session,
            recording.id,
            processing.transcriber_key,
            TRANSCRIPT_JSON.dump_python(transcript, mode="json"),
            transcript.recording,
            clock(),
        )
        ledger.mark_transcribed(session, recording.id, owner, clock(), settings_key=processing.settings_key)
    return row.id, transcript
