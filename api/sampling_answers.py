"""The shapes of `/v1/sampling` and `/v1/estimates`."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, Field

from api.answers import FromAttributes, SaidReason
from models.reason import Language
from pipeline.sampling.drawing import Pick, Preview
from pipeline.sampling.drawn import Standing
from pipeline.sampling.estimates import Report
from pipeline.sampling.plans import DrawBrief, Picked
from scoring.sampling.estimate import Estimate
from scoring.sampling.period import Span
from scoring.sampling.plan import SamplingPlan
from scoring.sampling.summary import Summary


class PeriodAnswer(BaseModel):
    """Days in China, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, span: Span) -> Self:
        return cls(first=span.first, last=span.last)


class PlanAnswer(FromAttributes):
    id: int
    name: str
    plan: SamplingPlan
    revision: int = Field(description="The same as the ETag says; send it as `If-Match` with a change.")
    active: bool = Field(description="`callqa sample draw --due` draws it once for each period that is over.")
    updated_by: str
    updated_at: datetime


class LineAnswer(FromAttributes):
    name: str
    agents: int
    calls: int
    picked: int
    by_chance: int = Field(description="Of the picked, those that chance picked.")


class RankingAnswer(FromAttributes):
    source: str = Field(description="`estimates` of people's scores, the `machine`'s scores, or `nothing`.")
    top: list[str] = Field(description="Agents exempt from picks on purpose.")
    bottom: list[str] = Field(description="Agents heard more often.")


class SummaryAnswer(BaseModel):
    """What a draw comes to."""

    calls: int = Field(description="The population: scored calls of the period that this plan has not drawn before.")
    picked: int
    seconds: float = Field(description="Of sound to be heard; second opinions are counted twice.")
    expected: float = Field(description="The sum of all inclusion probabilities.")
    queued: int = Field(description="Picked because they wait already for a reason other than chance.")
    targeted: int = Field(description="Picked on purpose by the plan.")
    by_agent: int
    by_type: int
    by_chance: int = Field(description="Drawn by routing's own random share.")
    double: int = Field(description="Heard by two people.")
    left_out: int = Field(description="Targets beyond the capacity.")
    fresh: int = Field(description="Not in the queue yet.")
    inspectors: int
    stages: list[LineAnswer]
    types: list[LineAnswer]
    signs: list[LineAnswer]
    ranking: RankingAnswer
    warnings: list[SaidReason]

    @classmethod
    def of(cls, summary: Summary, language: Language) -> Self:
        plain = {
            name: getattr(summary, name)
            for name in cls.model_fields
            if name not in {"stages", "types", "signs", "ranking", "warnings"}
        }
        return cls(
            **plain,
            stages=[LineAnswer.model_validate(line) for line in summary.stages],
            types=[LineAnswer.model_validate(line) for line in summary.types],
            signs=[LineAnswer.model_validate(line) for line in summary.signs],
            ranking=RankingAnswer.model_validate(summary.ranking),
            warnings=[SaidReason.of(reason, language) for reason in summary.warnings],
        )


class PickAnswer(BaseModel):
    call_id: int
    agent: str | None
    team: str | None
    call_type: str | None
    seconds: float | None
    probability: float = Field(description="The chance this call had of being picked, 1 where it was certain.")
    double: bool
    reasons: list[SaidReason]

    @classmethod
    def of(cls, pick: Pick, language: Language) -> Self:
        return cls(
            call_id=pick.call_id,
            agent=pick.agent,
            team=pick.team,
            call_type=pick.call_type,
            seconds=pick.seconds,
            probability=pick.probability,
            double=pick.double,
            reasons=[SaidReason.of(reason, language) for reason in pick.reasons],
        )

    @classmethod
    def of_picked(cls, picked: Picked, language: Language) -> Self:
        line = picked.line
        return cls(
            call_id=line.call_id,
            agent=line.agent_name or line.agent_id,
            team=line.team,
            call_type=line.call_type,
            seconds=line.seconds,
            probability=line.probability,
            double=line.double,
            reasons=[SaidReason.of(reason, language) for reason in picked.reasons],
        )


