"""How a trained classifier did in cross-validation beside the one in use, as it is stored and shown."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import TypeAdapter

from models.reason import Fact, Reason
from pipeline.learning.data import Data
from scoring.classifier.metrics import ItemMetrics, Measure

if TYPE_CHECKING:
    from scoring.classifier.classifier import Classifier
    from scoring.classifier.crossvalidation import Comparison

Verdict = Literal["better", "same", "worse", "insufficient"]
"""Of the new one beside the one in use."""


@dataclass(frozen=True, slots=True)
class ItemReport:
    """`difference` of Brier scores, below 0 where the new one is better. `lacks`: why it judges by signs alone."""

    card: str
    item: str
    name: str
    new: ItemMetrics
    current: ItemMetrics | None
    difference: Measure | None
    lacks: Reason | None

    @property
    def verdict(self) -> Verdict:
        return judged(self.difference)


@dataclass(frozen=True, slots=True)
class Report:
    """`compared_with` is the version that was in use, None for the starter; both on the same calls and folds."""

    folds: int
    calls: int
    compared_with: int | None
    verdict: Verdict
    new: Measure
    current: Measure
    difference: Measure
    items: tuple[ItemReport, ...]


REPORT_JSON = TypeAdapter(Report)


def reported(comparison: "Comparison", classifier: "Classifier", data: Data, compared_with: int | None) -> Report:
    names = {(item.card, item.item): item.name for item in data.items}
    return Report(
        folds=comparison.new.folds,
        calls=comparison.new.calls,
        compared_with=compared_with,
        verdict=comparison.verdict,
        new=comparison.new.brier,
        current=comparison.current.brier,
        difference=comparison.difference,
        items=tuple(
            ItemReport(
                card=key[0],
                item=key[1],
                name=name,
                new=comparison.new.items[key],
                current=comparison.current.items.get(key),
                difference=comparison.items.get(key),
                lacks=classifier.items[key].cold if key in classifier.items else None,
            )
            for key, name in names.items()
            if key in comparison.new.items
        ),
    )


def judged(difference: Measure | None) -> Verdict:
    """Better or worse only where the whole interval says so."""
    if difference is None or difference.low is None or difference.high is None:
        return "insufficient"
    return "better" if difference.high < 0 else "worse" if difference.low > 0 else "same"


def refusal(report: Report) -> Reason | None:
    """Why it must not be put in use; None where nothing speaks against it.

    One that is better on the whole but worse beyond doubt on a single item is refused for that item.
    """
    if report.verdict == "insufficient":
        return report.difference.insufficient or Reason("pipeline.classifier_not_compared", {"calls": report.calls})
    if report.verdict != "worse":
        return None
    if judged(report.difference) == "worse":
        facts: dict[str, Fact] = {"calls": report.calls, **_beside(report.new, report.current)}
        return Reason("pipeline.classifier_worse", {**facts, **_difference(report.difference)})
    worse = [item for item in report.items if item.verdict == "worse" and item.difference and item.current]
    worst = max(worse, key=lambda item: item.difference.value or 0.0 if item.difference else 0.0, default=None)
    if worst is None or worst.difference is None or worst.current is None:
        return Reason("pipeline.classifier_not_compared", {"calls": report.calls})
    facts = {"item": worst.name, "calls": worst.new.n, **_beside(worst.new.brier, worst.current.brier)}
    return Reason("pipeline.classifier_item_worse", {**facts, **_difference(worst.difference)})


def _beside(new: Measure, current: Measure) -> dict[str, Fact]:
    return {"new": round(new.value or 0.0, 4), "current": round(current.value or 0.0, 4)}


def _difference(measure: Measure) -> dict[str, Fact]:
    return {
        "more": round(measure.value or 0.0, 4),
        "low": round(measure.low or 0.0, 4),
        "high": round(measure.high or 0.0, 4),
    }
