"""One recording's way from sound to queue. Each step is stored before the next, so it can be killed anywhere."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sqlalchemy.orm import Session, sessionmaker

from asr.transcribe import transcribe, transcriber_key
from asr.transcriber import Transcriber
from models.call import Metadata
from models.errors import BadRecording
from models.learning import Level, Levels
from models.ledger import RecordingState
from models.reason import Reason
from models.routing import Routing
from models.score import Scored
from models.tables import RecordingRow, TranscriptRow
from models.transcript import TRANSCRIPT_JSON, Transcript
from pipeline.processing.intake import audio_path
from pipeline.processing.listening import listen
from pipeline.processing.scoring_call import score_call
from pipeline.rulebook.in_use import versions
from pipeline.rulebook.rule_ages import ages
from pipeline.rulebook.version import Version
from scoring import SCORER_VERSION
from scoring.pack import Pack
from scoring.routing import RoutingPlan, route
from scoring.scorecard import Scorecard
from storage.calls import ledger, results
from storage.calls.metadata import get_metadata
from storage.rulebook.definitions import Kind, remember

if TYPE_CHECKING:
    from scoring.classifier.classifier import Classifier

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Processing:
    """Everything that decides what a recording's transcript and score will be, and where its sound is.

    `classifier` is None where the scorecard asks none; `levels` say how much it may decide; `listen_again` whether the
    transcriber is asked again where the pack is in doubt. None of them is part of the settings key: as with rules, what
    was scored before stays until it is scored again. `rules_since` names the rules that are new, and since when they
    are as they are.
    """

    transcriber: Transcriber
    agent_channel: Literal["left", "right"]
    pack: Pack
    card: Scorecard
    plan: RoutingPlan
    audio_dir: Path
    max_seconds: float
    listen_again: bool = True
    classifier: "Classifier | None" = None
    levels: Levels = field(default_factory=dict)
    classifier_since: datetime | None = None
    rules_since: Mapping[str, datetime] = field(default_factory=dict)
    transcriber_key: str = field(init=False)
    settings_key: str = field(init=False)

    def __post_init__(self) -> None:
        hearing = transcriber_key(self.transcriber, self.agent_channel)
        object.__setattr__(self, "transcriber_key", hearing)
        object.__setattr__(self, "settings_key", settings_key(hearing, mark(self.pack), mark(self.card)))


def lineage(classifier: "Classifier | None", levels: Levels) -> str:
    """Which classifier spoke and what it might decide, as a score keeps it: `3/1f0a9c27`; empty where none did."""
    if classifier is None:
        return ""
    above = sorted((item, level.value) for item, level in levels.items() if level is not Level.REPORT_ONLY)
    return f"{classifier.version}/{hashlib.sha256(json.dumps(above).encode()).hexdigest()[:8]}"


def days_since(moment: datetime | None, now: datetime) -> float | None:
    return None if moment is None else max((now - moment) / timedelta(days=1), 0.0)


def mark(definition: Pack | Scorecard | Version) -> str:
    """A version of a pack or scorecard, in a settings key."""
    return f"{definition.name}:{definition.version}:{definition.sha256}"


def settings_key(hearing: str, pack: str, card: str, scorer: int = SCORER_VERSION) -> str:
    """What a recording on the ledger is to be processed with, hashed. The first scorer is the one no key spoke of."""
    parts = [hearing, pack, card, *([] if scorer == 1 else [scorer])]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def other_keys(session: Session, processing: Processing) -> frozenset[str]:
    """The keys recordings were given while another version of this pack or card was in use, or an older scorer.

    Those of files somebody named are not among them: who named one wants it.
    """
    packs = {mark(processing.pack), *_marks(session, "pack", processing.pack.name)}
    cards = {mark(processing.card), *_marks(session, "scorecard", processing.card.name)}
    scorers = range(1, SCORER_VERSION + 1)
    keys = {settings_key(processing.transcriber_key, *judging) for judging in product(packs, cards, scorers)}
    return frozenset(keys - {processing.settings_key})


def _marks(session: Session, kind: Kind, name: str) -> Iterator[str]:
    return (mark(version) for version in versions(session, kind, name) if version.origin != "file")


@dataclass(frozen=True, slots=True)
class Definitions:
    """Row ids of the pack and scorecard in use."""

    pack_id: int
    scorecard_id: int


@dataclass(frozen=True, slots=True)
class Workbench:
    """What a worker has in hand: `owner` is the name under which it claims recordings."""

    sessions: sessionmaker[Session]
    owner: str
    processing: Processing
    definitions: Definitions
    clock: Clock


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
    pack, card = processing.pack, processing.card
    return Definitions(
        remember(session, "pack", pack.name, pack.version, pack.sha256, pack.text, now).id,
        remember(session, "scorecard", card.name, card.version, card.sha256, card.text, now).id,
    )


def process(bench: Workbench, recording: RecordingRow) -> Outcome:
    """Transcribe (unless done before the same way), score and route a recording that the bench's owner has claimed."""
    try:
        transcript_id, transcript = _hear(bench, recording)
    except BadRecording as error:
        held = _set_aside(bench, recording, error.reason)
        return Outcome(recording.id, recording.file, RecordingState.QUARANTINED, reason=error.reason, lost=not held)
    held = _score(bench, recording, transcript_id, transcript)
    return Outcome(recording.id, recording.file, RecordingState.SCORED, transcript.recording.seconds, lost=not held)


