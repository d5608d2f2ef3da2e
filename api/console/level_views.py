"""What the page of the levels shows, typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.console.agreement_views import interval, written
from models.learning import Level
from pipeline.learning.level_bars import ORDER, Bars
from pipeline.learning.levels import CardLevels, Standing
from storage.learning.levels import LevelLine

WIDE = 168
"""Pixels the picture of an interval is wide."""
EDGE = 5
"""Of them at both ends, for the dot."""
LEAST = -0.2
"""κ at its left edge: less than that is as good as nothing. Its right edge is 1."""


@dataclass(frozen=True, slots=True)
class LevelsPage:
    cards: Sequence[CardLevels]
    bars: Bars

    written = staticmethod(written)
    interval = staticmethod(interval)

    @property
    def levels(self) -> tuple[Level, ...]:
        return ORDER

    def x(self, kappa: float) -> float:
        """Where κ lies in the picture, in pixels."""
        share = (max(min(kappa, 1.0), LEAST) - LEAST) / (1 - LEAST)
        return round(EDGE + (WIDE - 2 * EDGE) * share, 1)

    @property
    def width(self) -> int:
        return WIDE

    def bar(self, one: Standing) -> float | None:
        """What κ's interval must reach next; at the top, what κ itself must not fall below."""
        if one.next is not None:
            return self.bars.of(one.next)
        return None if one.level is Level.REPORT_ONLY else self.bars.of(one.level) - self.bars.margin

    def lower(self, one: Standing) -> tuple[Level, ...]:
        """What it can be lowered to, the nearest first."""
        return ORDER[: ORDER.index(one.level)][::-1]

    def is_at_least(self, one: Standing, level: Level) -> bool:
        return ORDER.index(one.level) >= ORDER.index(level)

    def is_possible(self, one: Standing, level: Level) -> bool:
        return ORDER.index(one.highest) >= ORDER.index(level)

    def share(self, one: Standing) -> float:
        """How much of the calls needed are there, 0–1."""
        return min(one.evidence.kappa.n / self.bars.calls, 1.0)

    def name_of(self, card: CardLevels, line: LevelLine) -> str:
        return next((item.name for item in card.card.items if item.id == line.item), line.item)
