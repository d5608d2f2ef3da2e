"""The shapes of `/v1` answers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from api.wording import sentence
from models.call import AgentStage, Direction
from models.finding import Answer, Effect, RuleResult
from models.learning import Level
from models.ledger import RecordingState
from models.reason import Fact, Language, Reason
from models.score import ItemClass, ItemScore, ItemState, PreScore
from models.transcript import Role
from pipeline.browse import Call, CallPage, CallScores, CallSummary, Finding
from scoring.explain import explain, explain_section, explain_total

HiddenField: Any = Field(
    default=False,
    description="What the machine said is kept from you until you have submitted your own verdict (blind review).",
)


class FromAttributes(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SaidReason(BaseModel):
    """A reason with its sentence in the reader's language."""

    code: str = Field(description="Stable name of the reason.", examples=["asr.no_sound"])
    facts: dict[str, Fact] = Field(description="What the sentence's slots were filled with.")
    sentence: str = Field(description="The reason, said in the reader's language.")

    @classmethod
    def of(cls, reason: Reason, language: Language) -> Self:
        return cls(code=reason.code, facts=dict(reason.facts), sentence=sentence(reason, language))

    @classmethod
    def maybe(cls, reason: Reason | None, language: Language) -> Self | None:
        return None if reason is None else cls.of(reason, language)


class ScoreBrief(FromAttributes):
    """The score in force."""

    id: int
    total: float | None = Field(description="0–100; null when nothing could be judged.")
    grade: str | None = Field(description="The grade by the scorecard's thresholds, such as 良好.")
    fatal: bool = Field(description="A fatal item fired (一票否决).")
    coverage: float = Field(description="Judged share of the applicable points, 0–1.")


class FindingTally(FromAttributes):
    """A rule that hit, and how often."""

    rule: str
    name: str
    effect: Effect
    times: int


class CallItem(FromAttributes):
    """A call as lists show it."""

    id: int
    file: str = Field(description="Name of the file the recording first came as; numbers in it are masked.")
    state: RecordingState = Field(description="How far the recording is on its way.")
    seconds: float | None = Field(description="Length of the recording; null before it was decoded.")
    received_at: datetime = Field(description="When the recording was taken in (UTC).")
    updated_at: datetime = Field(description="When its state last changed (UTC).")
    agent_id: str | None
    agent_name: str | None
    team: str | None
    agent_stage: AgentStage | None
    direction: Direction | None
    call_type: str | None
    started_at: datetime | None = Field(description="When the call began, as its manifest says (UTC).")
    score: ScoreBrief | None
    findings: list[FindingTally] = Field(description="Rules that hit in the score in force, violations first.")
    queued: bool = Field(description="Whether a person should hear this call.")
    reasons: list[SaidReason] = Field(description="Why it is queued.")
    problem: SaidReason | None = Field(description="Why it is quarantined; null unless it is.")
    hidden: bool = HiddenField

    @classmethod
    def fields_of(cls, summary: CallSummary, language: Language) -> dict[str, object]:
        own = {name: getattr(summary, name) for name in CallItem.model_fields}
        own["reasons"] = [SaidReason.of(reason, language) for reason in summary.reasons]
        own["problem"] = SaidReason.maybe(summary.problem, language)
        return own

    @classmethod
    def of(cls, summary: CallSummary, language: Language) -> Self:
        return cls.model_validate(cls.fields_of(summary, language))


class CallList(BaseModel):
    """One page of calls."""

    calls: list[CallItem]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")

    @classmethod
    def of(cls, page: CallPage, cursor: str | None, language: Language) -> Self:
        return cls(calls=[CallItem.of(call, language) for call in page.calls], next=cursor)


class RecordingAnswer(FromAttributes):
    """Facts about the sound file."""

    sha256: str
    bytes: int
    channels: int | None
    codec: str | None
    sample_rate: int | None = Field(description="Hz.")
    sources: list[str] = Field(description="Every file name this content came under.")


