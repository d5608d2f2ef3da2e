"""A classifier from the starter corpus and people's verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from models.learning import LabelledCall
from models.reason import Reason
from scoring.card_item import Item
from scoring.classifier.bands import Costs, band
from scoring.classifier.call_training import fit_signs
from scoring.classifier.classifier import Classifier, heard_call
from scoring.classifier.item_model import ItemModel, Judged, cold_weights, fit_item
from scoring.classifier.reading import HeardCall, read
from scoring.classifier.satisfaction import Satisfaction
from scoring.classifier.satisfaction_training import train_satisfaction
from scoring.classifier.turn_training import Example, examples_of, fit_again, fit_turns
from scoring.classifier.verdict_turns import Verdict, examples_from, verdicts_of
from scoring.scorecard import Scorecard
from scoring.starter.corpus import Corpus
from scoring.starter.rated import rated_dialogues

ENOUGH = 30
"""Judged calls an item needs before it is trained from them."""
ENOUGH_OF_EACH = 8
"""Of them with an error, and without one."""


def train(
    starter: Corpus,
    calls: Sequence[LabelledCall],
    cards: Mapping[str, Scorecard],
    *,
    version: str,
    costs: Costs | None = None,
    satisfaction: Satisfaction | None = None,
    seed: int = 0,
) -> Classifier:
    """Verdicts count more than the starter. An item with too few of them keeps its cold start: `ItemModel.cold`.

    They teach twice: what turns are (`verdict_turns`), and what calls mean for an item (`fit_item`). `satisfaction` is
    the starter's unless one is given.
    """
    examples, first = from_starter(starter, seed)
    first = replace(first, version=version, costs=costs or Costs(), satisfaction=satisfaction or first.satisfaction)
    learnt = examples_from(first.turn, calls, cards)
    taught = _taught(first, [*examples, *learnt], seed) if learnt else first
    heard = _heard(first, calls, examples, learnt, seed)
    items = _items(taught, list(zip(calls, heard, strict=True)), cards)
    return replace(taught, items=items, calls=tuple(sorted({call.call_id for call in calls})))


@lru_cache(maxsize=2)
def from_starter(starter: Corpus, seed: int = 0) -> tuple[tuple[Example, ...], Classifier]:
    """The corpus as examples, and the classifier of day one; kept, since cross-validation asks for it in every fold."""
    examples = tuple(examples_of(starter))
    fitted = fit_turns(examples, seed)
    signs = fit_signs(examples, fitted, seed)
    satisfaction = train_satisfaction(rated_dialogues(starter), seed) if starter.dialogues else None
    return examples, Classifier("starter", fitted.model, signs, satisfaction=satisfaction, corpus=starter.sha256)


def _taught(first: Classifier, examples: Sequence[Example], seed: int) -> Classifier:
    return replace(first, turn=fit_again(examples, first.turn, seed))


def _heard(
    first: Classifier,
    calls: Sequence[LabelledCall],
    examples: Sequence[Example],
    learnt: Sequence[Example],
    seed: int,
) -> list[HeardCall]:
    """Each call as turns models hear it that were not taught by its own verdicts: two, each taught by half the calls.

    What a turn model says of calls it has learnt by heart would make items trust it too much.
    """
    halves = {0: first, 1: first}
    if learnt:
        halves = {
            half: _taught(first, [*examples, *(e for e in learnt if e.group % 2 != half)], seed) for half in (0, 1)
        }
    return [heard_call(halves[-number % 2], call.transcript) for number, call in enumerate(calls, start=1)]


def _items(
    classifier: Classifier, calls: Sequence[tuple[LabelledCall, HeardCall]], cards: Mapping[str, Scorecard]
) -> dict[tuple[str, str], ItemModel]:
    """A model for each item that has signs or verdicts."""
    items: dict[tuple[str, str], ItemModel] = {}
    for name, card in cards.items():
        judged = [(call, heard, verdicts_of(call)) for call, heard in calls if call.card == name]
        for item in card.items:
            own = [(call, heard, verdicts[item.id]) for call, heard, verdicts in judged if item.id in verdicts]
            if own or item.signs:
                items[name, item.id] = _item(classifier, item, own)
    return items


def _item(classifier: Classifier, item: Item, judged: Sequence[tuple[LabelledCall, HeardCall, Verdict]]) -> ItemModel:
    errors = sum(verdict.found for _, _, verdict in judged)
    own_band = band(classifier.costs, item.item_class)
    few = too_few(len(judged), errors)
    if few is not None:
        return ItemModel(own_band, cold_weights(), len(judged), errors, few)
    weights = fit_item(
        [Judged(read(item, heard, call.results), verdict.error, verdict.weight) for call, heard, verdict in judged]
    )
    return ItemModel(own_band, weights, len(judged), errors)


def too_few(calls: int, errors: int) -> Reason | None:
    """Why so many judged calls are not enough to learn an item from; None where they are."""
    if calls < ENOUGH:
        return Reason("scoring.few_verdicts", {"calls": calls, "needed": ENOUGH})
    if errors < ENOUGH_OF_EACH:
        return Reason("scoring.few_errors", {"errors": errors, "needed": ENOUGH_OF_EACH, "calls": calls})
    if calls - errors < ENOUGH_OF_EACH:
        return Reason("scoring.few_clean", {"clean": calls - errors, "needed": ENOUGH_OF_EACH, "calls": calls})
    return None
