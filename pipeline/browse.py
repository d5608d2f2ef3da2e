"""What people look at: lists of calls, one call with all that is known of it, and how far the work is.

Pages and JSON show what these functions gather: of the calls the viewer may see, and without what the machine says of
calls they are to judge blind (pipeline/people/visibility.py). Customers' numbers leave here masked.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.call import AgentStage, Direction, Metadata
from models.errors import NotFound
from models.finding import Effect, Evidence
from models.ledger import RecordingState
from models.person import Viewer
from models.reason import Reason
from models.score import SCORED_JSON, Scored
from models.tables import FindingRow, ReviewRow
from models.transcript import TRANSCRIPT_JSON, Role, Transcript
from pipeline.people import visibility
from storage.calls import call_scores, calls, ledger
from storage.calls.call_filter import CallFilter
from storage.calls.call_scores import FindingCount, ScoreVersion
from storage.calls.calls import CallLine, Order, Place
from storage.calls.metadata import get_metadata
from storage.calls.review_filter import WAITING, DayOf, Days
from storage.calls.seen_lately import SeenLately
from storage.calls.seen_lately import seen_lately as values_seen
from storage.reason import restored

__all__ = ["WAITING", "CallFilter", "DayOf", "Days", "Order", "Place", "ScoreVersion", "SeenLately"]

QUEUE_COUNTED = 100
"""The queue's length is shown up to here and as "99+" beyond: counting a long queue exactly helps nobody."""

MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
"""A mainland mobile number: 11 digits."""


BY_MACHINE = (Order.LOWEST, Order.HIGHEST)
MACHINE_SAYS = ("grade", "rule", "min_total", "max_total", "fatal", "reason")
"""Orders of lists, and fields of `CallFilter`, that go by what the machine said."""

LISTED = (Effect.VIOLATION, Effect.TAG, Effect.PRAISE)
"""In which order a call's findings are listed: what went wrong comes first."""


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """`fatal`: an item fired that zeroes the call or a section (一票否决)."""

    id: int
    total: float | None
    grade: str | None
    fatal: bool
    coverage: float


