"""Operators on stretches of the voice measures: silences and overlaps. A scope limits the seconds they may lie in."""

from abc import ABC

from models.finding import Evidence
from models.transcript import Overlap, Role, Silence
from scoring.heard import Heard
from scoring.operators.operator import Scoped
from scoring.scope import Window
from scoring.verdict import Verdict, clean

SLACK = 0.7
"""Speech detection and the words' times differ by up to this, in seconds."""


class Voiced(Scoped, ABC):
    def window(self, heard: Heard) -> Window:
        """Where to look: whose turns they are matters only where turns are asked for."""
        return heard.window(self.scope if self.scope.turns else self.scope._replace(role=None))

    def absence(self, heard: Heard) -> Verdict:
        """Clean, unless there is nothing to measure; how well the words were heard does not matter."""
        window = self.window(heard)
        nowhere = window.start >= window.end or (self.scope.turns and not window.turns)
        if nowhere or not heard.timeline.members[None]:
            return window.absence
        return clean(Evidence(window.start, window.end, Role(self.role) if self.role else None))

    def inside(self, stretch: Silence | Overlap, heard: Heard) -> bool:
        """Whether it lies at least partly in the scope."""
        start, end = heard.reach
        if self.turns or self.seconds or self.share:
            window = self.window(heard)
            start, end = window.start, window.end
        return stretch.start < end and stretch.end > start