def judge(  # noqa: PLR0917  (what judges, then what is judged)
    pack: Pack,
    card: Scorecard,
    plan: RoutingPlan,
    transcript: Transcript,
    metadata: Metadata,
    draw_key: str,
    *,
    classifier: "Classifier | None" = None,
    levels: Levels | None = None,
    model_days: float | None = None,
    rule_days: Mapping[str, float] | None = None,
) -> tuple[Scored, Routing]:
    """Findings, pre-score and routing of one transcript; `draw_key` is its recording's sha256.

    Where a classifier is asked, its opinions move what `levels` let them.
    """
    scored, doubts = score_call(
        pack,
        card,
        transcript,
        metadata,
        classifier=classifier,
        levels=levels,
        model_days=model_days,
        rule_days=rule_days,
    )
    return scored, route(scored, plan, draw_key, doubts)


def _hear(bench: Workbench, recording: RecordingRow) -> tuple[int, Transcript]:
    processing = bench.processing
    with bench.sessions() as session:
        stored = results.find_transcript(session, recording.id, processing.transcriber_key)
    path = audio_path(processing.audio_dir, recording)
    if stored is not None:
        return stored.id, _heard_before(bench, stored, path)
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
    transcript = _listened(processing, transcript, path)
    body = TRANSCRIPT_JSON.dump_python(transcript, mode="json")
    with bench.sessions.begin() as session:
        row = results.save_transcript(
            session, recording.id, processing.transcriber_key, body, transcript.recording, bench.clock()
        )
        # Where somebody else has stored it meanwhile, what was listened for here is added to theirs.
        told = results.keep_listened(session, row.id, transcript.listened)
        key = processing.settings_key
        ledger.mark_transcribed(session, recording.id, bench.owner, bench.clock(), settings_key=key)
    return row.id, replace(transcript, listened=told)


def _heard_before(bench: Workbench, stored: TranscriptRow, path: Path) -> Transcript:
    """A stored transcript, in which the pack may have doubts that it did not have, or another pack had, back then."""
    transcript: Transcript = TRANSCRIPT_JSON.validate_python(stored.body)
    listened = _listened(bench.processing, transcript, path)
    if listened is transcript:
        return transcript
    with bench.sessions.begin() as session:
        told = results.keep_listened(session, stored.id, listened.listened)
    return replace(transcript, listened=told)


def _listened(processing: Processing, transcript: Transcript, path: Path) -> Transcript:
    if not processing.listen_again:
        return transcript
    return listen(processing.pack, transcript, path, processing.transcriber, max_seconds=processing.max_seconds)


def _score(bench: Workbench, recording: RecordingRow, transcript_id: int, transcript: Transcript) -> bool:
    """Store score, findings, routing and the ledger's word in one transaction; False where the row is lost."""
    with bench.sessions() as session:
        metadata = get_metadata(session, recording.id)
    processing, now = bench.processing, bench.clock()
    scored, routing = judge(
        processing.pack,
        processing.card,
        processing.plan,
        transcript,
        metadata,
        recording.sha256,
        classifier=processing.classifier,
        levels=processing.levels,
        model_days=days_since(processing.classifier_since, now),
        rule_days=ages(processing.rules_since, now),
    )
    with bench.sessions() as session:
        results.save_score(
            session,
            recording_id=recording.id,
            transcript_id=transcript_id,
            pack_id=bench.definitions.pack_id,
            scorecard_id=bench.definitions.scorecard_id,
            scorer=SCORER_VERSION,
            classifier=lineage(processing.classifier, processing.levels),
            scored=scored,
            routing=routing,
            now=bench.clock(),
        )
        key = processing.settings_key
        held = ledger.mark_scored(session, recording.id, bench.owner, bench.clock(), settings_key=key)
        if held:
            session.commit()
    return held


def _set_aside(bench: Workbench, recording: RecordingRow, reason: Reason) -> bool:
    key = bench.processing.settings_key
    with bench.sessions.begin() as session:
        return ledger.quarantine(session, recording.id, bench.owner, reason, bench.clock(), settings_key=key)