class CallAnswer(CallItem):
    """One call."""

    customer_number: str | None = Field(description="Masked.", examples=["138****1234"])
    satisfaction: int | None
    transferred: bool | None
    extra: dict[str, str] = Field(description="The centre's own manifest columns.")
    recording: RecordingAnswer

    @classmethod
    def of_call(cls, call: Call, language: Language) -> Self:
        return cls.model_validate(
            cls.fields_of(call.summary, language)
            | {
                "customer_number": call.metadata.customer_number,
                "satisfaction": call.metadata.satisfaction,
                "transferred": call.metadata.transferred,
                "extra": dict(call.metadata.extra),
                "recording": RecordingAnswer.model_validate(call.recording),
            }
        )


class EvidenceAnswer(FromAttributes):
    """Where in the call."""

    start: float = Field(description="Seconds from the start of the recording.")
    end: float
    role: Role | None
    turn: int | None = Field(description="Index of the turn in the transcript; null where nothing was said.")
    quote: str
    span: tuple[int, int] | None = Field(description="Characters of the turn's text, end exclusive.")
    confidence: float
    meant: str = Field("", description="The rule's phrase where the quote only sounds like it.")
    listened: bool = Field(
        default=False,
        description="Whisper wrote the quote; listening to the recording again found that `meant` was said.",
    )


class FindingAnswer(FromAttributes):
    """One piece of evidence for a rule that hit."""

    id: int
    rule: str
    name: str
    effect: Effect
    pack: str
    pack_version: int
    evidence: EvidenceAnswer


class UnjudgedRule(BaseModel):
    """A rule whose question could not be answered."""

    rule: str
    name: str
    reason: SaidReason | None


class FindingsAnswer(BaseModel):
    """What the rules answered, in the score in force."""

    score_id: int | None = Field(description="Null before the call was scored.")
    hidden: bool = HiddenField
    findings: list[FindingAnswer] = Field(description="In order of the second they point at.")
    cannot_judge: list[UnjudgedRule]

    @classmethod
    def of(
        cls, scores: CallScores, found: Iterable[Finding], results: Iterable[RuleResult], language: Language
    ) -> Self:
        return cls(
            score_id=scores.shown,
            hidden=scores.hidden,
            findings=[FindingAnswer.model_validate(finding) for finding in found],
            cannot_judge=[
                UnjudgedRule(rule=result.rule, name=result.name, reason=SaidReason.maybe(result.reason, language))
                for result in results
                if result.answer is Answer.CANNOT_JUDGE
            ],
        )


class ItemMoveAnswer(FromAttributes):
    """What one rule did to an item, before any cap."""

    rule: str
    answer: Answer
    lost: float
    won: float
    times: int


class OpinionAnswer(FromAttributes):
    """What the classifier thinks of an item."""

    probability: float = Field(description="Of an error, calibrated, 0–1.")
    answer: Answer = Field(description="`hit` is an error, `cannot_judge` that it abstains.")
    evidence: list[EvidenceAnswer]


class ItemAnswer(BaseModel):
    """One item of the scorecard (评分项)."""

    id: str
    name: str
    item_class: ItemClass
    state: ItemState
    points: float
    got: float | None = Field(
        description="Null unless judged: points − open − lost + won; won − lost in a section on the total."
    )
    lost: float = Field(description="After the item's cap.")
    won: float = Field(description="Bonuses, after their cap.")
    open: float = Field(description="Of the points, what could not be judged beside what was found.")
    rules: list[str] = Field(description="The rules that moved it.")
    moves: list[ItemMoveAnswer] = Field(description="Every rule it asked; none in scores stored by earlier versions.")
    fatal: bool
    disputed: bool = Field(description="Rules and classifier disagree.")
    level: Level | None = Field(
        description="How much the classifier may decide of it: below `decides` its opinion moves nothing. "
        "Null where it was not asked."
    )
    opinion: OpinionAnswer | None = Field(description="What the classifier thinks; null where it was not asked.")
    reason: SaidReason | None
    explanations: list[SaidReason] = Field(
        description="What was asked, what was heard, what it cost: sentence by sentence."
    )

    @classmethod
    def of(cls, item: ItemScore, results: Mapping[str, RuleResult], language: Language) -> Self:
        own = {name: getattr(item, name) for name in cls.model_fields if name != "explanations"}
        return cls.model_validate(
            own
            | {
                "rules": list(item.rules),
                "moves": [ItemMoveAnswer.model_validate(move) for move in item.moves],
                "reason": SaidReason.maybe(item.reason, language),
                "opinion": None if item.opinion is None else OpinionAnswer.model_validate(item.opinion),
                "explanations": _said(explain(item, results), language),
            }
        )


