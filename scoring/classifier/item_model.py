"""The probability of an error in one item of one scorecard."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from models.reason import Reason
from scoring.classifier.bands import Band
from scoring.classifier.reading import FEATURES, Reading
from scoring.classifier.turn_model import Floats

HELD = 2.0
"""How strongly weights are held to the cold start's, in judged calls."""
CONSTANT_HELD = 0.2
"""The constant much less: how frequent errors are is what the starter knows least."""


@dataclass(frozen=True, slots=True)
class ItemModel:
    """`weights` are those of FEATURES and a constant; at a cold start they are `cold_weights`.

    `calls` people judged, `errors` of them with an error; `cold` is why it still judges by its signs alone.
    """

    band: Band
    weights: Floats
    calls: int = 0
    errors: int = 0
    cold: Reason | None = None

    def probability(self, reading: Reading) -> float:
        """Of an error, calibrated."""
        return float(expit(self.weighed(reading).sum()))

    def weighed(self, reading: Reading) -> Floats:
        """What each of FEATURES, and the constant, adds to the log-odds."""
        return np.append(reading.values, np.float32(1.0)) * self.weights


@dataclass(frozen=True, slots=True)
class Judged:
    """A call people judged: `error` is the weighted share of them that found one, `weight` how much they count."""

    reading: Reading
    error: float
    weight: float


def cold_weights() -> Floats:
    """The log-odds of the item's signs as they are."""
    weights = np.zeros(len(FEATURES) + 1, np.float32)
    weights[FEATURES.index("cold")] = 1.0
    return weights


def fit_item(judged: Sequence[Judged]) -> Floats:
    """A logistic regression held to the cold start: what a few verdicts do not say remains as it was.

    Disagreement between inspectors is not hidden: a call that one of two found wrong is half an error.
    """
    values = np.array([np.append(one.reading.values, 1.0) for one in judged], np.float64)
    error = np.array([one.error for one in judged])
    weight = np.array([one.weight for one in judged])
    weight /= weight.mean()
    prior = cold_weights().astype(np.float64)
    held = np.append(np.full(len(FEATURES), HELD), CONSTANT_HELD)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        log_odds, away = values @ weights, weights - prior
        value = np.sum(weight * (np.logaddexp(0, log_odds) - error * log_odds)) + np.sum(held * away**2) / 2
        return float(value), values.T @ (weight * (expit(log_odds) - error)) + held * away

    found = minimize(loss, prior, jac=True, method="L-BFGS-B")
    return np.asarray(found.x, np.float32)