@dataclass(frozen=True, slots=True)
class CallSummary:
    """A call in a list. `findings` has violations first, then tags, then praise, each by how often.

    `queued`: a person is waited for, or at it. `reasons` say why it was picked; `problem` why it is quarantined.
    `hidden`: the viewer is to judge it for themselves first, so there is no score, no finding and no reason.
    """

    id: int
    file: str
    state: RecordingState
    seconds: float | None
    received_at: datetime
    updated_at: datetime
    agent_id: str | None
    agent_name: str | None
    team: str | None
    agent_stage: AgentStage | None
    direction: Direction | None
    call_type: str | None
    started_at: datetime | None
    score: ScoreSummary | None
    findings: tuple[FindingCount, ...]
    queued: bool
    reasons: tuple[Reason, ...]
    problem: Reason | None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class CallPage:
    """`next` is where the following page begins, None on the last."""

    calls: tuple[CallSummary, ...]
    next: Place | None


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """`audio` is the kept file, relative to the folder of recordings; `sources` all names the content came under."""

    sha256: str
    bytes: int
    audio: str
    seconds: float | None
    channels: int | None
    codec: str | None
    sample_rate: int | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A call's facts; what was said and how it was judged is asked for apart."""

    summary: CallSummary
    metadata: Metadata
    recording: RecordingFacts


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of evidence for a rule that hit, in the score that is shown."""

    id: int
    rule: str
    name: str
    effect: Effect
    pack: str
    pack_version: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class CallScores:
    """`versions` are all scores, newest first; `shown` is the one in force, None before the first.

    `hidden`: there may be scores, but the viewer is to judge the call for themselves first.
    """

    shown: int | None
    scored: Scored | None
    versions: tuple[ScoreVersion, ...]
    hidden: bool = False


HIDDEN = CallScores(None, None, (), hidden=True)


def list_calls(
    session: Session, viewer: Viewer, wanted: CallFilter, order: Order, *, after: Place | None, limit: int
) -> CallPage:
    """One page. Where what the machine said is asked for or sorted by, calls on which it is hidden are left out.

    Places in the queue leave here without the priority, which would tell why a call was picked.
    """
    by_machine = order in BY_MACHINE or any(getattr(wanted, name) is not None for name in MACHINE_SAYS)
    only = visibility.limits(viewer, by_machine=by_machine)
    if order is Order.QUEUED and after is not None:
        last = session.get(ReviewRow, after.id)
        after = Place(0.0 if last is None else last.priority, after.id)
    lines, place = calls.find_calls(session, wanted, order, after=after, limit=limit, only=only)
    if order is Order.QUEUED and place is not None:
        place = Place(None, place.id)
    hidden = visibility.hidden_calls(session, viewer, [line.id for line in lines])
    return CallPage(_summaries(session, lines, hidden), place)


def queue(session: Session, viewer: Viewer, wanted: CallFilter, *, after: Place | None, limit: int) -> CallPage:
    """Calls that wait for a person, the most urgent first, and of these the longest waiting."""
    return list_calls(session, viewer, wanted, Order.QUEUED, after=after, limit=limit)


def quarantine(session: Session, viewer: Viewer, *, after: Place | None, limit: int) -> CallPage:
    """Recordings that could not be used, latest first."""
    wanted = CallFilter(state=RecordingState.QUARANTINED)
    return list_calls(session, viewer, wanted, Order.RECEIVED, after=after, limit=limit)


def seen_lately(session: Session, viewer: Viewer) -> SeenLately:
    """Without grades and rules that only calls have which somebody is still to judge blind."""
    return values_seen(session, visibility.limits(viewer), told=visibility.told_to_all())


def queue_size(session: Session, viewer: Viewer) -> int:
    """Queued calls, counted up to `QUEUE_COUNTED`."""
    return calls.count_queued(session, at_most=QUEUE_COUNTED, within=viewer.scope)


def count_states(session: Session) -> dict[RecordingState, int]:
    return ledger.counts(session)


def find_call(session: Session, viewer: Viewer, call_id: int) -> Call:
    """The call's facts, customers' numbers masked.

    Raises:
        NotFound: no such call, or not one of the viewer's.
    """
    visibility.check_call(session, viewer, call_id)
    line = calls.call_line(session, call_id)
    rows = calls.call_rows(session, call_id)
    if line is None or rows is None:
        raise NotFound("api.no_call", id=call_id)
    _, recording = rows
    (summary,) = _summaries(session, [line], visibility.hidden_calls(session, viewer, (call_id,)))
    metadata = get_metadata(session, recording.id)
    number = metadata.customer_number
    facts = RecordingFacts(
        sha256=recording.sha256,
        bytes=recording.bytes,
        audio=recording.audio,
        seconds=recording.seconds,
        channels=recording.channels,
        codec=recording.codec,
        sample_rate=recording.sample_rate,
        sources=tuple(masked_text(file, number) for file in calls.sources(session, recording.id)),
    )
    extra = {name: masked_text(value, number) for name, value in metadata.extra.items()}
    masked = replace(metadata, customer_number=number and masked_number(number), extra=extra)
    return Call(summary, masked, facts)


def find_transcript(session: Session, viewer: Viewer, call_id: int) -> Transcript | None:
    """What was said, as the shown score heard it; None before it was transcribed.

    Raises:
        NotFound: no such call, or not one of the viewer's.
    """
    visibility.check_call(session, viewer, call_id)
    rows = calls.call_rows(session, call_id)
    if rows is None:
        raise NotFound("api.no_call", id=call_id)
    body = calls.shown_transcript(session, rows[0])
    if body is None:
        return None
    return as_shown(TRANSCRIPT_JSON.validate_python(body), rows[0].customer_number)


def find_scores(session: Session, viewer: Viewer, call_id: int) -> CallScores:
    """The score in force item by item, and every version there was.

    Raises:
        NotFound: no such call, or not one of the viewer's.
    """
    visibility.check_call(session, viewer, call_id)
    rows = calls.call_rows(session, call_id)
    if rows is None:
        raise NotFound("api.no_call", id=call_id)
    if visibility.hides_machine(session, viewer, call_id):
        return HIDDEN
    call, recording = rows
    body = None if call.score_id is None else call_scores.score_body(session, call.score_id, recording_id=recording.id)
    scored = None if body is None else SCORED_JSON.validate_python(body)
    return CallScores(call.score_id, scored, call_scores.score_versions(session, recording.id))


def find_score(session: Session, viewer: Viewer, call_id: int, score_id: int) -> CallScores:
    """Another of the call's scores, as if it were the one shown: for two versions beside each other.

    Raises:
        NotFound: no such call, or not one of the viewer's, or it has no such score.
        Forbidden: the viewer is to judge the call for themselves first.
    """
    visibility.check_call(session, viewer, call_id)
    visibility.check_machine(session, viewer, (call_id,))
    rows = calls.call_rows(session, call_id)
    if rows is None:
        raise NotFound("api.no_call", id=call_id)
    body = call_scores.score_body(session, score_id, recording_id=rows[1].id)
    if body is None:
        raise NotFound("storage.no_score", id=score_id, call=call_id)
    return CallScores(score_id, SCORED_JSON.validate_python(body), call_scores.score_versions(session, rows[1].id))


def find_findings(session: Session, scores: CallScores) -> tuple[Finding, ...]:
    """The shown score's findings, in order of the second they point at."""
    if scores.shown is None or scores.scored is None:
        return ()
    whole = {
        (result.rule, evidence.turn, evidence.start, evidence.end, evidence.quote): evidence
        for result in scores.scored.results
        for evidence in result.evidence
    }
    return tuple(
        Finding(
            id=row.id,
            rule=row.rule,
            name=row.name,
            effect=Effect(row.effect),
            pack=row.pack,
            pack_version=row.pack_version,
            evidence=_evidence(row, whole.get((row.rule, row.turn, row.start, row.end, row.quote))),
        )
        for row in call_scores.findings(session, scores.shown)
    )


