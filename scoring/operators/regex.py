"""`regex:` with `unless:`: patterns on the normalised text of a passage (no punctuation, no fillers, simplified).

A match counts unless one of the `unless` patterns matches where it overlaps. The engine is stopped after a quarter of a
second; then the rule cannot be judged.
"""

from collections.abc import Hashable, Iterable
from functools import cached_property
from typing import Literal

from scoring.heard import Heard
from scoring.kleene import negate
from scoring.operators.operator import Scoped
from scoring.operators.pattern import Patterns
from scoring.pattern_search import OutOfTimeError
from scoring.search import sift, too_slow
from scoring.verdict import Verdict, cannot_judge, hit


class Regex(Scoped):
    """A regular expression matches what is said."""

    KEY = "regex"
    regex: Patterns
    need: Literal["any", "none"] = "any"
    unless: Patterns = ()

    def patterns(self) -> Iterable[str]:
        return (*self.regex, *self.unless)

    def triggers(self) -> Iterable[str]:
        return self.regex

    def hollow(self) -> Hashable:
        return self.absent(negated=self.need == "none")

    @cached_property
    def _question(self) -> str:
        """As text, which remembers its hash; a tuple works it out each time."""
        return repr((self.regex, self.unless, self.scope, self.need))

    def ask(self, heard: Heard) -> Verdict:
        verdict = heard.answered.get(self._question)
        if verdict is None:
            # Rules have conditions in common: what sounds unhappy, for one.
            verdict = heard.answered[self._question] = self._look(heard)
        return negate(verdict) if self.need == "none" else verdict

    def _look(self, heard: Heard) -> Verdict:
        window = heard.window(self.scope)
        try:
            places = heard.matches(self.regex, self.scope)
            if not places:
                return window.absence
            found = sift(heard, window, places, self.unless, one=self.need == "none")
        except OutOfTimeError as slow:
            return too_slow(slow.pattern)
        if found.sure:
            return hit(*found.sure)
        if found.unsure:
            return cannot_judge(found.unsure[0][1], *(evidence for evidence, _ in found.unsure))
        return window.absence
