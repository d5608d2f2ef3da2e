"""What `/v1/classifiers` answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.answers import FromAttributes, SaidReason
from models.reason import Language, Reason
from pipeline.learning.classifiers import Version
from pipeline.learning.data import Data, ItemData
from pipeline.learning.report import ItemReport, Report, Verdict
from scoring.classifier.metrics import ItemMetrics, Measure
from scoring.wilson import share
from storage.learning.classifiers import UseLine


class MeasureAnswer(BaseModel):
    """A value with its 95 % interval; all null where it is `insufficient`."""

    value: float | None
    low: float | None
    high: float | None
    insufficient: SaidReason | None

    @classmethod
    def of(cls, measure: Measure, language: Language) -> Self:
        why = SaidReason.maybe(measure.insufficient, language)
        return cls(value=measure.value, low=measure.low, high=measure.high, insufficient=why)

    @classmethod
    def maybe(cls, measure: Measure | None, language: Language) -> Self | None:
        return None if measure is None else cls.of(measure, language)


class BinAnswer(FromAttributes):
    """Of a reliability diagram: calls whose probability lies from `low` to `high`."""

    low: float
    high: float
    n: int
    predicted: float = Field(description="Mean probability that was given.")
    observed: float = Field(description="Share of the calls in which people found an error.")


class MetricsAnswer(BaseModel):
    """In cross-validation, of one item."""

    n: int
    errors: int
    abstained: MeasureAnswer
    precision: MeasureAnswer
    recall: MeasureAnswer
    roc_auc: MeasureAnswer
    pr_auc: MeasureAnswer
    brier: MeasureAnswer
    ece: MeasureAnswer
    bins: list[BinAnswer]

    @classmethod
    def of(cls, metrics: ItemMetrics, language: Language) -> Self:
        measured = {
            name: MeasureAnswer.of(getattr(metrics, name), language)
            for name, field in cls.model_fields.items()
            if field.annotation is MeasureAnswer
        }
        bins = [BinAnswer.model_validate(one) for one in metrics.bins]
        return cls(n=metrics.n, errors=metrics.errors, bins=bins, **measured)


class ItemReportAnswer(BaseModel):
    """An item beside the classifier that was in use, on the same calls and folds."""

    card: str
    item: str
    name: str
    verdict: Verdict
    new: MetricsAnswer
    current: MetricsAnswer | None
    difference: MeasureAnswer | None = Field(description="Of Brier scores; below 0 where the new one is better.")
    lacks: SaidReason | None = Field(description="Why it was not trained from verdicts; null where it was.")

    @classmethod
    def of(cls, item: ItemReport, language: Language) -> Self:
        return cls(
            card=item.card,
            item=item.item,
            name=item.name,
            verdict=item.verdict,
            new=MetricsAnswer.of(item.new, language),
            current=None if item.current is None else MetricsAnswer.of(item.current, language),
            difference=MeasureAnswer.maybe(item.difference, language),
            lacks=SaidReason.maybe(item.lacks, language),
        )


class ReportAnswer(BaseModel):
    """How a classifier did in cross-validation by call."""

    folds: int
    calls: int
    compared_with: int | None = Field(description="The version that was in use; null for the starter.")
    verdict: Verdict
    new: MeasureAnswer = Field(description="Brier score over all items.")
    current: MeasureAnswer
    difference: MeasureAnswer
    items: list[ItemReportAnswer]

    @classmethod
    def of(cls, report: Report, language: Language) -> Self:
        return cls(
            folds=report.folds,
            calls=report.calls,
            compared_with=report.compared_with,
            verdict=report.verdict,
            new=MeasureAnswer.of(report.new, language),
            current=MeasureAnswer.of(report.current, language),
            difference=MeasureAnswer.of(report.difference, language),
            items=[ItemReportAnswer.of(item, language) for item in report.items],
        )


class ItemDataAnswer(BaseModel):
    """What people said of one item."""

    card: str
    item: str
    name: str
    calls: int
    errors: int
    has_signs: bool = Field(description="The classifier has an opinion of it from the first day on.")
    lacks: SaidReason | None = Field(description="What is missing before it can be trained; null where nothing is.")
    twice: int = Field(description="Calls judged alone by two or more people.")
    differ: int = Field(description="Of them, those on which they did not say the same: label noise.")
    differ_low: float | None = Field(description="Of that share, the bounds of the 95 % interval (Wilson).")
    differ_high: float | None

    @classmethod
    def of(cls, item: ItemData, language: Language) -> Self:
        told = share(item.differ, item.twice)
        own = {name: getattr(item, name) for name in cls.model_fields if hasattr(item, name) and name != "lacks"}
        low, high = (told.low, told.high) if item.twice else (None, None)
        return cls(**own, lacks=SaidReason.maybe(item.lacks, language), differ_low=low, differ_high=high)


class DataAnswer(BaseModel):
    """The verdicts a classifier was, or would be, trained from."""

    calls: int
    labels: int
    people: int
    first: datetime | None
    last: datetime | None
    is_enough: bool
    left_out: int = Field(description="Judged calls whose scorecard or pack was not in use.")
    items: list[ItemDataAnswer]

    @classmethod
    def of(cls, data: Data, language: Language) -> Self:
        own = {name: getattr(data, name) for name in cls.model_fields if name != "items"}
        return cls(**own, items=[ItemDataAnswer.of(item, language) for item in data.items])


class ClassifierAnswer(BaseModel):
    """A trained classifier."""

    version: int
    sha256: str
    made_by: str
    made_at: datetime
    calls: int
    trained: list[str] = Field(description="Items it learned from verdicts, as card/item.")
    compared_with: int | None
    refused: SaidReason | None = Field(description="Why it cannot be put in use; null where it can.")
    in_use: bool
    was_used: bool

    @classmethod
    def of(cls, version: Version, language: Language) -> Self:
        return cls.model_validate(cls.fields_of(version, language))

    @classmethod
    def fields_of(cls, version: Version, language: Language) -> dict[str, object]:
        names = ("version", "sha256", "made_by", "made_at", "compared_with", "in_use", "was_used")
        return {name: getattr(version, name) for name in names} | {
            "calls": version.data.calls,
            "trained": [f"{card}/{item}" for card, item in version.trained],
            "refused": SaidReason.maybe(version.refused, language),
        }


class ClassifierReportAnswer(ClassifierAnswer):
    """A trained classifier with what it was trained from and how it did."""

    data: DataAnswer
    report: ReportAnswer

    @classmethod
    def of_report(cls, version: Version, report: Report, language: Language) -> Self:
        more = {"data": DataAnswer.of(version.data, language), "report": ReportAnswer.of(report, language)}
        return cls.model_validate(cls.fields_of(version, language) | more)


class UseAnswer(FromAttributes):
    """From `at` on this one was in use."""

    version: int | None = Field(description="Null for the starter.")
    by: str
    why: str
    at: datetime


class ClassifiersAnswer(BaseModel):
    """All classifiers, and what there is to learn from now."""

    in_use: int | None = Field(description="The version that judges now; null for the starter.")
    broken: SaidReason | None = Field(description="Why the one put in use cannot be read: the starter judges instead.")
    data: DataAnswer
    versions: list[ClassifierAnswer] = Field(description="Newest first.")
    history: list[UseAnswer] = Field(description="Newest first.")

    @classmethod
    def of(
        cls,
        versions: Sequence[Version],
        history: Sequence[UseLine],
        data: Data,
        broken: Reason | None,
        language: Language,
    ) -> Self:
        used = next((one.version for one in versions if one.in_use), None)
        return cls(
            in_use=None if broken else used,
            broken=SaidReason.maybe(broken, language),
            data=DataAnswer.of(data, language),
            versions=[ClassifierAnswer.of(version, language) for version in versions],
            history=[UseAnswer.model_validate(use) for use in history],
        )