class PreviewAnswer(BaseModel):
    period: PeriodAnswer
    summary: SummaryAnswer
    picks: list[PickAnswer] = Field(description="The first so many: what is not queued yet, the most pressing first.")
    drawn: int | None = Field(description="The draw this plan has made of the period already.")

    @classmethod
    def of(cls, preview: Preview, language: Language) -> Self:
        return cls(
            period=PeriodAnswer.of(preview.span),
            summary=SummaryAnswer.of(preview.summary, language),
            picks=[PickAnswer.of(pick, language) for pick in preview.picks],
            drawn=preview.drawn,
        )


class DrawAnswer(BaseModel):
    id: int
    plan_id: int
    plan: SamplingPlan = Field(description="As it was when the draw was made.")
    period: PeriodAnswer
    summary: SummaryAnswer
    seed: str
    drawn_by: str
    drawn_at: datetime

    @classmethod
    def of(cls, draw: DrawBrief, language: Language) -> Self:
        return cls(
            id=draw.id,
            plan_id=draw.plan_id,
            plan=draw.plan,
            period=PeriodAnswer.of(draw.span),
            summary=SummaryAnswer.of(draw.summary, language),
            seed=draw.seed,
            drawn_by=draw.drawn_by,
            drawn_at=draw.drawn_at,
        )


class DrawList(BaseModel):
    draws: list[DrawAnswer]
    next: int | None = Field(description="Give it as `before` for the next page.")


class PickList(BaseModel):
    calls: list[PickAnswer]
    next: int | None = Field(description="Give it as `after` for the next page.")


class EstimateAnswer(BaseModel):
    """`value`, `low` and `high` are null where too little was heard: `lack` says what is missing."""

    value: float | None
    low: float | None = Field(description="Lower bound of the 95 % interval.")
    high: float | None
    heard: int = Field(description="Picked calls that people have judged.")
    picked: int
    population: int = Field(description="The calls the estimate is about.")
    lack: str | None = Field(description="`nothing` heard, too `few` by chance, or of those picked `on_purpose`.")

    @classmethod
    def of(cls, estimate: Estimate) -> Self:
        found = estimate.interval
        return cls(
            value=found.value if found else None,
            low=found.low if found else None,
            high=found.high if found else None,
            heard=estimate.heard,
            picked=estimate.picked,
            population=estimate.population,
            lack=estimate.lack,
        )


class StandingAnswer(BaseModel):
    key: str
    name: str
    team: str
    naive: float | None = Field(description="The plain mean of the calls heard, which picks on purpose pull down.")
    mean: EstimateAnswer = Field(description="Points, 0–100.")
    critical: EstimateAnswer = Field(description="Share of calls with a critical error, fatal ones included.")
    fatal: EstimateAnswer
    passed: EstimateAnswer

    @classmethod
    def of(cls, standing: Standing) -> Self:
        measures = {name: EstimateAnswer.of(one) for name, one in standing.measures.items()}
        return cls(key=standing.key, name=standing.name, team=standing.team, naive=standing.naive, **measures)


class StepAnswer(BaseModel):
    draw: int
    period: PeriodAnswer
    centre: StandingAnswer


class EstimatesAnswer(BaseModel):
    plan_id: int
    period: PeriodAnswer
    draws: list[int]
    centre: StandingAnswer | None = Field(description="Null where the plan has drawn nothing in the period.")
    teams: list[StandingAnswer]
    agents: list[StandingAnswer]
    types: list[StandingAnswer]
    trend: list[StepAnswer]

    @classmethod
    def of(cls, report: Report) -> Self:
        return cls(
            plan_id=report.plan.id,
            period=PeriodAnswer.of(report.span),
            draws=list(report.draws),
            centre=StandingAnswer.of(report.centre) if report.centre else None,
            teams=[StandingAnswer.of(one) for one in report.teams],
            agents=[StandingAnswer.of(one) for one in report.agents],
            types=[StandingAnswer.of(one) for one in report.types],
            trend=[
                StepAnswer(draw=s.draw_id, period=PeriodAnswer.of(s.span), centre=StandingAnswer.of(s.standing))
                for s in report.trend
            ],
        )
