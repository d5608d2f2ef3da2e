"""What each page shows, typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from api.console.marks import MarkedTurn, marked_turns
from api.console.told import Told
from api.console.wording import Wording
from models.finding import Answer, RuleResult
from models.review import ReviewState
from models.score import PreScore
from models.transcript import Role, Transcript, VoiceMeasures
from pipeline.browse import Call, CallScores, CallSummary, DayOf, Finding, ScoreVersion, SeenLately
from pipeline.results.feedback import Feedback
from pipeline.review.waiting import Waiting
from storage.results.final_scores import ResultLine

LONG_SILENCE = 3.0
"""Shorter silences are the breath of a conversation and would clutter the waveform. Seconds."""


def why_word(t: Wording, code: str) -> str:
    """A reason for which calls are picked, in a word or two; its code where we have none."""
    key = f"why_{code.rpartition('.')[2]}"
    return t(key) if t.has(key) else code


@dataclass(frozen=True, slots=True)
class CallsPage:
    """`asked` are the form's values by field; `next` and `first` are addresses, None where there is nothing there."""

    calls: tuple[CallSummary, ...]
    choices: SeenLately
    asked: dict[str, str]
    next: str | None
    first: str | None

    days_of = tuple(DayOf)

    def reviews(self, t: Wording) -> list[tuple[str, str]]:
        """The states of a review one may ask for, with their words."""
        states = [one for one in ReviewState if one is not ReviewState.MACHINE_SCORED]
        return [
            ("waiting", t("review_state_waiting")),
            *((one.value, t(f"review_state_{one.value}")) for one in states),
        ]

    def asked_words(self, t: Wording, name: str) -> str:
        """What is asked for by an address alone, such as a figure's: it can be seen and taken back."""
        value = self.asked[name]
        if name == "reason":
            return (
                t(f"home_reason_{value.rsplit('.', 1)[-1]}")
                if t.has(f"home_reason_{value.rsplit('.', 1)[-1]}")
                else value
            )
        return t("yes") if value == "true" else t("no")

    @property
    def is_filtered(self) -> bool:
        return any(value for name, value in self.asked.items() if name != "sort")

    @property
    def filter_address(self) -> str:
        """The filters as an address has them, without the order."""
        return urlencode({name: value for name, value in self.asked.items() if value and name != "sort"})


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Also the quarantine's page. `waiting` says by call how it waits for a person."""

    calls: tuple[CallSummary, ...]
    next: str | None
    first: str | None
    waiting: Mapping[int, Waiting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VoiceLine:
    """One role's voice; None where there was nothing to measure."""

    role: Role
    talk_seconds: float
    rate: float | None
    response: float | None


@dataclass(frozen=True, slots=True)
class CallPage:
    """One call. `player` is what the page's script needs, as JSON. `result` is what was published of it."""

    call: Call
    turns: tuple[MarkedTurn, ...]
    findings: tuple[Finding, ...]
    score: PreScore | None
    told: Told
    cannot_judge: tuple[RuleResult, ...]
    versions: tuple[ScoreVersion, ...]
    shown: int | None
    voice: tuple[VoiceLine, ...]
    silences: int
    overlaps: int | None
    has_transcript: bool
    player: dict[str, Any]
    result: ResultLine | None = None
    feedback: tuple[Feedback, ...] = ()


def call_page(call: Call, transcript: Transcript | None, scores: CallScores, findings: tuple[Finding, ...]) -> CallPage:
    voice = None if transcript is None else transcript.voice
    scored = scores.scored
    return CallPage(
        call=call,
        turns=() if transcript is None else marked_turns(transcript.turns, findings),
        findings=findings,
        score=None if scored is None else scored.pre_score,
        told=Told({} if scored is None else {result.rule: result for result in scored.results}, findings),
        cannot_judge=()
        if scored is None
        else tuple(result for result in scored.results if result.answer is Answer.CANNOT_JUDGE),
        versions=scores.versions,
        shown=scores.shown,
        voice=_voice_lines(voice),
        silences=len(_long_silences(voice)),
        overlaps=None if voice is None or voice.overlaps is None else len(voice.overlaps),
        has_transcript=transcript is not None,
        player=_player(call, transcript, findings),
    )


def _voice_lines(voice: VoiceMeasures | None) -> tuple[VoiceLine, ...]:
    measured = {} if voice is None else voice.roles
    return tuple(
        VoiceLine(role, measured[role].talk_seconds, measured[role].rate, measured[role].response)
        for role in Role
        if role in measured
    )


def _long_silences(voice: VoiceMeasures | None) -> list[tuple[float, float]]:
    silences = () if voice is None else voice.silences
    return [(silence.start, silence.end) for silence in silences if silence.seconds >= LONG_SILENCE]


def _player(call: Call, transcript: Transcript | None, findings: tuple[Finding, ...]) -> dict[str, Any]:
    voice = None if transcript is None else transcript.voice
    roles = () if transcript is None else transcript.origin.channel_map
    turns = () if transcript is None else transcript.turns
    return {
        "call": call.summary.id,
        "state": call.summary.state.value,
        "seconds": call.summary.seconds or 0,
        "roles": [role.value for role in roles],
        "turns": [[round(turn.start, 3), round(turn.end, 3)] for turn in turns],
        "silences": _long_silences(voice),
        "overlaps": [(overlap.start, overlap.end) for overlap in (voice.overlaps if voice else None) or ()],
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
