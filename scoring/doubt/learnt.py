"""How much a person's word would teach: the uncertainty of a small committee, the rules and the classifier.

The entropy of the committee's mean, in bits. It is high where each member is unsure (uncertainty sampling) and where
they are sure of opposite things (query by committee): B. Settles, Active Learning Literature Survey, 2009, sections 3.1
and 3.2.
"""

from collections.abc import Iterable, Sequence
from math import log2

from models.finding import Answer, Opinion
from models.score import ItemMove
from scoring.card_item import Item

RULES_FOUND = 0.9
RULES_CLEAN = 0.1
"""The rules' vote: they can show the words, but words are not always meant, and errors not always worded."""


def entropy(probability: float) -> float:
    """Of a yes or no, 0–1 bits."""
    inside = (one for one in (probability, 1 - probability) if one > 0)
    return -sum(one * log2(one) for one in inside)


def learnt(votes: Iterable[float]) -> float:
    """From the members' probabilities of an error; nobody's vote teaches as much as can be."""
    asked = list(votes)
    return entropy(sum(asked) / len(asked)) if asked else 1.0


def votes(item: Item, moves: Sequence[ItemMove], opinion: Opinion | None) -> list[float]:
    said = [] if opinion is None or opinion.answer is Answer.NOT_APPLICABLE else [opinion.probability]
    if any(move.lost for move in moves):
        return [*said, RULES_FOUND]
    asked = [move.answer for move, written in zip(moves, item.rules, strict=False) if written.deduct]
    return [*said, RULES_CLEAN] if asked and all(answer is Answer.CLEAN for answer in asked) else said
