"""How well the machine tells dissatisfied customers, on dialogues that people rated, beside what readers can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import bootstrap, spearmanr
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from models.errors import BadInput
from pipeline.learning.rated_file import RATINGS, Rated
from scoring.classifier.metrics import draws_of, ece
from scoring.classifier.satisfaction import BAD, RatedDialogue
from scoring.classifier.satisfaction_training import FOLDS, train_satisfaction

ENOUGH = 10
"""Dissatisfied dialogues, and others, below which nothing is said."""
STARTER_COUNTS = 0.3
"""A dialogue of the starter beside one that many people rated."""
RESAMPLES = 400

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval, by bootstrap over dialogues (percentiles; Efron 1979)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Telling:
    """How well one of them tells: `auc` dissatisfied ones from the rest, `rho` the mean ratings' order (Spearman's).

    The machine tells them by its probabilities, and orders them by its ratings; readers do both by their ratings.

    `ece` is the calibration error of the probabilities (`scoring.classifier.metrics`), which readers do not give.
    """

    who: str
    auc: Interval
    rho: Interval
    ece: Interval | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """A dialogue the machine rated most wrongly, by cross-validation or with the model of another file."""

    id: str
    rating: float
    predicted: float
    turns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    dialogues: int
    dissatisfied: int
    told: tuple[Telling, ...]
    misses: tuple[Miss, ...]


@dataclass(frozen=True, slots=True)
class _Predicted:
    rating: Numbers
    bad: Numbers


def evaluate_dialogues(
    rated: Sequence[Rated],
    starter: Sequence[RatedDialogue],
    trained_on: Sequence[Rated] = (),
    *,
    misses: int = 20,
    seed: int = 0,
) -> Evaluation:
    """The starter alone, trained on real dialogues, and both; and readers beside them where the file has votes.

    Real dialogues are those of `trained_on`, or, where there are none, of the other folds of `rated` itself.

    Raises:
        BadInput: too few dialogues of one kind to say anything.
    """
    ratings = np.array([one.dialogue.rating for one in rated])
    many = int((ratings <= BAD).sum())
    if min(many, len(rated) - many) < ENOUGH:
        raise BadInput("pipeline.rated_too_few", dissatisfied=many, rest=len(rated) - many, needed=ENOUGH)
    weak = [replace(dialogue, weight=STARTER_COUNTS * dialogue.weight) for dialogue in starter]
    own = [one.dialogue for one in rated]
    real = [one.dialogue for one in trained_on]
    said = {"starter": _predicted(starter, own)}
    if real:
        said |= {"trained": _predicted(real, own), "trained_both": _predicted([*real, *weak], own)}
    else:
        said |= {"folds": _by_folds(own, (), seed), "folds_both": _by_folds(own, weak, seed)}
    told = [_telling(who, predicted, ratings, seed) for who, predicted in said.items()]
    judged = said["trained" if real else "folds"]
    return Evaluation(len(rated), many, (*told, *_readers(rated, seed)), _misses(rated, judged.rating, misses))


def _predicted(train: Sequence[RatedDialogue], test: Sequence[RatedDialogue]) -> _Predicted:
    model = train_satisfaction(train)
    moods = [model.of(dialogue.turns) for dialogue in test]
    return _Predicted(np.array([mood.rating for mood in moods]), np.array([mood.bad for mood in moods]))


def _by_folds(dialogues: Sequence[RatedDialogue], always: Sequence[RatedDialogue], seed: int) -> _Predicted:
    whole = _Predicted(np.zeros(len(dialogues)), np.zeros(len(dialogues)))
    for train, test in KFold(FOLDS, shuffle=True, random_state=seed).split(np.arange(len(dialogues))):
        part = _predicted([*(dialogues[one] for one in train), *always], [dialogues[one] for one in test])
        whole.rating[test], whole.bad[test] = part.rating, part.bad
    return whole


def _telling(who: str, predicted: _Predicted, ratings: Numbers, seed: int) -> Telling:
    order = _order(-predicted.bad, predicted.rating, ratings, seed)
    return Telling(who, *order, _calibration(predicted.bad, ratings <= BAD, seed))


def _order(content: Numbers, rating: Numbers, ratings: Numbers, seed: int) -> tuple[Interval, Interval]:
    return _interval(_auc, (content, ratings), seed), _interval(_rho, (rating, ratings), seed)


def _auc(content: Numbers, ratings: Numbers) -> float:
    return float(roc_auc_score(ratings <= BAD, -content))


def _rho(said: Numbers, ratings: Numbers) -> float:
    return float(spearmanr(said, ratings).statistic)


def _calibration(probabilities: Numbers, truth: NDArray[np.bool_], seed: int) -> Interval:
    found = ece(probabilities, truth, draws_of(len(truth), seed))
    value, low, high = (float(figure) for figure in (found[0], *np.quantile(found[1:], (0.025, 0.975))))
    return Interval(value, min(low, value), max(high, value))


def _interval(figure: Callable[..., float], of: tuple[NDArray[np.generic], ...], seed: int) -> Interval:
    drawn = bootstrap(
        of, figure, n_resamples=RESAMPLES, paired=True, vectorized=False, method="percentile", rng=seed
    ).confidence_interval
    return Interval(figure(*of), float(drawn.low), float(drawn.high))


def _readers(rated: Sequence[Rated], seed: int) -> list[Telling]:
    """One reader against the mean of all the others, and half of them against the other half; drawn by chance."""
    votes = np.array([one.votes for one in rated if len(one.votes)], np.int64)
    if len(votes) < len(rated) or (votes.sum(axis=1) < len(RATINGS)).any():
        return []
    random = np.random.default_rng(seed)
    told = []
    for who, some in (("one_reader", np.ones(len(votes), np.int64)), ("half_the_readers", votes.sum(axis=1) // 2)):
        drawn = np.array([random.multivariate_hypergeometric(row, one) for row, one in zip(votes, some, strict=True)])
        said, truth = _means(drawn), _means(votes - drawn)
        told.append(Telling(who, *_order(said, said, truth, seed)))
    return told


def _means(votes: NDArray[np.int64]) -> Numbers:
    means: Numbers = votes @ np.array(RATINGS, np.float64) / votes.sum(axis=1)
    return means


def _misses(rated: Sequence[Rated], predicted: Numbers, many: int) -> tuple[Miss, ...]:
    wrong = np.argsort([-abs(one.dialogue.rating - said) for one, said in zip(rated, predicted, strict=True)])
    return tuple(
        Miss(
            rated[index].id,
            rated[index].dialogue.rating,
            float(predicted[index]),
            tuple((turn.role.value, turn.text) for turn in rated[index].dialogue.turns),
        )
        for index in wrong[:many].tolist()
    )
