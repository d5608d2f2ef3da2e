"""How good probabilities of errors are: measures with intervals, by drawing the calls anew (bootstrap).

Each measure is written over weights, a row of them for each draw, so that all draws are done at once: scikit-learn
gives the same values (a test says so), one draw at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.finding import Answer
from models.reason import Reason
from scoring.wilson import share

Floats = NDArray[np.float64]
DRAWS = 1000
BINS = 10
LEAST = 8
"""Of what a measure is a share of, or of either kind: fewer say nothing."""
OUTSIDE = 0.05
"""Chance that the true value lies outside its interval."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A value with its 95 % interval; all None where it is `insufficient`."""

    value: float | None
    low: float | None
    high: float | None
    insufficient: Reason | None = None


@dataclass(frozen=True, slots=True)
class Bin:
    """Of a reliability diagram: calls with probabilities from `low` to `high`; `observed` is their share of errors."""

    low: float
    high: float
    n: int
    predicted: float
    observed: float


@dataclass(frozen=True, slots=True)
class ItemMetrics:
    """Of one item: calls judged, errors among them, and the measures.

    Of what the machine decides: `precision` is how many of its errors are some, `recall` how many errors it finds (one
    it abstains from is not found); `abstained` is the share of calls it leaves to people.
    """

    card: str
    item: str
    n: int
    errors: int
    abstained: Measure
    precision: Measure
    recall: Measure
    roc_auc: Measure
    pr_auc: Measure
    brier: Measure
    ece: Measure
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Guesses:
    """Of one item, by call: the probability and the answer that were given, and whether people found an error."""

    probability: Floats
    answers: tuple[Answer, ...]
    error: NDArray[np.bool_]


def item_metrics(card: str, item: str, guesses: Guesses, seed: int = 0) -> ItemMetrics:
    n, errors = len(guesses.error), int(guesses.error.sum())
    hit = np.array([answer is Answer.HIT for answer in guesses.answers], bool)
    open_ = np.array([answer is Answer.CANNOT_JUDGE for answer in guesses.answers], bool)
    right = int((hit & guesses.error).sum())
    draws = draws_of(n, seed)

    def measured(measure: "Statistic", *, of_both: bool) -> Measure:
        least = min(errors, n - errors) if of_both else n
        return _drawn(measure, guesses, draws) if least >= LEAST else insufficient(least)

    return ItemMetrics(
        card=card,
        item=item,
        n=n,
        errors=errors,
        abstained=_share(int(open_.sum()), n),
        precision=_share(right, int(hit.sum())),
        recall=_share(right, errors),
        roc_auc=measured(roc_auc, of_both=True),
        pr_auc=measured(pr_auc, of_both=True),
        brier=measured(brier, of_both=False),
        ece=measured(ece, of_both=False),
        bins=bins(guesses.probability, guesses.error),
    )


def insufficient(n: int, needed: int = LEAST) -> Measure:
    return Measure(None, None, None, Reason("scoring.few_to_measure", {"n": n, "needed": needed}))


def _share(hits: int, of: int) -> Measure:
    if of < LEAST:
        return insufficient(of)
    found = share(hits, of)
    return Measure(found.share, found.low, found.high)


def draws_of(n: int, seed: int) -> Floats:
    """Draws × calls: how often each call is in each draw; the first row is the calls as they are."""
    if n == 0:
        return np.zeros((DRAWS + 1, 0))
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=DRAWS)
    return np.vstack([np.ones(n), drawn])


def interval(values: Floats, outside: float = OUTSIDE) -> Measure:
    """Of the value as it is and those of the draws; draws in which it is undefined are left out."""
    low, high = np.nanquantile(values[1:], (outside / 2, 1 - outside / 2))
    return Measure(float(values[0]), min(float(low), float(values[0])), max(float(high), float(values[0])))


Statistic = Callable[[Floats, NDArray[np.bool_], Floats], Floats]
"""Probabilities and errors by call, draws × calls: a value for each draw, NaN where it is undefined."""


def _drawn(measure: Statistic, guesses: Guesses, draws: Floats) -> Measure:
    return interval(measure(guesses.probability, guesses.error, draws))


def roc_auc(probability: Floats, error: NDArray[np.bool_], draws: Floats) -> Floats:
    """The chance that a call with an error has the higher probability; equal ones count half."""
    wrong, clean = _by_threshold(probability, error, draws)
    below = clean.cumsum(axis=1) - clean
    pairs = wrong.sum(axis=1) * clean.sum(axis=1)
    return _ratio((wrong * (below + clean / 2)).sum(axis=1), pairs)


def pr_auc(probability: Floats, error: NDArray[np.bool_], draws: Floats) -> Floats:
    """Average precision: the mean precision at each threshold, weighted by the errors it adds."""
    wrong, clean = (part[:, ::-1] for part in _by_threshold(probability, error, draws))
    found, all_found = wrong.cumsum(axis=1), (wrong + clean).cumsum(axis=1)
    precision = np.divide(found, all_found, out=np.zeros_like(found), where=all_found > 0)
    return _ratio((precision * wrong).sum(axis=1), wrong.sum(axis=1))


def brier(probability: Floats, error: NDArray[np.bool_], draws: Floats) -> Floats:
    return _ratio(draws @ (probability - error) ** 2, draws.sum(axis=1))


def ece(probability: Floats, error: NDArray[np.bool_], draws: Floats) -> Floats:
    """Expected calibration error over ten bins of equal width (Naeini, Cooper, Hauskrecht 2015)."""
    member = np.eye(BINS)[_bin_of(probability)]
    gap = np.abs((draws * (probability - error)) @ member)
    return _ratio(gap.sum(axis=1), draws.sum(axis=1))


def bins(probability: Floats, error: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Those that have calls."""
    of_bin = _bin_of(probability)
    found = []
    for number in np.unique(of_bin).tolist():
        there = of_bin == number
        means = float(probability[there].mean()), float(error[there].mean())
        found.append(Bin(number / BINS, (number + 1) / BINS, int(there.sum()), *means))
    return tuple(found)


def _bin_of(probability: Floats) -> NDArray[np.intp]:
    return np.minimum((probability * BINS).astype(np.intp), BINS - 1)


def _by_threshold(probability: Floats, error: NDArray[np.bool_], draws: Floats) -> tuple[Floats, Floats]:
    """Draws × distinct probabilities, ascending: calls with an error, and without."""
    values, at = np.unique(probability, return_inverse=True)
    member = np.eye(len(values))[at]
    return (draws * error) @ member, (draws * ~error) @ member


def _ratio(above: Floats, below: Floats) -> Floats:
    ratio: Floats = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return ratio
