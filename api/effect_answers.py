"""The shapes of `/v1` answers about effects of training and corrective actions."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, Field

from api.answers import FromAttributes, SaidReason
from models.reason import Language
from pipeline.effects.listing import EffectPage
from pipeline.effects.windows import Effect


class RateAnswer(FromAttributes):
    """Calls with an error on any of the items."""

    calls: int
    errors: int
    agents: int = Field(description="Agents with calls in the window.")
    rate: float | None = Field(description="Null without calls.")
    low: float = Field(description="Of the 95 % interval of Wilson.")
    high: float


class ChangeAnswer(FromAttributes):
    """By how much the trained changed beyond what comparable others did, in shares of calls; below 0 is better."""

    value: float
    low: float = Field(description="Of the 95 % interval.")
    high: float
    slope: float = Field(description="The part of a difference before that stood after by itself.")
    agents: int


class EffectAnswer(BaseModel):
    """A window that was fixed beforehand, and what is seen in it by now."""

    id: int
    source: str = Field(examples=["training", "action"])
    source_id: int
    title: str
    team: str
    card: str
    items: list[str]
    trained: int = Field(description="Agents.")
    compared: int = Field(description="Agents chosen for comparison when the window was fixed.")
    before_from: date
    before_to: date
    after_from: date
    after_to: date
    fixed_by: str
    fixed_at: datetime
    outcome: str = Field(examples=["too_early", "too_few", "no_others", "improved", "worse", "no_difference"])
    verdict: SaidReason
    trained_before: RateAnswer
    trained_after: RateAnswer
    others_before: RateAnswer
    others_after: RateAnswer
    change: ChangeAnswer | None

    @classmethod
    def of(cls, effect: Effect, language: Language) -> Self:
        row = effect.row
        own = ("id", "source", "source_id", "title", "team", "card", "items", "fixed_by", "fixed_at")
        days = ("before_from", "before_to", "after_from", "after_to")
        rates = ("trained_before", "trained_after", "others_before", "others_after")
        return cls(
            **{name: getattr(row, name) for name in (*own, *days)},
            **{name: RateAnswer.model_validate(getattr(effect, name)) for name in rates},
            trained=len(row.trained),
            compared=len(row.compared),
            outcome=effect.outcome,
            verdict=SaidReason.of(effect.verdict, language),
            change=None if effect.change is None else ChangeAnswer.model_validate(effect.change),
        )


class EffectList(BaseModel):
    """All windows that were fixed, also those that showed nothing."""

    effects: list[EffectAnswer]
    fixed: int = Field(description="Windows there are in all.")
    counted: int = Field(description="The newest, whose outcomes are counted.")
    outcomes: dict[str, int]
    next: str | None

    @classmethod
    def of(cls, page: EffectPage, language: Language, following: str | None) -> Self:
        return cls(
            effects=[EffectAnswer.of(one, language) for one in page.effects],
            fixed=page.fixed,
            counted=page.counted,
            outcomes=dict(page.outcomes),
            next=following,
        )