class SectionAnswer(BaseModel):
    """A section of the scorecard, after its caps."""

    id: str
    name: str
    points: float
    got: float
    on_total: bool = Field(description="Its points are added to the total or taken from it.")
    items: list[ItemAnswer]
    explanations: list[SaidReason] = Field(description="What its caps and fatal items did; none where nothing.")


class PreScoreAnswer(BaseModel):
    """The score in force, item by item."""

    card: str
    card_version: int
    total: float | None
    grade: str | None
    coverage: float
    fatal: list[str] = Field(description="Ids of the fatal items that fired.")
    critical: list[ItemClass] = Field(description="Critical classes in which an error was found.")
    explanations: list[SaidReason] = Field(description="Why the total is not what the sections got; none where it is.")
    sections: list[SectionAnswer]

    @classmethod
    def of(cls, score: PreScore, language: Language, results: Iterable[RuleResult] = ()) -> Self:
        """`results` are those the score was made from: the sentences quote them."""
        by_rule = {result.rule: result for result in results}
        sections = [
            SectionAnswer(
                id=section.id,
                name=section.name,
                points=section.points,
                got=section.got,
                on_total=section.on_total,
                items=[ItemAnswer.of(item, by_rule, language) for item in section.items],
                explanations=_said(explain_section(section), language),
            )
            for section in score.sections
        ]
        return cls(
            card=score.card,
            card_version=score.card_version,
            total=score.total,
            grade=score.grade,
            coverage=score.coverage,
            fatal=list(score.fatal),
            critical=list(score.critical),
            explanations=_said(explain_total(score), language),
            sections=sections,
        )


def _said(reasons: Iterable[Reason], language: Language) -> list[SaidReason]:
    return [SaidReason.of(reason, language) for reason in reasons]


class ScoreVersionAnswer(FromAttributes):
    """A stored score and the versions it was made with."""

    id: int
    total: float | None
    grade: str | None
    fatal: bool
    coverage: float
    pack: str
    pack_version: int
    scorecard: str
    scorecard_version: int
    scorer: int = Field(description="Version of the scoring code that made it.")
    classifier: str = Field(
        description="The classifier that gave its opinion, and a mark of what it might decide: `3/1f0a9c27`; empty "
        "where none was asked."
    )
    created_at: datetime


class ScoresAnswer(BaseModel):
    """All scores of a call; scores are appended, never overwritten."""

    shown: int | None = Field(description="Id of the score in force.")
    hidden: bool = HiddenField
    pre_score: PreScoreAnswer | None
    versions: list[ScoreVersionAnswer] = Field(description="Newest first.")

    @classmethod
    def of(cls, scores: CallScores, language: Language) -> Self:
        scored = scores.scored
        return cls(
            shown=scores.shown,
            hidden=scores.hidden,
            pre_score=None if scored is None else PreScoreAnswer.of(scored.pre_score, language, scored.results),
            versions=[ScoreVersionAnswer.model_validate(version) for version in scores.versions],
        )


class PeaksAnswer(BaseModel):
    """The waveform, coarse enough to draw."""

    per_second: int = Field(description="Points per second of sound.")
    seconds: float
    channels: list[list[float]] = Field(description="Per channel, the largest amplitude of each stretch, 0–1.")


class HealthAnswer(BaseModel):
    """That the service answers, and how far the work is."""

    status: str = Field(examples=["ok"])
    version: str
    recordings: dict[RecordingState, int] = Field(description="Recordings in each state.")


class TakenInAnswer(BaseModel):
    """A recording that was taken in, or had been."""

    call_id: int
    recording_id: int
    is_new: bool = Field(description="False where the same content had been taken in before.")