def _evidence(row: FindingRow, whole: Evidence | None) -> Evidence:
    """As the row has it; where its words stand, what was meant and how that is known is only in the score's body."""
    return Evidence(
        start=row.start,
        end=row.end,
        role=None if row.role is None else Role(row.role),
        turn=row.turn,
        quote=row.quote,
        span=whole.span if whole else None,
        confidence=row.confidence,
        meant=whole.meant if whole else "",
        listened=whole.listened if whole else False,
    )


def masked_number(number: str) -> str:
    """`138****1234`: the first three and last four stay of a long number, the last two of a short one."""
    kept_head, kept_tail = (3, 4) if len(number) >= 11 else (0, 2)
    return number[:kept_head] + "****" + number[-kept_tail:]


def as_shown(transcript: Transcript, number: str | None) -> Transcript:
    """With the file's name masked, and without what was listened for: that tells what the machine looks for."""
    file = masked_text(transcript.recording.file, number)
    return replace(transcript, recording=replace(transcript.recording, file=file), listened=())


def masked_text(text: str, number: str | None) -> str:
    """Text such as a file's name, with mobile numbers and the customer's own number masked."""
    if number and len(number) >= 5:
        text = text.replace(number, masked_number(number))
    return MOBILE.sub(r"\1****\2", text)


def _summaries(session: Session, lines: Iterable[CallLine], hidden: Collection[int]) -> tuple[CallSummary, ...]:
    lines = tuple(_blinded(line) if line.id in hidden else line for line in lines)
    counts: dict[int, list[FindingCount]] = defaultdict(list)
    for count in call_scores.finding_counts(session, [line.score_id for line in lines if line.score_id is not None]):
        counts[count.score_id].append(count)
    for found in counts.values():
        found.sort(key=lambda count: LISTED.index(Effect(count.effect)))
    return tuple(_summary(line, tuple(counts[line.score_id or 0]), hidden=line.id in hidden) for line in lines)


def _blinded(line: CallLine) -> CallLine:
    """Without anything the machine said."""
    hidden: dict[str, Any] = dict.fromkeys(("score_id", "total", "grade", "fatal", "coverage"))
    return replace(line, **hidden, reasons=None, review_reasons=None)


def _summary(line: CallLine, findings: tuple[FindingCount, ...], *, hidden: bool) -> CallSummary:
    score = None
    waits = line.review_state in WAITING
    reasons = line.review_reasons if waits else line.reasons
    if line.score_id is not None:
        score = ScoreSummary(line.score_id, line.total, line.grade, bool(line.fatal), line.coverage or 0.0)
    return CallSummary(
        id=line.id,
        file=masked_text(line.file, line.customer_number),
        state=RecordingState(line.state),
        seconds=line.seconds,
        received_at=line.received_at,
        updated_at=line.updated_at,
        agent_id=line.agent_id,
        agent_name=line.agent_name,
        team=line.team,
        agent_stage=AgentStage(line.agent_stage) if line.agent_stage else None,
        direction=Direction(line.direction) if line.direction else None,
        call_type=line.call_type,
        started_at=line.started_at,
        score=score,
        findings=findings,
        queued=waits,
        reasons=tuple(_masked(restored(reason), line) for reason in reasons or ()),
        problem=_masked(restored(line.reason), line) if line.reason else None,
        hidden=hidden,
    )


def _masked(reason: Reason, line: CallLine) -> Reason:
    """Reasons name files, and files are often named after the customer's number."""
    number = line.customer_number
    facts = {name: masked_text(fact, number) if isinstance(fact, str) else fact for name, fact in reason.facts.items()}
    return replace(reason, facts=facts)
