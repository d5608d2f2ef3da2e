"""The sample calls, heard from their scripts and judged by a shipped pack: what made-up calls are copied from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asr.scripted import ScriptedTranscriber
from asr.transcribe import transcribe
from models.call import Metadata
from models.final import PRE_SCORE_JSON
from models.finding import Answer
from models.review import JUDGEMENT_JSON
from models.score import SCORED_JSON
from models.transcript import TRANSCRIPT_JSON
from pipeline.processing.process import judge
from sample_audio import CALLS, TRUTH
from scoring.judgement import judgement_of, score_judgement
from scoring.pack import Pack, load_pack
from scoring.routing import RoutingPlan
from scoring.scorecard import Scorecard, load_scorecard
from storage.reason import stored

NAME = "inbound-service"
PLAN = RoutingPlan(low_score=70, low_coverage=0.6, random_share=0.0, seed="")
"""Chance is drawn call by call."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A sample call as the tables have it: JSON as text, made once, but for `items`, which are the form's.

    `deductions` are items that cost points: id, name and points.
    """

    file: Path
    seconds: float
    transcript: str
    scored: str
    judgement: str
    human: str
    items: tuple[str, ...]
    deductions: tuple[tuple[str, str, float], ...]
    total: float | None
    grade: str | None
    fatal: bool
    coverage: float
    reasons: list[dict[str, Any]]
    findings: tuple[dict[str, Any], ...]


def judged_samples() -> tuple[Pack, Scorecard, tuple[Judged, ...]]:
    pack, card = load_pack(NAME), load_scorecard(NAME)
    transcriber = ScriptedTranscriber.from_truth_dir(TRUTH)
    files = sorted(path for path in CALLS.iterdir() if (TRUTH / f"{path.stem}.json").exists())
    return pack, card, tuple(_judged(file, transcriber, pack, card) for file in files)


def _judged(file: Path, transcriber: ScriptedTranscriber, pack: Pack, card: Scorecard) -> Judged:
    transcript = transcribe(
        file, file=file.name, sha256=file.stem, transcriber=transcriber, agent_channel="left", max_seconds=3600
    )
    scored, routing = judge(pack, card, PLAN, transcript, Metadata(), file.stem)
    judgement = judgement_of(card, scored.pre_score)
    human = score_judgement(card, judgement)
    return Judged(
        file=file,
        seconds=transcript.recording.seconds,
        transcript=TRANSCRIPT_JSON.dump_json(transcript).decode(),
        scored=SCORED_JSON.dump_json(scored).decode(),
        judgement=JUDGEMENT_JSON.dump_json(judgement).decode(),
        human=PRE_SCORE_JSON.dump_json(human).decode(),
        items=tuple(item.item for item in judgement.items),
        deductions=tuple(
            (item.id, item.name, item.cost)
            for section in human.sections
            for item in section.items
            if item.cost > 0 or item.id in human.fatal
        ),
        total=scored.pre_score.total,
        grade=scored.pre_score.grade,
        fatal=bool(scored.pre_score.fatal),
        coverage=scored.pre_score.coverage,
        reasons=[stored(reason) for reason in routing.reasons],
        findings=tuple(
            {
                "pack": result.pack,
                "pack_version": result.pack_version,
                "rule": result.rule,
                "name": result.name,
                "effect": result.effect.value,
                "role": evidence.role and evidence.role.value,
                "turn": evidence.turn,
                "quote": evidence.quote,
                "start": evidence.start,
                "end": evidence.end,
                "confidence": evidence.confidence,
            }
            for result in scored.results
            if result.answer is Answer.HIT
            for evidence in result.evidence
        ),
    )
