"""The shapes of `/v1` answers about results."""

from datetime import date, datetime
from typing import Self

from pydantic import Field

from api.answers import FromAttributes, SaidReason
from api.feedback_answers import OwnFeedbackAnswer
from models.appeal import AppealState, ItemOutcome
from models.final import FinalSource
from models.finding import Evidence
from models.reason import Language
from models.review import Judgement, ReviewState
from models.score import ItemClass, ItemScore, ItemState
from pipeline.results.own_results import Overview, OwnResult
from pipeline.results.publishing_results import Published, WaitingResult
from pipeline.results.result_page import OwnItem, ResultPage
from pipeline.review.settling import Dispute
from storage.results.final_scores import ResultLine, VerdictLine


class VerdictBrief(FromAttributes):
    """A person's verdict on a call, without its items."""

    id: int
    by: str
    purpose: str = Field(description="`review`, `double` or `appeal`.")
    total: float | None
    grade: str | None
    fatal: bool
    submitted_at: datetime

    @classmethod
    def of(cls, line: VerdictLine) -> Self:
        return cls.model_validate(line)


class WaitingAnswer(FromAttributes):
    """A call whose verdicts wait to be published."""

    review_id: int
    call_id: int
    file: str
    seconds: float | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None
    submitted_at: datetime | None
    machine_total: float | None
    verdicts: list[VerdictBrief]
    settle: bool = Field(description="The verdicts are too far apart: a lead has to settle them.")
    blind: bool = Field(description="You are to judge it first: verdicts and the machine's total are left out.")

    @classmethod
    def of_waiting(cls, one: WaitingResult) -> Self:
        own = {name: getattr(one.call, name) for name in cls.model_fields if hasattr(one.call, name)}
        return cls(**own, verdicts=[VerdictBrief.of(line) for line in one.verdicts], settle=one.settle, blind=one.blind)


class WaitingList(FromAttributes):
    results: list[WaitingAnswer]
    count: int = Field(description="How many wait in all.")
    next: str | None


class PublishedAnswer(FromAttributes):
    """What became of one review."""

    review_id: int
    final_id: int | None = Field(description="Its new final score; null where it was not published.")
    why: SaidReason | None = Field(description="Why it was not.")

    @classmethod
    def of(cls, one: Published, language: Language) -> Self:
        return cls(review_id=one.review_id, final_id=one.final_id, why=SaidReason.maybe(one.why, language))


class ItemAnswer(FromAttributes):
    """An item's points."""

    id: str
    name: str
    item_class: ItemClass
    state: ItemState
    points: float
    got: float | None
    lost: float
    won: float
    fatal: bool

    @classmethod
    def maybe(cls, item: ItemScore | None) -> Self | None:
        return None if item is None else cls.model_validate(item)


class OpinionAnswer(FromAttributes):
    verdict: VerdictBrief
    judgement: Judgement


class PairAnswer(FromAttributes):
    """An item as each opinion has it."""

    id: str
    name: str
    section: str
    points: float
    scores: list[ItemAnswer | None]
    differs: bool


class DisputeAnswer(FromAttributes):
    """Two opinions on one call, item by item."""

    review_id: int
    call_id: int
    state: ReviewState
    opinions: list[OpinionAnswer]
    items: list[PairAnswer]
    must: bool = Field(description="They are too far apart to publish the first.")

    @classmethod
    def of(cls, dispute: Dispute) -> Self:
        return cls(
            review_id=dispute.review_id,
            call_id=dispute.call.summary.id,
            state=dispute.state,
            opinions=[
                OpinionAnswer(verdict=VerdictBrief.of(one.line), judgement=one.judgement) for one in dispute.opinions
            ],
            items=[PairAnswer.model_validate(item) for item in dispute.items],
            must=dispute.must,
        )


class ResultAnswer(FromAttributes):
    """A published result: the score in force. What it came to is null where you are to hear the call first."""

    call_id: int
    review_id: int
    final_id: int
    state: ReviewState
    source: FinalSource
    total: float | None
    grade: str | None
    fatal: bool | None
    published_at: datetime
    scored_at: datetime = Field(description="When the score in force was made.")
    acknowledged_at: datetime | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    direction: str | None
    started_at: datetime | None
    seconds: float | None

    @classmethod
    def of_line(cls, line: ResultLine) -> Self:
        return cls.model_validate(line)


