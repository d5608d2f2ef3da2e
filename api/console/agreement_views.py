"""What the pages on agreement show, typed, and how they draw an interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import urlencode

from api.console.wording import Wording
from pipeline.calibration.agreement import Figures, Report
from pipeline.calibration.inspectors import Inspector, Inspectors, Week
from pipeline.calibration.rule_figures import RuleFigures
from scoring.agreement.figure import Figure

Scale = Literal["share", "accuracy", "coefficient", "points"]
"""`accuracy` is a share, drawn from a half on: nobody is worse, and people differ by few per cent."""

MINUS = "−"

BAR = 120
"""Pixels an interval's picture is wide."""

EDGE = 4
"""Of them at either end, so that a dot there is whole."""

ENDS: Mapping[Scale, tuple[float, float]] = {
    "share": (0.0, 1.0),
    "accuracy": (0.5, 1.0),
    "coefficient": (-0.2, 1.0),
    "points": (-10.0, 10.0),
}
"""What the picture goes from and to; what lies beyond is drawn at the end."""

GOOD = 0.6
"""From here on a coefficient is called substantial: J. R. Landis, G. G. Koch, Biometrics 33, 1977."""

POOR = 0.4

SPARK = (132, 30)
"""Width and height of the picture of weeks, in pixels."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`cards` are name → title; none where nobody has judged yet."""

    path: str
    cards: Mapping[str, str]
    card: str
    types: Sequence[str]
    call_type: str | None
    first: date
    last: date
    days: int

    def on(self, path: str) -> str:
        """The same choice on another page."""
        asked = {"card": self.card, "first": self.first, "last": self.last, "call_type": self.call_type}
        return f"{path}?{urlencode({name: str(value) for name, value in asked.items() if value})}"


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval as pixels; `zero` is where 0 is, or the mark that is to be reached."""

    low: float
    high: float
    value: float
    mark: float


def written(value: float, scale: Scale) -> str:
    if scale in {"share", "accuracy"}:
        return f"{value:.1%}"
    if scale == "coefficient":
        return f"{value:.2f}".replace("-", MINUS)
    points = round(value, 1) or 0.0
    return f"{points:+.1f}".replace("-", MINUS) if points else "0.0"


def interval(figure: Figure, scale: Scale) -> str:
    """`0.52–0.71`; with signs, `−3.1 ~ +0.4`."""
    assert figure.low is not None
    assert figure.high is not None
    between = " ~ " if scale == "points" or figure.low < 0 else "–"
    return f"{written(figure.low, scale)}{between}{written(figure.high, scale)}"


def bar(figure: Figure, scale: Scale) -> Bar:
    low, high = ENDS[scale]

    def at(value: float | None) -> float:
        return round(EDGE + (BAR - 2 * EDGE) * (min(max(value or 0.0, low), high) - low) / (high - low), 1)

    return Bar(at(figure.low), at(figure.high), at(figure.value), at(GOOD if scale == "coefficient" else 0.0))


def standing(figure: Figure) -> str:
    """Whether a coefficient is surely good, surely poor, or neither; empty where it is not known."""
    if figure.low is None or figure.high is None:
        return ""
    return "good" if figure.low >= GOOD else "poor" if figure.high < POOR else "middling"


@dataclass(frozen=True, slots=True)
class ItemsPage:
    choice: Choice
    report: Report | None

    tab = "agreement"
    wide = BAR
    written = staticmethod(written)
    interval = staticmethod(interval)
    bar = staticmethod(bar)
    standing = staticmethod(standing)

    @staticmethod
    def known(items: Sequence[Figures]) -> int:
        return sum(1 for one in items if one.kappa.is_known)


@dataclass(frozen=True, slots=True)
class InspectorsPage:
    choice: Choice
    found: Inspectors | None

    tab = "agreement_inspectors"
    wide = BAR
    written = staticmethod(written)
    interval = staticmethod(interval)
    bar = staticmethod(bar)

    @property
    def everybody(self) -> list[Inspector]:
        """The machine last."""
        return [*self.found.inspectors, self.found.machine] if self.found else []

    @staticmethod
    def sources(one: Inspector, t: Wording) -> str:
        return t("separator").join(t(f"agreement_source_{name}", n=count) for name, count in one.sources.items())

    @staticmethod
    def spark(weeks: Sequence[Week]) -> list[tuple[float, float, float, float, Week]]:
        """x, y, and where the interval begins and ends, of each week that is known; from 50 % to 100 %."""
        wide, tall = SPARK

        def at(value: float | None) -> float:
            return round(tall - 3 - (tall - 6) * (max(value or 0.0, 0.5) - 0.5) / 0.5, 1)

        step = (wide - 8) / max(1, len(weeks) - 1)
        return [
            (round(4 + place * step, 1), at(week.accuracy.value), at(week.accuracy.high), at(week.accuracy.low), week)
            for place, week in enumerate(weeks)
            if week.accuracy.is_known
        ]


@dataclass(frozen=True, slots=True)
class OwnPage:
    choice: Choice
    own: Inspector | None

    tab = "agreement_mine"
    wide = BAR
    written = staticmethod(written)
    interval = staticmethod(interval)
    bar = staticmethod(bar)
    sources = staticmethod(InspectorsPage.sources)
    spark = staticmethod(InspectorsPage.spark)


@dataclass(frozen=True, slots=True)
class RulesPage:
    found: Sequence[RuleFigures]
    names: Mapping[str, str]

    tab = "agreement_rules"
    choice: Choice | None = None
    wide = BAR
    written = staticmethod(written)
    interval = staticmethod(interval)
    bar = staticmethod(bar)

    @staticmethod
    def sources(one: RuleFigures, t: Wording) -> str:
        return t("separator").join(t(f"agreement_rule_{name}", n=count) for name, count in sorted(one.sources.items()))
