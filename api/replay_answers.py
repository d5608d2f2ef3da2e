"""The shape of `/v1` answers about replays."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, Field, field_validator

from api.answers import FromAttributes, SaidReason
from models.finding import Effect
from models.reason import Language
from pipeline.rulebook.elsewhere import Replayed
from pipeline.rulebook.replay import Gate


class ChangeAnswer(FromAttributes):
    """A call in which a rule answers otherwise."""

    call: int
    file: str
    agent: str | None
    quotes: list[str]
    start: float | None = Field(description="Seconds of the first quote.")


class ShareAnswer(FromAttributes):
    """A share counted in a few cases, with its 95 % interval."""

    hits: int
    of: int
    share: float | None
    low: float
    high: float


class AgreementAnswer(FromAttributes):
    """Against people's verdicts."""

    precision: ShareAnswer
    recall: ShareAnswer


class RuleReplayAnswer(FromAttributes):
    """Calls in which a rule hits; null before where the rule is new, after where it is gone."""

    rule: str
    name: str
    effect: Effect
    hits_before: int | None
    hits_after: int | None
    unjudged_before: int
    unjudged_after: int
    newly: int = Field(description="Calls it hits only now; the first of them are listed.")
    no_longer: int
    newly_in: list[ChangeAnswer]
    no_longer_in: list[ChangeAnswer]
    agreement_before: AgreementAnswer | None
    agreement_after: AgreementAnswer | None


class ShiftAnswer(FromAttributes):
    """A call whose score changes."""

    call: int
    file: str
    agent: str | None
    total_before: float | None
    total_after: float | None
    grade_before: str | None
    grade_after: str | None
    fatal: list[str] = Field(description="Items that newly zero it or its section.")


class AgentShiftAnswer(FromAttributes):
    agent: str | None
    calls: int
    mean_before: float
    mean_after: float


class ScoreReplayAnswer(FromAttributes):
    """Over the calls that have a score before and after."""

    calls: int
    mean_before: float | None
    mean_after: float | None
    raised: int
    lowered: int
    low_score: float
    low_before: int = Field(description="Totals below `low_score` before.")
    low_after: int
    grades_changed: int
    fatal_newly: int
    fatal_no_longer: int
    fatal_unconfirmed: int
    fatal_newly_in: list[ShiftAnswer]
    largest: list[ShiftAnswer] = Field(description="The largest changes.")
    agents: list[AgentShiftAnswer]
    spread: dict[str, int] = Field(description="Calls by how far their total moves: lower bound of each bin.")

    @field_validator("spread", mode="before")
    @classmethod
    def _named(cls, spread: Mapping[float, int]) -> dict[str, int]:
        return {f"{bound:g}": count for bound, count in spread.items()}


class GateAnswer(BaseModel):
    """Whether nothing speaks against publishing."""

    passed: bool
    reasons: list[SaidReason]
    figures: dict[str, Any]

    @classmethod
    def of(cls, gate: Gate, language: Language) -> Self:
        reasons = [SaidReason.of(reason, language) for reason in gate.reasons]
        return cls(passed=gate.passed, reasons=reasons, figures=gate.figures)


class ReplayAnswer(BaseModel):
    """What a draft would change in calls that were heard already."""

    calls: int
    compared: int = Field(description="Calls there was something to compare with.")
    rules: list[RuleReplayAnswer]
    scores: ScoreReplayAnswer | None = Field(description="Null where no scorecard goes with the pack.")
    unfit: SaidReason | None = Field(description="Why the scorecard that goes with the pack could not be compared.")
    gate: GateAnswer

    @classmethod
    def of(cls, replayed: Replayed, language: Language) -> Self:
        replay = replayed.replay
        return cls(
            calls=replay.calls,
            compared=replay.compared,
            rules=[RuleReplayAnswer.model_validate(rule) for rule in replay.rules],
            scores=None if replay.scores is None else ScoreReplayAnswer.model_validate(replay.scores),
            unfit=SaidReason.maybe(replayed.unfit, language),
            gate=GateAnswer.of(replayed.gate, language),
        )
