"""The sample calls that made-up calls are built on: their sound, their words, and what the rules really found in them.

A made-up call plays the sound of a sample and has its transcript. What the model says went wrong is evidenced by the
sample's own words where the sample has that very finding; where not, the evidence says that it is simulated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.errors import NotFound
from models.finding import Answer, Effect, Evidence
from models.ledger import RecordingState
from models.score import SCORED_JSON
from models.tables import CallRow, RecordingRow, ScoreRow, TranscriptRow
from models.transcript import TRANSCRIPT_JSON, Role, Transcript
from pipeline.simulated.model import Flags, Floats, Wholes
from pipeline.simulated.people import Random
from storage.json_text import dumps

SIMULATED = "（模拟差错，录音中没有这句话）"
"""The quote of what no sample call has."""

FITS, ODD, TOO_BAD, SAME_TYPE, SAME_DIRECTION = 3.0, -0.7, -4.0, 1.5, 1.0
"""How much a sample is worth for a finding it shares, has beside, has beside and is fatal; its type and direction."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`turns` is JSON text of the transcript's turns; `evidence` by rule that hit."""

    recording: RecordingRow
    call: CallRow
    transcript: Transcript
    body: Mapping[str, Any]
    evidence: Mapping[str, tuple[Evidence, ...]]
    violations: frozenset[str]
    fatal: frozenset[str]
    classifier: str
    transcriber_key: str
    turns: str
    turns_without_words: str


def read_samples(session: Session) -> tuple[Sample, ...]:
    """The scored calls there are, by file.

    Raises:
        NotFound: there are none.
    """
    query = (
        select(RecordingRow, CallRow, TranscriptRow, ScoreRow)
        .join(CallRow, CallRow.recording_id == RecordingRow.id)
        .join(ScoreRow, ScoreRow.id == CallRow.score_id)
        .join(TranscriptRow, TranscriptRow.id == ScoreRow.transcript_id)
        .where(RecordingRow.state == RecordingState.SCORED.value)
        .order_by(RecordingRow.file)
    )
    found = tuple(_sample(*row) for row in session.execute(query))
    if not found:
        raise NotFound("pipeline.no_samples")
    return found


def _sample(recording: RecordingRow, call: CallRow, transcript: TranscriptRow, score: ScoreRow) -> Sample:
    scored = SCORED_JSON.validate_python(score.body)
    hits = [result for result in scored.results if result.answer is Answer.HIT]
    items = [item for section in scored.pre_score.sections for item in section.items if item.fatal]
    turns = transcript.body["turns"]
    return Sample(
        recording=recording,
        call=call,
        transcript=TRANSCRIPT_JSON.validate_python(transcript.body),
        body=transcript.body,
        evidence={result.rule: result.evidence for result in hits},
        violations=frozenset(result.rule for result in hits if result.effect is Effect.VIOLATION),
        fatal=frozenset(rule for item in items for rule in item.rules),
        classifier=score.classifier,
        transcriber_key=transcript.transcriber_key,
        turns=dumps(turns),
        turns_without_words=dumps([{**turn, "words": []} for turn in turns]),
    )


def fitting(  # noqa: PLR0917  (the calls as arrays)
    random: Random, samples: Sequence[Sample], rules: Sequence[str], hits: Flags, types: Sequence[str], outbound: Flags
) -> Wholes:
    """For each call the sample that tells its findings best; `hits` are calls x rules, by machine."""
    has = np.array([[rule in one.violations for one in samples] for rule in rules], np.float64)
    fatal = np.array([[rule in one.fatal for one in samples] for rule in rules], np.float64)
    missing = (~hits).astype(np.float64)
    worth: Floats = hits @ (FITS * has) + missing @ (ODD * has + TOO_BAD * fatal)
    worth = worth + SAME_TYPE * np.array([[one.call.call_type == kind for one in samples] for kind in types])
    is_out = np.array([one.call.direction == "outbound" for one in samples])
    worth = worth + SAME_DIRECTION * (outbound[:, None] == is_out)
    chosen: Wholes = (worth + random.random(worth.shape) * 2.0).argmax(axis=1)
    return chosen


def evidence(sample: Sample, rule: str, times: int, place: float) -> tuple[Evidence, ...]:
    """So many pieces, the sample's own before simulated ones; `place` (0 to 1) is where in the call those are put."""
    own: dict[int | None, Evidence] = {}
    for one in sample.evidence.get(rule, ()):
        own.setdefault(one.turn, one)
    found = list(own.values())[:times]
    turns = [turn for turn in sample.transcript.turns if turn.role is Role.AGENT] or list(sample.transcript.turns)
    while len(found) < times:
        turn = turns[int(place * len(turns) + len(found)) % len(turns)]
        found.append(Evidence(turn.start, turn.end, turn.role, quote=SIMULATED, confidence=1.0))
    return tuple(found)


def transcript_text(
    sample: Sample, *, file: str, sha256: str, pace: float, delay: float, with_words: bool
) -> tuple[str, Transcript]:
    """The sample's transcript under the call's name: as JSON text, and parsed.

    How fast the agent speaks and answers is the call's own: the sample's times `pace` and `delay`.
    """
    roles = dict(sample.transcript.voice.roles)
    if Role.AGENT in roles:
        own = roles[Role.AGENT]
        rate = None if own.rate is None else round(own.rate * pace, 1)
        response = None if own.response is None else round(own.response * delay, 3)
        roles[Role.AGENT] = replace(own, rate=rate, response=response)
    voice = replace(sample.transcript.voice, roles=roles)
    recording = replace(sample.transcript.recording, file=file, sha256=sha256)
    body = dict(sample.body)
    body["recording"] = {**body["recording"], "file": file, "sha256": sha256}
    body["voice"] = {
        **body["voice"],
        "roles": {
            role: {**told, "rate": roles[Role(role)].rate, "response": roles[Role(role)].response}
            for role, told in body["voice"]["roles"].items()
        },
    }
    del body["turns"]
    turns = sample.turns if with_words else sample.turns_without_words
    return f'{{"turns":{turns},{dumps(body)[1:]}', replace(sample.transcript, recording=recording, voice=voice)
