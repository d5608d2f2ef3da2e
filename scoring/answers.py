"""What a score is made of: what the rules answered about a call, and what the classifier thought of its items."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.finding import Answer, Opinion, RuleResult
from models.reason import Reason


@dataclass(frozen=True, slots=True)
class Answers:
    """By rule and by item."""

    results: Mapping[str, RuleResult]
    opinions: Mapping[str, Opinion]

    def answer(self, rule: str) -> Answer:
        result = self.results.get(rule)
        return result.answer if result else Answer.CANNOT_JUDGE

    def why_open(self, rule: str) -> Reason:
        result = self.results.get(rule)
        return result.reason if result and result.reason else Reason("scoring.rule_not_asked", {"rule": rule})

    def times(self, rule: str) -> int:
        """How often a rule hit: once a turn, and once for each piece of evidence that is not words."""
        evidence = self.results[rule].evidence
        said = {one.turn for one in evidence if one.turn is not None}
        return len(said) + sum(one.turn is None for one in evidence)
