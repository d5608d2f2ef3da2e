"""A trained classifier, and its opinions of a call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.finding import Answer, Evidence, Opinion, RuleResult
from models.reason import Reason
from models.transcript import ANNOUNCEMENT, Role, Transcript, Turn
from scoring.card_item import Item
from scoring.classifier.bands import Costs, band
from scoring.classifier.item_model import ItemModel, cold_weights
from scoring.classifier.reading import HeardCall, Reading, read
from scoring.classifier.satisfaction import Satisfaction
from scoring.classifier.signs import CallSigns
from scoring.classifier.turn_model import Floats, TurnModel
from scoring.scorecard import Scorecard

SHOWN = 3
"""Turns given as evidence."""
DROVE = 0.25
"""A turn less probable than that, or than half of the most probable one, drove nothing."""
LEAST_TURNS = 2
"""Of somebody who may be the agent: who said less cannot be judged."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """`items` by scorecard's name and item's id: those that were trained from verdicts, and those that had too few.

    `calls` are the ids of the judged calls it learned from; `corpus` the sha256 of the starter corpus.
    """

    version: str
    turn: TurnModel
    signs: CallSigns
    items: Mapping[tuple[str, str], ItemModel] = field(default_factory=dict)
    satisfaction: Satisfaction | None = None
    costs: Costs = field(default_factory=Costs)
    calls: tuple[int, ...] = ()
    corpus: str = ""

    def model_of(self, card: str, item: Item) -> ItemModel | None:
        """The item's model, at a cold start where there is none; None where it has no signs to start from either."""
        model = self.items.get((card, item.id))
        if model is not None and (item.signs or model.cold is None):
            return model
        return ItemModel(band(self.costs, item.item_class), cold_weights()) if item.signs else None


def opinions(
    classifier: Classifier, card: Scorecard, transcript: Transcript, results: Sequence[RuleResult]
) -> tuple[Opinion, ...]:
    """Of each item that declares `signs` or was trained from verdicts, in the card's order; none costs nothing."""
    return tuple(
        _opinion(item, model, reading, transcript)
        for item, model, reading in readings(classifier, card, transcript, results)
    )


def readings(
    classifier: Classifier, card: Scorecard, transcript: Transcript, results: Sequence[RuleResult]
) -> Iterator[tuple[Item, ItemModel, Reading]]:
    """What the classifier reads of each item it has an opinion of; the call's turns are read once."""
    asked = [(item, model) for item in card.items if (model := classifier.model_of(card.name, item)) is not None]
    if asked:
        call = heard_call(classifier, transcript)
        for item, model in asked:
            yield item, model, read(item, call, results)


def heard_call(classifier: Classifier, transcript: Transcript) -> HeardCall:
    return HeardCall.of(transcript, classifier.turn.probabilities(transcript.turns), classifier.signs)


def _opinion(item: Item, model: ItemModel, reading: Reading, transcript: Transcript) -> Opinion:
    probability = round(model.probability(reading), 4)
    if not _is_heard(transcript):
        return Opinion(item.id, probability, Answer.CANNOT_JUDGE, (), Reason("scoring.model_heard_nobody"))
    if probability < model.band.low:
        return Opinion(item.id, probability, Answer.CLEAN)
    evidence = tuple(_evidence(index, transcript.turns[index]) for index in drove(reading.turns))
    if probability >= model.band.high:
        return Opinion(item.id, probability, Answer.HIT, evidence)
    unsure = Reason("scoring.model_unsure", {"percent": round(100 * probability)})
    return Opinion(item.id, probability, Answer.CANNOT_JUDGE, evidence, unsure)


def drove(turns: Floats) -> list[int]:
    """The turns that drove it, in their order in the call."""
    least = max(DROVE, turns.max(initial=0.0) / 2)
    strongest = np.argsort(-turns, kind="stable")[:SHOWN]
    return sorted(int(index) for index in strongest if turns[index] >= least)


def _evidence(index: int, turn: Turn) -> Evidence:
    return Evidence(turn.start, turn.end, turn.role, index, turn.text, (0, len(turn.text)), turn.confidence)


def _is_heard(transcript: Transcript) -> bool:
    possible = (turn for turn in transcript.turns if turn.role is not Role.CUSTOMER and ANNOUNCEMENT not in turn.flags)
    return sum(bool(turn.text.strip()) for turn in possible) >= LEAST_TURNS
