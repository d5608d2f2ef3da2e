"""Made-up calls written down: recording, call, transcript, score, findings, routing, and reviews of those picked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from models.clock import CHINA_TIME
from models.finding import Answer
from models.ledger import RecordingState
from models.review import AssignmentState, Purpose, ReviewState, priority_of
from models.routing import Routing
from models.score import SCORED_JSON, Scored
from models.tables import (
    AssignmentRow,
    CallRow,
    FindingRow,
    MoveRow,
    RecordingRow,
    ReviewRow,
    RoutingRow,
    ScoreRow,
    SourceRow,
    TranscriptRow,
)
from pipeline.simulated.hearing import Heard
from pipeline.simulated.model import Centre, Floats, Truth, Wholes
from pipeline.simulated.outcomes import Outcomes
from pipeline.simulated.parameters import TYPES
from pipeline.simulated.samples import Sample, transcript_text
from pipeline.simulated.scored import Scorer
from scoring import SCORER_VERSION
from scoring.routing import RoutingPlan, route
from scoring.rule import Rule
from storage.bulk import Bulk
from storage.reason import stored

MARK = {"来源": "模拟"}
"""In every made-up call's own columns."""

WORDS_FOR = timedelta(days=10)
"""Newest calls whose transcripts have every word's seconds, as those of picked calls do. The others have their turns:
words are most of a transcript."""


@dataclass(frozen=True)
class Written:
    """What was decided of all calls beforehand.

    `ids` are the calls' rows by their place in the truth, `places` the other way round: filled in as calls are written.
    """

    centre: Centre
    truth: Truth
    heard: Heard
    outcomes: Outcomes
    samples: tuple[Sample, ...]
    sample: Wholes
    pace: Floats
    delay: Floats
    rules: tuple[Rule, ...]
    rates: Floats
    ids: dict[int, int]
    places: dict[int, int]


@dataclass(frozen=True)
class Desk:
    """With what calls are judged here, and the rows' ids of pack and scorecard."""

    scorer: Scorer
    plan: RoutingPlan
    pack_id: int
    scorecard_id: int
    transcriber_key: str
    settings_key: str


def write_calls(bulk: Bulk, desk: Desk, made: Written, calls: Sequence[int]) -> None:
    for call in calls:
        _write_call(bulk, desk, made, call)
    bulk.write()


def _write_call(bulk: Bulk, desk: Desk, made: Written, call: int) -> None:
    design, truth = made.centre.design, made.truth
    agent, kind = made.centre.agents[truth.agent[call]], TYPES[truth.kind[call]]
    sample, started = made.samples[made.sample[call]], truth.started[call]
    recording, id_ = bulk.next(RecordingRow), bulk.next(CallRow)
    made.ids[call], made.places[id_] = id_, call
    digest = sha256(f"simulated/{design.seed}/{call}/{started.isoformat()}".encode()).hexdigest()
    at = started.astimezone(CHINA_TIME)
    suffix = sample.recording.file[sample.recording.file.rindex(".") :]
    file = f"模拟-{at:%Y%m%d-%H%M%S}-{agent.agent_id}-{call:05}{suffix}"
    received = min(started + timedelta(minutes=8), design.now - timedelta(minutes=1))
    own = ("audio", "bytes", "seconds", "channels", "codec", "sample_rate")
    bulk.add(
        RecordingRow,
        id=recording,
        sha256=digest,
        file=file,
        **{name: getattr(sample.recording, name) for name in own},
        state=RecordingState.SCORED.value,
        settings_key=desk.settings_key,
        attempts=1,
        reason=None,
        created_at=received,
        updated_at=received,
    )
    bulk.add(SourceRow, recording_id=recording, file=file, seen_at=received)
    scored = desk.scorer.score(truth, made.heard, made.outcomes, call, sample)
    routing = route(scored, desk.plan, digest)
    score_id = _write_score(bulk, desk, made, call, (recording, digest, file), scored, routing, received)
    bulk.add(
        CallRow,
        id=id_,
        recording_id=recording,
        agent_id=agent.agent_id,
        agent_name=agent.name,
        team=agent.team,
        agent_stage=agent.stage.value,
        direction=kind.direction.value,
        call_type=kind.name,
        started_at=started,
        customer_number=f"199{int(digest[:12], 16) % 10**8:08}",
        satisfaction=int(made.outcomes.satisfaction[call]) or None,
        transferred=bool(truth.transferred[call]),
        extra=MARK,
        score_id=score_id,
    )
    if routing.queued:
        review = {"agent_id": agent.agent_id, "team": agent.team, "seconds": sample.recording.seconds}
        _write_review(bulk, id_, score_id, scored, routing, received, started_at=started, **review)


