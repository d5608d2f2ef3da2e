"""The shapes of answers about agreement: every number has an interval, or says why there is none."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from pydantic import BaseModel, Field

from api.answers import SaidReason
from models.reason import Language
from pipeline.calibration.agreement import Figures, Report, Side, Totals
from pipeline.calibration.drifts import Drift
from pipeline.calibration.inspectors import Inspector, Inspectors
from scoring.agreement.figure import Figure


class FigureAnswer(BaseModel):
    """A number with its 95 % interval, from `n` calls; all three are null where `insufficient` says why."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    insufficient: SaidReason | None

    @classmethod
    def of(cls, figure: Figure, language: Language) -> Self:
        reason = SaidReason.maybe(figure.insufficient, language)
        return cls(value=figure.value, low=figure.low, high=figure.high, n=figure.n, insufficient=reason)

    @classmethod
    def maybe(cls, figure: Figure | None, language: Language) -> Self | None:
        return None if figure is None else cls.of(figure, language)


class ItemAgreement(BaseModel):
    item: str
    name: str
    n: int = Field(description="Calls.")
    errors: int = Field(description="Calls in which a person found an error in the item.")
    raw: FigureAnswer = Field(description="Share of agreement on error or not; Wilson.")
    kappa: FigureAnswer = Field(description="Cohen's κ; bootstrap by calls.")
    ac1: FigureAnswer = Field(description="Gwet's AC1.")
    alpha: FigureAnswer = Field(description="Krippendorff's α, nominal.")
    points: FigureAnswer = Field(description="Krippendorff's α of the points lost, interval.")
    bias: FigureAnswer | None = Field(description="Points the machine gives more; Student's t.")
    precision: FigureAnswer | None = Field(description="Of the machine's errors, those people found too.")
    recall: FigureAnswer | None = Field(description="Of people's errors, those the machine found too.")

    @classmethod
    def of(cls, one: Figures, language: Language) -> Self:
        said = {
            name: FigureAnswer.of(getattr(one, name), language) for name in ("raw", "kappa", "ac1", "alpha", "points")
        }
        maybe = {name: FigureAnswer.maybe(getattr(one, name), language) for name in ("bias", "precision", "recall")}
        return cls(item=one.item, name=one.name, n=one.n, errors=one.errors, **said, **maybe)


class TotalsAgreement(BaseModel):
    within: FigureAnswer = Field(description="Share of calls whose totals are at most 5 points apart; Wilson.")
    alpha: FigureAnswer = Field(description="Krippendorff's α of the totals, interval.")
    bias: FigureAnswer | None = Field(description="Points the machine gives more; Student's t.")

    @classmethod
    def of(cls, totals: Totals, language: Language) -> Self:
        return cls(
            within=FigureAnswer.of(totals.within, language),
            alpha=FigureAnswer.of(totals.alpha, language),
            bias=FigureAnswer.maybe(totals.bias, language),
        )


class SideAnswer(BaseModel):
    calls: int
    items: list[ItemAgreement]
    totals: TotalsAgreement

    @classmethod
    def of(cls, side: Side, language: Language) -> Self:
        items = [ItemAgreement.of(one, language) for one in side.items]
        return cls(calls=side.calls, items=items, totals=TotalsAgreement.of(side.totals, language))


class AgreementAnswer(BaseModel):
    card: str
    first: date
    last: date
    call_type: str | None
    verdicts: int
    calls: int
    people: int
    among_people: SideAnswer
    machine: SideAnswer = Field(
        description="The machine with what was agreed to be right, else with the first verdict."
    )

    @classmethod
    def of(cls, report: Report, first: date, last: date, language: Language) -> Self:
        return cls(
            card=report.asked.card,
            first=first,
            last=last,
            call_type=report.asked.call_type,
            verdicts=report.verdicts,
            calls=report.calls,
            people=report.people,
            among_people=SideAnswer.of(report.among_people, language),
            machine=SideAnswer.of(report.machine, language),
        )


class DriftAnswer(BaseModel):
    kind: str = Field(description="`accuracy` (a share of items) or `points`.")
    since: date
    by: FigureAnswer

    @classmethod
    def of(cls, drift: Drift, language: Language) -> Self:
        return cls(kind=drift.kind, since=drift.since, by=FigureAnswer.of(drift.by, language))


class WeekAnswer(BaseModel):
    monday: date
    accuracy: FigureAnswer


class InspectorAnswer(BaseModel):
    user_id: int | None = Field(description="Null is the machine.")
    name: str
    verdicts: int
    hours: float | None
    sources: Mapping[str, int] = Field(description="Calls by how it is known what is right.")
    accuracy: FigureAnswer = Field(description="Share of items judged as agreed, or as a colleague judged them.")
    adjusted: FigureAnswer = Field(description="What it would be in everybody's cases.")
    bias: FigureAnswer = Field(description="Points given more than agreed, or than colleagues gave.")
    adjusted_bias: FigureAnswer = Field(description="With what colleagues are like taken out.")
    within: FigureAnswer = Field(description="Share of totals at most 5 points apart.")
    weeks: list[WeekAnswer]
    drifts: list[DriftAnswer]

    @classmethod
    def of(cls, one: Inspector, language: Language) -> Self:
        names = ("accuracy", "adjusted", "bias", "adjusted_bias", "within")
        return cls(
            user_id=one.user_id,
            name=one.name,
            verdicts=one.verdicts,
            hours=one.hours,
            sources=one.sources,
            weeks=[WeekAnswer(monday=w.monday, accuracy=FigureAnswer.of(w.accuracy, language)) for w in one.weeks],
            drifts=[DriftAnswer.of(drift, language) for drift in one.drifts],
            **{name: FigureAnswer.of(getattr(one, name), language) for name in names},
        )


class InspectorsAnswer(BaseModel):
    card: str
    first: date
    last: date
    call_type: str | None
    verdicts: int
    inspectors: list[InspectorAnswer]
    machine: InspectorAnswer

    @classmethod
    def of(cls, found: Inspectors, first: date, last: date, language: Language) -> Self:
        return cls(
            card=found.asked.card,
            first=first,
            last=last,
            call_type=found.asked.call_type,
            verdicts=found.verdicts,
            inspectors=[InspectorAnswer.of(one, language) for one in found.inspectors],
            machine=InspectorAnswer.of(found.machine, language),
        )
