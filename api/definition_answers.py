"""The shapes of `/v1` answers about packs, scorecards and their drafts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from api.answers import EvidenceAnswer, FromAttributes, PreScoreAnswer, SaidReason, ScoreBrief
from api.wording import bare_sentence
from models.finding import Answer, Effect, RuleResult
from models.reason import Language, Reason
from models.transcript import Role, Turn
from pipeline.processing.rescore import Rescored
from pipeline.rulebook.definitions import Kind, Origin
from pipeline.rulebook.tryout import Checked, Tried
from scoring.lint import Level


class OverviewAnswer(FromAttributes):
    """A pack or scorecard, and which version scores calls."""

    kind: Kind
    name: str
    title: str
    in_use: int | None = Field(description="The version new scores are made with; null where all are retired.")
    latest: int | None
    origin: Origin = Field(description="Where the version in use comes from.")
    drafts: int = Field(description="Drafts being worked on.")


class VersionBrief(FromAttributes):
    """A version without its text. Who and why are null for versions nobody published here."""

    kind: Kind
    name: str
    version: int
    title: str
    sha256: str = Field(description="Of what the text means: comments and layout do not change it.")
    origin: Origin
    published_at: datetime | None
    by: str | None
    why: str | None
    retired_at: datetime | None
    retired_by: str | None
    retired_why: str | None


class VersionAnswer(VersionBrief):
    text: str = Field(description="The YAML as it was published.")
    gate: dict[str, Any] | None = Field(description="What the replay before publishing said.")


class ComparisonAnswer(FromAttributes):
    """What changed between two versions; `added`, `removed`, `changed` are ids of rules, or of sections and items."""

    lines: list[str] = Field(description="A unified diff.")
    added: list[str]
    removed: list[str]
    changed: dict[str, list[str]] = Field(description="Which keys of each; under the empty id, of the definition.")


class DraftBrief(FromAttributes):
    id: int
    kind: Kind
    name: str
    revision: int = Field(description="Counts the savings; give it back when saving.")
    based_on: int | None = Field(description="The version it was begun from.")
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


class DraftAnswer(DraftBrief):
    text: str


class MistakeAnswer(BaseModel):
    """Something wrong in a text."""

    code: str
    sentence: str = Field(description="What is wrong, without the place.")
    line: int | None = Field(description="Line of the text, from 1.")
    column: int | None = Field(description="Column, from 1, where it is known.")
    path: str | None = Field(description="The way to it, as in `rules[2].when.phrase`.")

    @classmethod
    def of(cls, reason: Reason, language: Language) -> Self:
        line, column = (_whole(reason.facts.get(name)) for name in ("line", "column"))
        path = reason.facts.get("path")
        named = str(path) if path not in {None, "-"} else None
        return cls(code=reason.code, sentence=bare_sentence(reason, language), line=line, column=column, path=named)


class FailureAnswer(BaseModel):
    """A case whose rule answers something else."""

    rule: str
    kind: str = Field(description="The list the case stands in: `fires`, `silent` or `cannot_judge`.")
    number: int = Field(description="Its position in that list, from 1.")
    said: str
    answer: Answer = Field(description="What the rule answered.")
    line: int


class DoubtAnswer(BaseModel):
    """Not wrong, and still likely a slip."""

    rule: str
    line: int
    level: Level = Field(description="`error`: it does not do what it says; `note`: it does, and could be simpler.")
    reason: SaidReason


class CheckAnswer(BaseModel):
    """What is wrong with a text. Cases are only asked where there is no mistake."""

    publishable: bool
    mistakes: list[MistakeAnswer]
    failures: list[FailureAnswer]
    doubts: list[DoubtAnswer]
    entries: int = Field(description="Rules of a pack, or items of a scorecard.")
    cases: int

    @classmethod
    def of(cls, checked: Checked, language: Language) -> Self:
        return cls(
            publishable=checked.is_publishable,
            mistakes=[MistakeAnswer.of(reason, language) for reason in checked.mistakes],
            failures=[
                FailureAnswer(
                    rule=failed.failure.rule,
                    kind=failed.failure.kind,
                    number=failed.failure.number,
                    said=failed.failure.said,
                    answer=failed.failure.answer,
                    line=failed.line,
                )
                for failed in checked.failures
            ],
            doubts=[
                DoubtAnswer(
                    rule=doubt.rule, line=doubt.line, level=doubt.level, reason=SaidReason.of(doubt.reason, language)
                )
                for doubt in checked.doubts
            ],
            entries=checked.entries,
            cases=checked.cases,
        )


class InsertedAnswer(BaseModel):
    """The text with the new rule in it, and what is wrong with it now."""

    text: str
    line: int = Field(description="First line of the new rule.")
    last: int = Field(description="Its last line.")
    rule: str = Field(description="The rule alone.")
    check: CheckAnswer | None


class TurnAnswer(FromAttributes):
    role: Role
    start: float
    end: float
    text: str

    @classmethod
    def of(cls, turn: Turn) -> Self:
        return cls.model_validate(turn)


class ResultAnswer(BaseModel):
    """A rule's answer about one call."""

    rule: str
    name: str
    effect: Effect
    answer: Answer
    evidence: list[EvidenceAnswer]
    reason: SaidReason | None = Field(description="Why it cannot be judged.")

    @classmethod
    def of(cls, result: RuleResult, language: Language) -> Self:
        return cls(
            rule=result.rule,
            name=result.name,
            effect=result.effect,
            answer=result.answer,
            evidence=[EvidenceAnswer.model_validate(one) for one in result.evidence],
            reason=SaidReason.maybe(result.reason, language),
        )


class TryAnswer(BaseModel):
    """What the draft says of one call."""

    turns: list[TurnAnswer]
    results: list[ResultAnswer] = Field(description="Every rule's answer, in the pack's order.")
    pre_score: PreScoreAnswer | None = Field(description="Null where no scorecard goes with the pack.")

    @classmethod
    def of(cls, tried: Tried, language: Language) -> Self:
        return cls(
            turns=[TurnAnswer.of(turn) for turn in tried.transcript.turns],
            results=[ResultAnswer.of(result, language) for result in tried.results],
            pre_score=None if tried.pre_score is None else PreScoreAnswer.of(tried.pre_score, language, tried.results),
        )


class RescoredCall(BaseModel):
    """The score before and the new one; `new` is null, with the reason, where the call cannot be scored."""

    call_id: int
    old: ScoreBrief | None
    new: ScoreBrief | None
    is_new: bool = Field(description="False where this very score had been made before.")
    reason: SaidReason | None

    @classmethod
    def of(cls, one: Rescored, language: Language) -> Self:
        return cls(
            call_id=one.call_id,
            old=None if one.old is None else ScoreBrief.model_validate(one.old),
            new=None if one.new is None else ScoreBrief.model_validate(one.new),
            is_new=one.is_new,
            reason=SaidReason.maybe(one.reason, language),
        )


class RescoreAnswer(BaseModel):
    pack: str
    pack_version: int
    scorecard: str
    scorecard_version: int
    stored: bool = Field(description="False for a preview, which changes nothing.")
    calls: list[RescoredCall]


def briefs(versions: Iterable[object]) -> list[VersionBrief]:
    return [VersionBrief.model_validate(version) for version in versions]


def _whole(fact: object) -> int | None:
    return fact if isinstance(fact, int) else None