class ResultList(FromAttributes):
    results: list[ResultAnswer]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class OwnResultAnswer(ResultAnswer):
    days_left: int | None = Field(description="Days left to appeal, 0 on the last; null where it cannot be.")
    is_new: bool = Field(description="There is something that was not read yet.")

    @classmethod
    def of_own(cls, one: OwnResult) -> Self:
        own = {name: getattr(one.line, name) for name in ResultAnswer.model_fields}
        return cls(**own, days_left=one.days_left, is_new=one.is_new)


class OwnResultList(FromAttributes):
    results: list[OwnResultAnswer]
    next: str | None


class WeekAnswer(FromAttributes):
    monday: date
    mean: float | None
    calls: int


class DeductionAnswer(FromAttributes):
    name: str
    calls: int
    lost: float


class OverviewAnswer(FromAttributes):
    """The last weeks."""

    weeks: list[WeekAnswer]
    mean: float | None
    calls: int
    new: int = Field(description="Results that were not read yet.")
    appealed: int
    deductions: list[DeductionAnswer] = Field(description="The items that cost points in most results.")
    feedback: list[OwnFeedbackAnswer] = Field(description="Complaints and praise that were found to stand.")

    @classmethod
    def of(cls, overview: Overview) -> Self:
        return cls.model_validate(overview)


class OutcomeAnswer(FromAttributes):
    upheld: bool
    reason: str

    @classmethod
    def maybe(cls, outcome: ItemOutcome | None) -> Self | None:
        return None if outcome is None else cls.model_validate(outcome)


class OwnItemAnswer(ItemAnswer):
    """An item of a result."""

    comment: str
    evidence: list[Evidence] = Field(description="Where in the call, in seconds.")
    before: ItemAnswer | None = Field(description="As the first score had it, where an appeal changed it.")
    appealed: str | None = Field(description="The agent's reason.")
    outcome: OutcomeAnswer | None

    @classmethod
    def of(cls, item: OwnItem) -> Self:
        verdict = item.verdict
        return cls(
            **ItemAnswer.model_validate(item.score).model_dump(),
            comment=verdict.comment if verdict else "",
            evidence=list(verdict.evidence) if verdict else [],
            before=ItemAnswer.maybe(item.before),
            appealed=item.appealed,
            outcome=OutcomeAnswer.maybe(item.outcome),
        )


class OwnSectionAnswer(FromAttributes):
    name: str
    points: float
    got: float
    on_total: bool = Field(description="It has no share of the 100 points but adds to or takes from the total.")
    items: list[OwnItemAnswer]


class StepAnswer(FromAttributes):
    state: ReviewState
    by: str = Field(description="Empty where the name is hidden.")
    at: datetime
    why: SaidReason | None


class EarlierAnswer(FromAttributes):
    """A score that was in force before."""

    id: int
    source: FinalSource
    total: float | None
    grade: str | None
    fatal: bool
    published_at: datetime


class OwnAppealAnswer(FromAttributes):
    id: int
    state: AppealState
    by: str
    why: str | None = Field(description="The judge's word on all of it.")
    created_at: datetime
    due_at: datetime
    decided_at: datetime | None
    may_withdraw: bool


class ResultPageAnswer(ResultAnswer):
    """One result with all its reader may know."""

    sections: list[OwnSectionAnswer]
    comment: str
    judged_by: list[str] = Field(description="Empty where the names are hidden.")
    earlier: list[EarlierAnswer]
    steps: list[StepAnswer]
    appeal: OwnAppealAnswer | None
    feedback: list[OwnFeedbackAnswer]
    days_left: int | None
    refusal: SaidReason | None = Field(description="Why it cannot be appealed (any more).")
    may_acknowledge: bool

    @classmethod
    def of_page(cls, page: ResultPage, language: Language) -> Self:
        own = {name: getattr(page.line, name) for name in ResultAnswer.model_fields}
        same = ("comment", "judged_by", "earlier", "appeal", "feedback", "days_left", "may_acknowledge")
        sections = [
            OwnSectionAnswer(
                name=section.name,
                points=section.points,
                got=section.got,
                on_total=section.on_total,
                items=[OwnItemAnswer.of(item) for item in section.items],
            )
            for section in page.sections
        ]
        steps = [
            StepAnswer(state=step.after, by=step.by, at=step.at, why=SaidReason.maybe(step.why, language))
            for step in page.steps
        ]
        refusal = SaidReason.maybe(page.refusal, language)
        more = {name: getattr(page, name) for name in same}
        return cls.model_validate({**own, **more, "sections": sections, "steps": steps, "refusal": refusal})
