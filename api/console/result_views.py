"""What the pages about results, appeals, complaints and praise show, typed."""

from dataclasses import dataclass
from typing import Any

from api.console.chart import Chart
from api.console.marks import MarkedTurn, marked_turns
from models.finding import Effect
from models.transcript import Transcript
from pipeline.browse import Call, Finding
from pipeline.results.appeal_case import AppealCase, OverturnRates
from pipeline.results.appealing import AppealPage
from pipeline.results.feedback import Candidate, EarlierDecision, Feedback, FeedbackPage
from pipeline.results.own_results import Overview, OwnResults
from pipeline.results.publishing_results import WaitingPage
from pipeline.results.result_page import OwnItem, ResultPage
from pipeline.review.settling import Dispute
from storage.results.final_scores import ResultLine

LONG_SILENCE = 3.0
"""Shorter ones are the breath of a conversation. Seconds."""


@dataclass(frozen=True, slots=True)
class MinePage:
    """`next` and `first` are addresses, None where there is nothing there."""

    results: OwnResults
    overview: Overview
    chart: Chart
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class ResultView:
    """One result. `audio` is where its sound is; `own`: the reader is the agent; `quotes` by item, to be played."""

    page: ResultPage
    line: ResultLine
    call: Call
    turns: tuple[MarkedTurn, ...]
    quotes: dict[str, tuple[Finding, ...]]
    audio: str
    own: bool
    may_appeal: bool
    player: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PublishingPage:
    waiting: WaitingPage
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class SettlePage:
    """`data` is what the page's script needs, as JSON."""

    dispute: Dispute
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AppealsPage:
    listed: AppealPage
    counts: dict[str, int]
    rates: OverturnRates
    shown: str
    next: str | None
    first: str | None
    now: Any


@dataclass(frozen=True, slots=True)
class CasePage:
    case: AppealCase


@dataclass(frozen=True, slots=True)
class FeedbackListPage:
    listed: FeedbackPage
    shown: str
    kind: str
    next: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class FeedbackEntryPage:
    """`may_reopen`: the reader is a lead."""

    entry: Feedback
    candidates: tuple[Candidate, ...]
    earlier: tuple[EarlierDecision, ...]
    may_reopen: bool


def result_view(
    page: ResultPage, call: Call, transcript: Transcript | None, *, audio: str, own: bool, may_appeal: bool
) -> ResultView:
    items = [item for section in page.sections for item in section.items]
    found = [finding for item in items for finding in _findings(item)]
    numbered = [_numbered(finding, number) for number, finding in enumerate(found, start=1)]
    quotes: dict[str, tuple[Finding, ...]] = {}
    for finding in numbered:
        quotes[finding.rule] = (*quotes.get(finding.rule, ()), finding)
    return ResultView(
        page=page,
        line=page.line,
        call=call,
        turns=() if transcript is None else marked_turns(transcript.turns, numbered),
        quotes=quotes,
        audio=audio,
        own=own,
        may_appeal=may_appeal,
        player=_player(call, transcript, numbered),
    )


def _findings(item: OwnItem) -> list[Finding]:
    """The seconds a person pointed at, as the transcript marks them: `rule` holds the item's id."""
    verdict = item.verdict
    effect = Effect.VIOLATION if item.score.lost or item.score.fatal else Effect.PRAISE
    evidence = verdict.evidence if verdict else ()
    return [Finding(0, item.score.id, item.score.name, effect, "", 0, one) for one in evidence]


def _numbered(finding: Finding, number: int) -> Finding:
    return Finding(
        number, finding.rule, finding.name, finding.effect, finding.pack, finding.pack_version, finding.evidence
    )


def _player(call: Call, transcript: Transcript | None, findings: list[Finding]) -> dict[str, Any]:
    voice = None if transcript is None else transcript.voice
    turns = () if transcript is None else transcript.turns
    silences = () if voice is None else voice.silences
    return {
        "call": call.summary.id,
        "seconds": call.summary.seconds or 0,
        "roles": [role.value for role in (transcript.origin.channel_map if transcript else ())],
        "turns": [[round(turn.start, 3), round(turn.end, 3)] for turn in turns],
        "silences": [(one.start, one.end) for one in silences if one.seconds >= LONG_SILENCE],
        "overlaps": [(one.start, one.end) for one in (voice.overlaps if voice else None) or ()],
        "findings": [
            {
                "id": finding.id,
                "start": finding.evidence.start,
                "end": finding.evidence.end,
                "effect": finding.effect.value,
                "name": finding.name,
            }
            for finding in findings
        ],
    }
