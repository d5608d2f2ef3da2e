"""How good a classifier trained so would be on calls it has not seen: cross-validation by call."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.finding import Answer
from models.learning import LabelledCall
from scoring.classifier.classifier import Classifier, opinions
from scoring.classifier.metrics import (
    Guesses,
    ItemMetrics,
    Measure,
    draws_of,
    insufficient,
    interval,
    item_metrics,
)
from scoring.classifier.training import ENOUGH, train
from scoring.classifier.turn_training import folds_of
from scoring.classifier.verdict_turns import verdicts_of
from scoring.scorecard import Scorecard
from scoring.starter.corpus import Corpus

Verdict = Literal["better", "same", "worse", "insufficient"]
Key = tuple[str, str]
"""Scorecard's name and item's id."""
ALARM = 0.05
"""Chance of one false alarm among all items together, that one of them became worse (Bonferroni)."""


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """`items` by card and item; `brier` is the mean of all judged items of all calls."""

    folds: int
    calls: int
    items: Mapping[Key, ItemMetrics]
    brier: Measure


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both on the same calls and folds. `difference` of Brier scores, below 0 where the new one is better.

    `verdict` is of all items together, and worse also where a single item is worse beyond doubt.
    """

    new: CrossValidation
    current: CrossValidation
    difference: Measure
    items: Mapping[Key, Measure]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Guess:
    """Of one item of the call at `call`."""

    call: int
    key: Key
    probability: float
    answer: Answer
    error: bool

    @property
    def brier(self) -> float:
        return (self.probability - self.error) ** 2


Trainer = Callable[[Sequence[LabelledCall]], Classifier]


def cross_validate(
    calls: Sequence[LabelledCall],
    cards: Mapping[str, Scorecard],
    starter: Corpus,
    *,
    folds: int = 5,
    seed: int = 0,
) -> CrossValidation:
    """Trained on four fifths of the calls, asked about the rest, five times; never by turn."""

    def trainer(known: Sequence[LabelledCall]) -> Classifier:
        return train(starter, known, cards, version="cross-validation", seed=seed)

    return _summary(_guesses(calls, cards, trainer, folds, seed), len(calls), folds, seed)


def compare(
    calls: Sequence[LabelledCall],
    cards: Mapping[str, Scorecard],
    starter: Corpus,
    current: Classifier,
    *,
    folds: int = 5,
    seed: int = 0,
) -> Comparison:
    """What would be trained from `calls` beside the classifier in use.

    The one in use is trained anew in each fold from the calls it had learned from that are not asked about there:
    nobody is asked about calls they know. One that learned from none of them is asked as it is.
    """
    learned = set(current.calls)

    def new(known: Sequence[LabelledCall]) -> Classifier:
        return train(starter, known, cards, version="new", costs=current.costs, seed=seed)

    def old(known: Sequence[LabelledCall]) -> Classifier:
        if learned.isdisjoint(call.call_id for call in calls):
            return current
        own = [call for call in known if call.call_id in learned]
        return train(starter, own, cards, version="current", costs=current.costs, seed=seed)

    both = [_guesses(calls, cards, trainer, folds, seed) for trainer in (new, old)]
    asked = {(one.call, one.key) for one in both[0]} & {(one.call, one.key) for one in both[1]}
    fresh, used = ([one for one in guesses if (one.call, one.key) in asked] for guesses in both)
    difference = _difference(fresh, used, seed)
    keys = sorted({one.key for one in fresh})
    alarm = ALARM / max(len(keys), 1)
    of_items = {
        key: _difference([one for one in fresh if one.key == key], [one for one in used if one.key == key], seed, alarm)
        for key in keys
    }
    return Comparison(
        new=_summary(both[0], len(calls), folds, seed),
        current=_summary(both[1], len(calls), folds, seed),
        difference=difference,
        items=of_items,
        verdict=_verdict(difference, tuple(of_items.values())),
    )


def _guesses(
    calls: Sequence[LabelledCall], cards: Mapping[str, Scorecard], trainer: Trainer, folds: int, seed: int
) -> list[_Guess]:
    """In the order of calls and items."""
    fold = folds_of([call.call_id for call in calls], seed, folds)
    found: list[_Guess] = []
    for number in np.unique(fold).tolist():
        classifier = trainer([call for call, own in zip(calls, fold, strict=True) if own != number])
        for index in np.flatnonzero(fold == number).tolist():
            found.extend(_asked(classifier, cards, calls[index], index))
    return sorted(found, key=lambda one: (one.call, one.key))


def _asked(classifier: Classifier, cards: Mapping[str, Scorecard], call: LabelledCall, index: int) -> list[_Guess]:
    card, verdicts = cards.get(call.card), verdicts_of(call)
    if card is None:
        return []
    return [
        _Guess(index, (card.name, one.item), one.probability, one.answer, verdicts[one.item].found)
        for one in opinions(classifier, card, call.transcript, call.results)
        if one.item in verdicts
    ]


def _summary(guesses: Sequence[_Guess], calls: int, folds: int, seed: int) -> CrossValidation:
    items = {key: item_metrics(*key, _of_item(guesses, key), seed) for key in sorted({one.key for one in guesses})}
    return CrossValidation(folds, calls, items, _mean([(one.call, one.brier) for one in guesses], seed))


def _of_item(guesses: Sequence[_Guess], key: Key) -> Guesses:
    own = [one for one in guesses if one.key == key]
    return Guesses(
        np.array([one.probability for one in own]),
        tuple(one.answer for one in own),
        np.array([one.error for one in own], bool),
    )


def _difference(fresh: Sequence[_Guess], used: Sequence[_Guess], seed: int, outside: float = ALARM) -> Measure:
    pairs = zip(fresh, used, strict=True)
    return _mean([(new.call, new.brier - old.brier) for new, old in pairs], seed, outside)


def _mean(values: Sequence[tuple[int, float]], seed: int, outside: float = ALARM) -> Measure:
    """The mean of values by call, with its interval over calls: values of one call are no independent ones."""
    of_call: dict[int, list[float]] = {}
    for call, value in values:
        of_call.setdefault(call, []).append(value)
    if len(of_call) < ENOUGH:
        return insufficient(len(of_call), ENOUGH)
    sums = np.array([(len(own), sum(own)) for own in of_call.values()])
    drawn = draws_of(len(sums), seed) @ sums
    return interval(drawn[:, 1] / drawn[:, 0], outside)


def _verdict(difference: Measure, items: Sequence[Measure]) -> Verdict:
    if difference.low is None or difference.high is None:
        return "insufficient"
    if difference.low > 0 or any(one.low is not None and one.low > 0 for one in items):
        return "worse"
    return "better" if difference.high < 0 else "same"
