"""Why the classifier thinks so: which turns, which labels, which words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from models.finding import RuleResult
from models.transcript import Transcript, Turn
from scoring.card_item import Item
from scoring.classifier.bands import Band
from scoring.classifier.classifier import Classifier, drove, heard_call, readings
from scoring.classifier.features import grams
from scoring.classifier.item_model import ItemModel
from scoring.classifier.reading import FEATURES, Reading
from scoring.classifier.turn_model import BEFORE, Floats, Sayings, TurnModel, label_roles, sayings
from scoring.scorecard import Scorecard
from scoring.starter.labels import label_ids
from scoring.starter.signs import MISSING, sign_ids

WORDS = 6
"""Words named of each turn."""
SPEAKS = 0.05
"""Log-odds below which a word says nothing."""


@dataclass(frozen=True, slots=True)
class Spoke:
    """A word of a turn; `weight` in log-odds: above 0 it spoke for the label, below 0 against.

    `start`, `end` are its characters in the turn that said it: the turn itself, or the one before where `before`.
    """

    text: str
    weight: float
    start: int
    end: int
    before: bool = False


@dataclass(frozen=True, slots=True)
class TurnReason:
    """A label of a turn: how probable, and the words for and against it, the strongest first."""

    turn: int
    label: str
    probability: float
    spoke: tuple[Spoke, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A feature of the whole call (`reading.FEATURES`) that a model trained from verdicts weighed, in log-odds."""

    feature: str
    value: float
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """`labels`: the probability that the call has each sign of the item. `weighed` is empty at a cold start."""

    item: str
    probability: float
    band: Band
    labels: tuple[tuple[str, float], ...]
    turns: tuple[TurnReason, ...]
    weighed: tuple[Weighed, ...]


def explain(
    classifier: Classifier,
    card: Scorecard,
    transcript: Transcript,
    results: Sequence[RuleResult],
    *,
    words: Sequence[str] = (),
) -> tuple[Explanation, ...]:
    """One for each opinion, in the same order. `words` are the user dictionary: a pack's phrases, cut as one word."""
    asked = list(readings(classifier, card, transcript, results))
    if not asked:
        return ()
    call = heard_call(classifier, transcript)
    speaker = _Speaker(classifier.turn, transcript.turns, sayings(transcript.turns), _cutter(tuple(words)))
    anywhere = dict(zip(sign_ids(), (1 / (1 + np.exp(-call.signs))).tolist(), strict=True))
    return tuple(
        Explanation(
            item.id,
            round(model.probability(reading), 4),
            model.band,
            tuple((sign, round(anywhere[sign], 4)) for sign in item.signs),
            tuple(_turns(speaker, item, reading, call.turns)),
            _weighed(model, reading),
        )
        for item, model, reading in asked
    )


def _turns(speaker: "_Speaker", item: Item, reading: Reading, probabilities: Floats) -> Iterator[TurnReason]:
    columns = [sign_ids().index(sign) for sign in item.signs]
    for index in drove(reading.turns):
        best = int(probabilities[index, columns].argmax())
        sign = item.signs[best]
        label = MISSING[sign].after if sign in MISSING else sign
        probability = round(float(probabilities[index, columns[best]]), 4)
        yield TurnReason(index, sign, probability, speaker.spoke(index, label))


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Which words of a call's turns spoke for a label."""

    model: TurnModel
    turns: Sequence[Turn]
    said: Sayings
    cutter: Any

    def spoke(self, index: int, label: str) -> tuple[Spoke, ...]:
        column = label_ids().index(label)
        role = int(label_roles()[column])
        saying = int(np.flatnonzero((self.said.turn == index) & (self.said.role == role))[0])
        words = list(self._words(column, saying, before=False))
        if self.said.before[saying] >= 0:
            words += self._words(column, int(self.said.before[saying]), before=True)
        words.sort(key=lambda one: -abs(one.weight))
        return tuple(one for one in words[:WORDS] if abs(one.weight) >= SPEAKS)

    def _words(self, column: int, saying: int, *, before: bool) -> Iterator[Spoke]:
        """What each word adds to the label's log-odds: a gram's weight is shared by its characters."""
        text = self.turns[self.said.turn[saying]].text
        found = grams([text])
        weights = self.model.of_grams(found, int(self.said.role[saying]))
        norm = float(np.sqrt(max(weights[:, -1 if before else -2].sum(), 1e-6)))
        shares = (BEFORE if before else 1.0) * weights[:, column] / norm * self.model.platt[column, 0]
        begin, end = np.maximum(found.begin, 0), np.minimum(found.end, len(text))
        each = shares / np.maximum(end - begin, 1)
        steps = np.bincount(begin, each, minlength=len(text) + 1) - np.bincount(end, each, minlength=len(text) + 1)
        characters = steps.cumsum()
        for word, start, stop in self.cutter.tokenize(text, HMM=False):
            yield Spoke(word, round(float(characters[start:stop].sum()), 3), start, stop, before)


def _weighed(model: ItemModel, reading: Reading) -> tuple[Weighed, ...]:
    if model.cold is not None or not model.calls:
        return ()
    added = model.weighed(reading)[:-1]
    strongest = np.argsort(-np.abs(added), kind="stable")[:WORDS]
    return tuple(
        Weighed(FEATURES[at], round(float(reading.values[at]), 3), round(float(added[at]), 3))
        for at in strongest.tolist()
        if abs(added[at]) >= SPEAKS
    )


@lru_cache(maxsize=4)
def _cutter(words: tuple[str, ...]) -> Any:
    """Jieba with a dictionary of its own; reading it takes a second, once."""
    import jieba  # noqa: PLC0415 - heavy: only where something is explained

    jieba.setLogLevel("ERROR")
    cutter = jieba.Tokenizer()
    for word in words:
        cutter.add_word(word)
    return cutter
