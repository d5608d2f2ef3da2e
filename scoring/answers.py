"""What is known of a call when its points are counted: the rules' answers, and what the classifier thinks."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.finding import Answer, Opinion, RuleResult
from models.learning import Levels
from models.reason import Reason
from scoring.card_item import Item, Move
from scoring.thought import Thought, thought_of

NO_THOUGHT = Thought(None, None)


@dataclass(frozen=True, slots=True)
class Answers:
    """`results` by rule, `opinions` by item; `levels` None: every opinion may decide."""

    results: Mapping[str, RuleResult]
    opinions: Mapping[str, Opinion]
    levels: Levels | None = None

    def answer(self, rule: str) -> Answer:
        result = self.results.get(rule)
        return result.answer if result else Answer.CANNOT_JUDGE

    def counted(self, move: Move) -> Answer | int:
        """The answer of a move's rule; of one that counts `each` hit, how often it hit."""
        answer = self.answer(move.rule)
        return self.times(move.rule) if move.each and answer is Answer.HIT else answer

    def why_open(self, rule: str) -> Reason:
        result = self.results.get(rule)
        return result.reason if result and result.reason else Reason("scoring.rule_not_asked", {"rule": rule})

    def thought(self, item: Item) -> Thought:
        opinion = self.opinions.get(item.id)
        return thought_of(item, opinion, self.levels) if opinion else NO_THOUGHT

    def times(self, rule: str) -> int:
        """How often a rule hit: once a turn, and once for each piece of evidence that is not words."""
        evidence = self.results[rule].evidence
        said = {one.turn for one in evidence if one.turn is not None}
        return len(said) + sum(one.turn is None for one in evidence)
