"""What the machine must have shown before it may do more about an item, and below what it may do less."""

from dataclasses import dataclass
from datetime import timedelta

from models.learning import Level
from models.reason import Reason
from scoring.agreement.figure import Figure

ORDER = tuple(Level)
"""From the lowest."""


@dataclass(frozen=True, slots=True)
class Bars:
    """κ between machine and people: its interval's lower bound must reach the bar to rise to a level.

    `margin` is how far κ itself must fall below the bar before the level is lowered: a level that was just raised does
    not fall by chance. `calls` both have judged are needed for either; older verdicts than `days` do not count.
    """

    suggests: float = 0.4
    decides: float = 0.6
    calls: int = 30
    days: int = 180
    margin: float = 0.1

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.days)

    def of(self, level: Level) -> float:
        """What κ must reach for this level."""
        return self.decides if level is Level.DECIDES else self.suggests

    def missing(self, level: Level, kappa: Figure) -> tuple[Reason, ...]:
        """Why the item may not rise to the level yet; nothing where it may."""
        bar = self.of(level)
        if kappa.n < self.calls:
            facts = {"n": kappa.n, "needed": self.calls, "more": self.calls - kappa.n}
            return (Reason("pipeline.level_needs_calls", facts),)
        if kappa.value is None or kappa.low is None:
            return (kappa.insufficient or Reason("pipeline.level_needs_calls", {"n": kappa.n, "needed": self.calls}),)
        if kappa.low < bar:
            low, value = round(kappa.low, 2), round(kappa.value, 2)
            return (Reason("pipeline.level_needs_kappa", {"value": value, "low": low, "bar": bar, "n": kappa.n}),)
        return ()

    def fell(self, level: Level, kappa: Figure) -> bool:
        """Whether agreement no longer bears the level."""
        if level is Level.REPORT_ONLY or kappa.value is None or kappa.n < self.calls:
            return False
        return kappa.value < self.of(level) - self.margin


def above(level: Level) -> Level | None:
    return next(iter(ORDER[ORDER.index(level) + 1 :]), None)


def below(level: Level) -> Level:
    return ORDER[max(ORDER.index(level) - 1, 0)]
