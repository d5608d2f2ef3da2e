"""What the page of the classifier shows, typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt

from api.console.formats import percent
from api.console.wording import Wording
from models.reason import Fact, Reason
from pipeline.learning.classifiers import Version
from pipeline.learning.data import ENOUGH, Data, ItemData
from pipeline.learning.report import ItemReport, Report
from scoring.classifier.metrics import Bin, Measure
from scoring.wilson import share
from storage.learning.classifiers import UseLine

SIDE = 150
"""Of a reliability diagram, in pixels."""
LEFT, TOP, RIGHT, BOTTOM = 40, 8, 20, 24
LARGEST = 7.0
"""Radius of the dot with the most calls."""

MEASURES = ("precision", "recall", "pr_auc", "ece")


@dataclass(frozen=True, slots=True)
class Dot:
    """`low` and `high` are the ends of the share's interval (Wilson), `told` says it in words."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    told: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """Given probabilities from left to right, found shares upwards: who is calibrated is on the diagonal."""

    dots: tuple[Dot, ...]

    wide = LEFT + SIDE + RIGHT
    tall = TOP + SIDE + BOTTOM
    left = LEFT
    top = TOP
    right = LEFT + SIDE
    bottom = TOP + SIDE
    ticks = tuple((share, round(LEFT + SIDE * share, 1), round(TOP + SIDE * (1 - share), 1)) for share in (0, 0.5, 1))


def diagram(bins: Sequence[Bin], t: Wording) -> Diagram:
    filled = [one for one in bins if one.n]
    most = max((one.n for one in filled), default=1)
    return Diagram(tuple(_dot(one, most, t) for one in filled))


def _dot(one: Bin, most: int, t: Wording) -> Dot:
    told = share(round(one.observed * one.n), one.n)
    facts: dict[str, Fact] = {"predicted": percent(one.predicted), "observed": percent(one.observed), "n": one.n}
    return Dot(
        x=round(LEFT + SIDE * one.predicted, 1),
        y=_up(one.observed),
        low=_up(told.low),
        high=_up(told.high),
        radius=round(max(2.5, LARGEST * sqrt(one.n / most)), 1),
        told=t("classifier_dot", **facts),
    )


def _up(value: float) -> float:
    return round(TOP + SIDE * (1 - value), 1)


def _signed(value: float) -> str:
    """Three digits; what rounds to nothing has no sign."""
    rounded = round(value, 3)
    return f"{rounded:+.3f}".replace("-", "−") if rounded else "0.000"


@dataclass(frozen=True, slots=True)
class ClassifierPage:
    """`shown` is the version whose `report` is open; None where nothing was trained yet."""

    data: Data
    versions: Sequence[Version]
    history: Sequence[UseLine]
    broken: Reason | None
    shown: Version | None
    report: Report | None

    enough = ENOUGH
    measures = MEASURES
    diagram = staticmethod(diagram)

    @property
    def in_use(self) -> int | None:
        """What judges in fact."""
        return None if self.broken else next((one.version for one in self.versions if one.in_use), None)

    @property
    def ready(self) -> int:
        return sum(item.lacks is None for item in self.data.items)

    @property
    def judged(self) -> list[tuple[str, list[ItemData]]]:
        """By scorecard, the items that have verdicts or signs."""
        told = [item for item in self.data.items if item.calls or item.has_signs]
        return [(card, list(items)) for card, items in groupby(told, lambda item: item.card)]

    def filled(self, item: ItemData) -> int:
        """How much of what is needed is there, in percent."""
        return min(100, round(100 * item.calls / ENOUGH))

    def lacks(self, why: Reason, t: Wording) -> str:
        """What is missing, in few words."""
        facts: dict[str, Fact] = {"calls": 0, "errors": 0, "clean": 0, **why.facts}
        return t(f"classifier_{why.code.rpartition('.')[2]}", **facts)

    def noise(self, item: ItemData, t: Wording) -> str:
        if not item.twice:
            return t("classifier_never_twice")
        told = share(item.differ, item.twice)
        return t(
            "classifier_differ", share=percent(item.differ / item.twice), low=percent(told.low), high=percent(told.high)
        )

    def value(self, measure: Measure) -> str:
        return "–" if measure.value is None else f"{measure.value:.2f}"

    def fine(self, measure: Measure | None, t: Wording) -> str:
        """A Brier score with its interval."""
        if measure is None or measure.value is None:
            return "–"
        if measure.low is None or measure.high is None:
            return f"{measure.value:.3f}"
        return t("classifier_reach", value=f"{measure.value:.3f}", reach=f"{measure.low:.3f}–{measure.high:.3f}")

    def lacking(self, why: Reason) -> str:
        """How many there are of how many needed; empty where it is not a matter of numbers."""
        return f"{why.facts['n']}/{why.facts['needed']}" if {"n", "needed"} <= why.facts.keys() else ""

    def bounds(self, measure: Measure) -> str:
        return "" if measure.low is None or measure.high is None else f"{measure.low:.2f}–{measure.high:.2f}"

    def fine_bounds(self, measure: Measure) -> str:
        """Of a difference, whose bounds may be below 0."""
        if measure.low is None or measure.high is None:
            return ""
        return f"{_signed(measure.low)} ~ {_signed(measure.high)}"

    def difference(self, measure: Measure | None) -> str:
        return "–" if measure is None or measure.value is None else _signed(measure.value)

    def told_difference(self, measure: Measure | None, t: Wording) -> str:
        bounds = "" if measure is None else self.fine_bounds(measure)
        told = self.difference(measure)
        return t("classifier_reach", value=told, reach=bounds) if bounds else told

    def drawn(self) -> list[ItemReport]:
        """Items with a reliability diagram: those trained from verdicts."""
        return [] if self.report is None else [item for item in self.report.items if item.lacks is None]

    def may_use(self, version: Version) -> bool:
        return version.refused is None and version.version != self.in_use
