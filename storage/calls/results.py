"""Transcripts and scores: written once, never overwritten; what listening again tells is added to a transcript.

No function here commits.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from math import isfinite
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer

from models.finding import Answer, Evidence, RuleResult
from models.listening import LISTENED_JSON, Listened, with_new
from models.routing import Routing
from models.score import SCORED_JSON, Scored
from models.tables import CallRow, FindingRow, RecordingRow, RoutingRow, ScoreRow, TranscriptRow
from models.transcript import Recording
from storage.once import insert_once
from storage.reason import stored
from storage.reports.facts import keep_facts
from storage.review.routed import follow_routing


def save_transcript(  # noqa: PLR0917  (key, then body, as in the table)
    session: Session, recording_id: int, transcriber_key: str, body: dict[str, Any], facts: Recording, now: datetime
) -> TranscriptRow:
    """The transcript stored under this key: `body`, unless there was one before. New facts go to the ledger row."""
    row, new = insert_once(
        session,
        TranscriptRow,
        {"recording_id": recording_id, "transcriber_key": transcriber_key},
        body=body,
        created_at=now,
    )
    if new:
        session.execute(
            update(RecordingRow)
            .where(RecordingRow.id == recording_id)
            .values(seconds=facts.seconds, channels=facts.channels, codec=facts.codec, sample_rate=facts.sample_rate)
        )
    return row


def find_transcript(session: Session, recording_id: int, transcriber_key: str) -> TranscriptRow | None:
    return session.scalar(select(TranscriptRow).filter_by(recording_id=recording_id, transcriber_key=transcriber_key))


def keep_listened(session: Session, transcript_id: int, listened: Sequence[Listened]) -> tuple[Listened, ...]:
    """Add what listening again told to a stored transcript, of which nothing else changes; all it has been told now.

    Others may listen to the same call for another pack: what each writes stays, and of the same doubt the first word.
    """
    query = select(TranscriptRow).where(TranscriptRow.id == transcript_id).with_for_update(key_share=True)
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    known = LISTENED_JSON.validate_python(row.body.get("listened", ()))
    told = with_new(known, listened)
    if told != known:
        row.body = {**row.body, "listened": LISTENED_JSON.dump_python(told, mode="json")}
        session.flush()
    return told


def save_score(
    session: Session,
    *,
    recording_id: int,
    transcript_id: int,
    pack_id: int,
    scorecard_id: int,
    scorer: int,
    classifier: str = "",
    scored: Scored,
    routing: Routing,
    now: datetime,
) -> ScoreRow:
    """The score of this transcript by this pack, scorecard, scorer and classifier: `scored`, unless there was one.

    Its findings and routing are written with it, and the call shows it from now on. Mark the recording scored in the
    same transaction, and roll back where that returns False: then another key was asked for meanwhile.

    Raises:
        ValueError: a number of the score is infinite or not a number, which only one of the databases would store.
    """
    _check_finite(scored, routing)
    _lock(session, recording_id)
    pre_score = scored.pre_score
    row, new = insert_once(
        session,
        ScoreRow,
        {
            "transcript_id": transcript_id,
            "pack_id": pack_id,
            "scorecard_id": scorecard_id,
            "scorer": scorer,
            "classifier": classifier,
        },
        recording_id=recording_id,
        total=pre_score.total,
        grade=pre_score.grade,
        fatal=bool(pre_score.fatal),
        coverage=pre_score.coverage,
        body=SCORED_JSON.dump_python(scored, mode="json"),
        created_at=now,
    )
    if new:
        session.add_all(_findings(row.id, scored))
        session.add(_routing(row, routing, now))
    show_score(session, row, now, due=routing.due, double=routing.double, blind=routing.blind)
    session.flush()
    return row


def show_score(
    session: Session,
    score: ScoreRow,
    now: datetime,
    *,
    due: timedelta | None = None,
    double: bool = False,
    blind: bool = True,
) -> None:
    """The call shows this one of its scores from now on, and waits for a person if its routing says so.

    The review comes before the call: people who judge lock them in that order.
    """
    _lock(session, score.recording_id)
    session.flush()
    follow_routing(session, score, now, due=due, double=double, blind=blind)
    session.execute(update(CallRow).where(CallRow.recording_id == score.recording_id).values(score_id=score.id))
    call_id = session.scalar(select(CallRow.id).where(CallRow.recording_id == score.recording_id))
    if call_id is not None:
        keep_facts(session, call_id)


def find_score(
    session: Session, *, transcript_id: int, pack_id: int, scorecard_id: int, scorer: int, classifier: str = ""
) -> ScoreRow | None:
    origin = {"transcript_id": transcript_id, "pack_id": pack_id, "scorecard_id": scorecard_id}
    return session.scalar(select(ScoreRow).filter_by(**origin, scorer=scorer, classifier=classifier))


def find_scores(
    session: Session,
    transcript_ids: Collection[int],
    *,
    pack_id: int,
    scorecard_id: int,
    scorer: int,
    classifier: str = "",
) -> dict[int, ScoreRow]:
    """By transcript, of at most some hundred; their bodies are read when asked for."""
    query = select(ScoreRow).filter_by(pack_id=pack_id, scorecard_id=scorecard_id, scorer=scorer, classifier=classifier)
    some = query.where(ScoreRow.transcript_id.in_(transcript_ids)).options(defer(ScoreRow.body))
    return {row.transcript_id: row for row in session.scalars(some)}


def _lock(session: Session, recording_id: int) -> None:
    """The recording before its call, as intake does it: writers that take them in one order cannot deadlock."""
    session.execute(select(RecordingRow.id).where(RecordingRow.id == recording_id).with_for_update(key_share=True))


def _check_finite(scored: Scored, routing: Routing) -> None:
    numbers = [scored.pre_score.total or 0.0, scored.pre_score.coverage, routing.inclusion_probability]
    for _, evidence in _hits(scored):
        numbers += [evidence.start, evidence.end, evidence.confidence]
    if not all(map(isfinite, numbers)):
        raise ValueError(f"a score with a number that is not finite: {numbers}")


def _hits(scored: Scored) -> Iterator[tuple[RuleResult, Evidence]]:
    for result in scored.results:
        if result.answer is Answer.HIT:
            for evidence in result.evidence:
                yield result, evidence


def _findings(score_id: int, scored: Scored) -> list[FindingRow]:
    return [
        FindingRow(
            score_id=score_id,
            pack=result.pack,
            pack_version=result.pack_version,
            rule=result.rule,
            name=result.name,
            effect=result.effect,
            role=evidence.role,
            turn=evidence.turn,
            quote=evidence.quote,
            start=evidence.start,
            end=evidence.end,
            confidence=evidence.confidence,
        )
        for result, evidence in _hits(scored)
    ]


def _routing(score: ScoreRow, routing: Routing, now: datetime) -> RoutingRow:
    return RoutingRow(
        recording_id=score.recording_id,
        score_id=score.id,
        queued=routing.queued,
        reasons=[stored(reason) for reason in routing.reasons],
        inclusion_probability=routing.inclusion_probability,
        created_at=now,
    )
