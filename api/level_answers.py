"""The shapes of `/v1/levels`."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.answers import SaidReason
from models.learning import Level
from models.reason import Language
from pipeline.learning.levels import CardLevels, Standing
from scoring.agreement.figure import Figure


class KappaAnswer(BaseModel):
    """Cohen's κ between classifier and people, with its 95 % interval; null where there is too little to say."""

    value: float | None
    low: float | None
    high: float | None
    n: int = Field(description="Calls in which both said whether there is an error.")
    insufficient: SaidReason | None

    @classmethod
    def of(cls, figure: Figure, language: Language) -> Self:
        told = SaidReason.maybe(figure.insufficient, language)
        return cls(value=figure.value, low=figure.low, high=figure.high, n=figure.n, insufficient=told)


class LevelChange(BaseModel):
    level: Level
    by: str
    at: datetime
    why: SaidReason | None


class ItemLevelAnswer(BaseModel):
    """How much the machine decides about one item, and what that rests on."""

    item: str
    name: str
    level: Level
    highest: Level = Field(description="`suggests` where the scorecard leaves the item to rules or people.")
    next: Level | None = Field(description="What it could be raised to; null at the top.")
    may_rise: bool = Field(description="Whether the evidence meets the bar for `next`.")
    missing: list[SaidReason] = Field(description="What is missing for `next`.")
    kappa: KappaAnswer
    errors: int = Field(description="Calls of those compared in which people found an error.")
    since: datetime = Field(description="Verdicts from then on count.")
    revision: int = Field(description="The same as the ETag says; send it as `If-Match` with a change.")
    changed: LevelChange | None = Field(description="The latest change; null where there was none.")

    @classmethod
    def of(cls, one: Standing, language: Language) -> Self:
        changed = one.changed
        return cls(
            item=one.item.id,
            name=one.item.name,
            level=one.level,
            highest=one.highest,
            next=one.next,
            may_rise=one.may_rise,
            missing=[SaidReason.of(reason, language) for reason in one.missing],
            kappa=KappaAnswer.of(one.evidence.kappa, language),
            errors=one.evidence.errors,
            since=one.evidence.since,
            revision=one.revision,
            changed=None
            if changed is None
            else LevelChange(
                level=changed.level, by=changed.by, at=changed.at, why=SaidReason.maybe(changed.why, language)
            ),
        )


class CardLevelsAnswer(BaseModel):
    """The items of a scorecard in use on which the classifier has something to say."""

    card: str
    version: int
    title: str
    classifier: int | None = Field(description="Version of the classifier in use; null for the starter.")
    items: list[ItemLevelAnswer]

    @classmethod
    def of(cls, levels: CardLevels, language: Language) -> Self:
        return cls(
            card=levels.card.name,
            version=levels.card.version,
            title=levels.card.title,
            classifier=levels.classifier,
            items=[ItemLevelAnswer.of(one, language) for one in levels.items],
        )