def _write_score(  # noqa: PLR0917  (the call, then its parts)
    bulk: Bulk,
    desk: Desk,
    made: Written,
    call: int,
    recording: tuple[int, str, str],
    scored: Scored,
    routing: Routing,
    at: datetime,
) -> int:
    recording_id, digest, file = recording
    sample = made.samples[made.sample[call]]
    transcript_id, score_id = bulk.next(TranscriptRow), bulk.next(ScoreRow)
    body, _ = transcript_text(
        sample,
        file=file,
        sha256=digest,
        pace=float(made.pace[call]),
        delay=float(made.delay[call]),
        with_words=routing.queued or made.centre.design.now - at < WORDS_FOR,
    )
    bulk.add(
        TranscriptRow,
        id=transcript_id,
        recording_id=recording_id,
        transcriber_key=desk.transcriber_key,
        body=body,
        created_at=at,
    )
    score = scored.pre_score
    bulk.add(
        ScoreRow,
        id=score_id,
        recording_id=recording_id,
        transcript_id=transcript_id,
        pack_id=desk.pack_id,
        scorecard_id=desk.scorecard_id,
        scorer=SCORER_VERSION,
        classifier=sample.classifier,
        total=score.total,
        grade=score.grade,
        fatal=bool(score.fatal),
        coverage=score.coverage,
        body=SCORED_JSON.dump_json(scored).decode(),
        created_at=at,
    )
    _write_findings(bulk, score_id, scored)
    bulk.add(
        RoutingRow,
        recording_id=recording_id,
        score_id=score_id,
        queued=routing.queued,
        reasons=[stored(reason) for reason in routing.reasons],
        inclusion_probability=routing.inclusion_probability,
        created_at=at,
    )
    return score_id


def _write_findings(bulk: Bulk, score_id: int, scored: Scored) -> None:
    for result in scored.results:
        if result.answer is not Answer.HIT:
            continue
        for one in result.evidence:
            bulk.add(
                FindingRow,
                score_id=score_id,
                pack=result.pack,
                pack_version=result.pack_version,
                rule=result.rule,
                name=result.name,
                effect=result.effect.value,
                role=one.role and one.role.value,
                turn=one.turn,
                quote=one.quote,
                start=one.start,
                end=one.end,
                confidence=one.confidence,
            )


def _write_review(  # noqa: PLR0917  (the call, then why)
    bulk: Bulk, call_id: int, score_id: int, scored: Scored, routing: Routing, at: datetime, **call: Any
) -> None:
    review, priority = bulk.next(ReviewRow), priority_of(routing.reasons)
    due = None if routing.due is None else at + routing.due
    bulk.add(
        ReviewRow,
        id=review,
        call_id=call_id,
        score_id=score_id,
        state=ReviewState.QUEUED.value,
        reasons=[stored(reason) for reason in routing.reasons],
        priority=priority,
        fatal=bool(scored.pre_score.fatal),
        blind=routing.blind,
        due_at=due,
        queued_at=at,
        updated_at=at,
        **call,
    )
    bulk.add(
        MoveRow,
        review_id=review,
        before=ReviewState.MACHINE_SCORED.value,
        after=ReviewState.QUEUED.value,
        by="callqa",
        user_id=None,
        why=None,
        at=at,
    )
    for slot, purpose in ((1, Purpose.REVIEW), (2, Purpose.DOUBLE))[: 1 + routing.double]:
        bulk.add(
            AssignmentRow,
            review_id=review,
            slot=slot,
            call_id=call_id,
            purpose=purpose.value,
            state=AssignmentState.OPEN.value,
            priority=priority,
            team=call["team"],
            seconds=call["seconds"],
            due_at=due,
            created_at=at,
            revision=1,
        )
