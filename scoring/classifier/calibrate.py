"""Scores as probabilities."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit


def platt(scores: NDArray[np.floating], truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and constant of the log-odds of a score (Platt 1999; his targets keep few cases from being certain).

    The slope is never below 0: a score that misleads says nothing.
    """
    positives, negatives = int(truth.sum()), int((~truth).sum())
    targets = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        log_odds = parameters[0] * scores + parameters[1]
        wrong = expit(log_odds) - targets
        value = np.sum(np.logaddexp(0, log_odds) - targets * log_odds)
        return float(value), np.array([np.sum(wrong * scores), np.sum(wrong)])

    start = np.array([1.0, np.log((positives + 1) / (negatives + 1))])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(0, None), (None, None)])
    return float(found.x[0]), float(found.x[1])
