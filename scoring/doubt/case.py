"""A scored call as doubt sees it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.finding import Opinion
from models.reason import Fact, Reason
from models.score import ItemScore, Scored
from models.transcript import Transcript
from scoring.card_item import Item
from scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside the call itself; what nobody knows raises no doubt.

    `rule_days`: days since a rule of the pack came into use as it is now, and `model_days` since the classifier did.
    Of the classifier: `familiarity` of each turn (0–1), `probabilities` of turns × labels (`scoring.starter.labels`),
    and the customer's `satisfaction` with the call: expected rating (−2 to 2) and the probability of dissatisfaction.
    """

    rule_days: Mapping[str, float] = field(default_factory=dict)
    model_days: float | None = None
    familiarity: NDArray[np.float32] | None = None
    probabilities: NDArray[np.float32] | None = None
    satisfaction: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Doubted:
    """`opinions` as the classifier gave them, before doubtful ones were withheld."""

    scored: Scored
    card: Scorecard
    opinions: tuple[Opinion, ...]
    transcript: Transcript
    facts: Facts = field(default_factory=Facts)

    def items(self) -> Iterator[tuple[Item, ItemScore, Opinion | None]]:
        """Each item as it is written, as it was scored, and what the classifier thought of it."""
        written = {item.id: item for item in self.card.items}
        thought = {opinion.item: opinion for opinion in self.opinions}
        for section in self.scored.pre_score.sections:
            for score in section.items:
                yield written[score.id], score, thought.get(score.id)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to doubt (`scoring.doubt_<code>`); `stake` and `learnt` 0–1, `item` "" for the call as a whole."""

    code: str
    stake: float
    learnt: float
    facts: Mapping[str, Fact] = field(default_factory=dict)
    item: str = ""

    @property
    def value(self) -> float:
        return self.stake * self.learnt

    def reason(self, value: float) -> Reason:
        """As it is stored, with the call's `value` in percent: the queue's order goes by it."""
        return Reason(f"scoring.doubt_{self.code}", {**self.facts, "value": round(100 * value)})


def greatest(doubts: Iterable[Doubt]) -> Doubt | None:
    """The one that matters most; the first of equals."""
    return max(doubts, key=lambda doubt: doubt.value, default=None)
