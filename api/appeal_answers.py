"""The shapes of `/v1` answers about appeals."""

from datetime import datetime
from typing import Self

from pydantic import Field

from api.answers import FromAttributes, SaidReason
from api.result_answers import ItemAnswer, OutcomeAnswer, VerdictBrief
from models.appeal import AppealState
from models.reason import Language
from models.review import ItemVerdict
from pipeline.results.appeal_case import AppealCase, CaseItem, Overturned, OverturnRates


class AppealedAnswer(FromAttributes):
    item: str
    reason: str


class AppealAnswer(FromAttributes):
    """An appeal in a list."""

    id: int
    review_id: int
    call_id: int
    agent_id: str | None
    agent_name: str | None
    team: str | None
    by: str
    state: AppealState
    items: list[AppealedAnswer]
    total: float | None = Field(description="Of the score that is appealed; null where you are to hear the call.")
    new_total: float | None
    hearing: str | None = Field(description="How far the new hearing is: `open`, `started`, `submitted`.")
    heard_by: str | None
    why: str | None
    decided_by: str | None
    created_at: datetime
    due_at: datetime
    decided_at: datetime | None


class AppealList(FromAttributes):
    appeals: list[AppealAnswer]
    counts: dict[str, int] = Field(description="How many are in each state, and how many are `overdue`.")
    next: str | None


class CaseItemAnswer(FromAttributes):
    id: str
    name: str
    section: str
    reason: str
    before: ItemAnswer | None
    verdict: ItemVerdict | None
    anew: ItemAnswer | None = Field(description="As it was heard anew; null before.")
    anew_verdict: ItemVerdict | None
    machine: list[str] = Field(description="The machine's rules that had taken points for it.")
    outcome: OutcomeAnswer | None

    @classmethod
    def of(cls, item: CaseItem) -> Self:
        return cls(
            id=item.id,
            name=item.name,
            section=item.section,
            reason=item.reason,
            before=ItemAnswer.maybe(item.before),
            verdict=item.verdict,
            anew=ItemAnswer.maybe(item.anew),
            anew_verdict=item.anew_verdict,
            machine=[mark.name for mark in item.machine],
            outcome=OutcomeAnswer.maybe(item.outcome),
        )


class PersonAnswer(FromAttributes):
    id: int
    name: str
    role: str


class CaseAnswer(AppealAnswer):
    """An appeal with what its judge needs."""

    cases: list[CaseItemAnswer]
    opinions: list[VerdictBrief]
    hearers: list[PersonAnswer] = Field(description="Who may hear the call anew.")
    obstacle: SaidReason | None = Field(description="Why you cannot decide it now.")
    is_overdue: bool
    blind: bool = Field(description="You are to hear the call anew: how it was judged is not told before.")

    @classmethod
    def of_case(cls, case: AppealCase, language: Language) -> Self:
        return cls(
            **AppealAnswer.model_validate(case.line).model_dump(),
            cases=[CaseItemAnswer.of(item) for item in case.items],
            opinions=[VerdictBrief.of(line) for line in case.opinions],
            hearers=[PersonAnswer.model_validate(person) for person in case.hearers],
            obstacle=SaidReason.maybe(case.obstacle, language),
            is_overdue=case.is_overdue,
            blind=case.blind,
        )


class RateAnswer(FromAttributes):
    """Overturned items of those decided, with the 95 % interval of Wilson."""

    id: str
    name: str
    overturned: int
    decided: int
    share: float | None
    low: float
    high: float

    @classmethod
    def of(cls, one: Overturned) -> Self:
        told = one.share
        return cls(
            id=one.id,
            name=one.name,
            overturned=told.hits,
            decided=told.of,
            share=told.share,
            low=told.low,
            high=told.high,
        )


class RatesAnswer(FromAttributes):
    all: RateAnswer
    rules: list[RateAnswer]
    inspectors: list[RateAnswer]

    @classmethod
    def of(cls, rates: OverturnRates) -> Self:
        return cls(
            all=RateAnswer.of(Overturned("", "", rates.all)),
            rules=[RateAnswer.of(one) for one in rates.rules],
            inspectors=[RateAnswer.of(one) for one in rates.inspectors],
        )
