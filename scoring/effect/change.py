"""How much better the trained got than comparable others did: an analysis of covariance of agents' error rates.

Who is picked for many errors makes fewer the next month without any training: part of what made them stand out was
chance (regression to the mean). Before and after alone would praise every training. So the rate after is predicted
from the rate before, as it was among those who were not trained, and the effect is what is left:

    effect = rate after - (level + slope * rate before)

Only the part `slope` of a difference that stood before would have stood after by itself; with a slope of 1 this is
the plain difference in differences. See A. G. Barnett, J. C. van der Pols, A. J. Dobson, "Regression to the mean: what
it is and how to deal with it", Int. J. Epidemiology 34(1), 2005; and for a line learnt from the others alone,
A. Abadie, G. W. Imbens, "Bias-corrected matching estimators for average treatment effects", J. Business & Economic
Statistics 29(1), 2011.

An agent's calls are alike, so the agent is the unit (A. Donner, N. Klar, "Design and Analysis of Cluster Randomization
Trials in Health Research", 2000, ch. 6): one rate for each, weighted by its calls, and the spread of agents around the
line, never less than what chance alone gives, makes the interval, by Student's t. This also holds for one single
trained agent: how far a person's rate moves by itself is learnt from the others (T. G. Conley, C. R. Taber, "Inference
with Difference in Differences with a Small Number of Policy Changes", Rev. Economics and Statistics 93(1), 2011).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from scoring.effect.counts import AgentCounts

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
LEAST_CALLS = 30
"""Of the trained and of the others, before and after: 5 errors in 30 calls have an interval from 7 % to 34 %."""
LEAST_OTHERS = 5
"""Fewer do not say how far rates move by themselves."""

ROUNDS = 3
"""Of weighing anew by the rates the line predicts; they hardly move after the second."""
LOWEST = 0.25
"""Of the rate of all: whose predicted rate is lower, or below 0, is weighed as if it were this."""


@dataclass(frozen=True, slots=True)
class Change:
    """`value` in shares of calls, below 0 where errors became fewer, with its 95 % interval.

    `slope` is the part of a difference before that stood after; `agents` are those it was computed from.
    """

    value: float
    low: float
    high: float
    slope: float
    agents: int


def is_enough(trained: Sequence[AgentCounts], others: Sequence[AgentCounts]) -> bool:
    """Whether there are calls and others enough to say anything."""
    return len(_usable(others)) >= LEAST_OTHERS and has_calls(trained) and has_calls(others)


def has_calls(agents: Sequence[AgentCounts]) -> bool:
    usable = _usable(agents)
    before, after = sum(one.calls_before for one in usable), sum(one.calls_after for one in usable)
    return min(before, after) >= LEAST_CALLS


def change(trained: Sequence[AgentCounts], others: Sequence[AgentCounts]) -> Change | None:
    """What the training changed; None where there is not enough to say."""
    if not is_enough(trained, others):
        return None
    taught, rest = _usable(trained), _usable(others)
    line = _fit(rest)
    calls = _calls(taught)
    shares = calls / calls.sum()
    design = line.design(taught)
    expected = line.predict(taught)
    value = float(shares @ (_after(taught) - design @ line.fitted))
    by_chance = float((shares**2 * expected * (1 - expected) / calls).sum()) * line.spread
    mean = shares @ design
    by_line = float(mean @ line.covariance @ mean)
    reach = float(student.ppf((1 + CONFIDENCE) / 2, line.freedom)) * sqrt(by_chance + by_line)
    slope = float(line.fitted[1]) if len(line.fitted) > 1 else 0.0
    return Change(value, max(value - reach, -1.0), min(value + reach, 1.0), slope, len(taught) + len(rest))


def simple_change(agents: Sequence[AgentCounts]) -> float | None:
    """After less before of all calls together, which regression to the mean flatters. None without calls."""
    before, after = sum(one.calls_before for one in agents), sum(one.calls_after for one in agents)
    if not before or not after:
        return None
    return sum(one.errors_after for one in agents) / after - sum(one.errors_before for one in agents) / before


def _usable(agents: Sequence[AgentCounts]) -> list[AgentCounts]:
    return [one for one in agents if one.in_both]


@dataclass(frozen=True, slots=True)
class _Line:
    """Rate after by rate before; only a level where all were alike before. `common` is the rate of all after."""

    fitted: Floats
    covariance: Floats
    spread: float
    freedom: int
    common: float

    def design(self, agents: Sequence[AgentCounts]) -> Floats:
        return _design(agents, len(self.fitted))

    def predict(self, agents: Sequence[AgentCounts]) -> Floats:
        return _within(self.design(agents) @ self.fitted, self.common)


def _fit(others: Sequence[AgentCounts]) -> _Line:
    """By weighted least squares.

    A rate is weighed by its calls over the variance of a single call, p (1 - p), at the rate `p` the line predicts:
    so weighed, residuals would have the variance 1 were an agent's calls independent. Where they spread more, calls
    are alike within agents, and every variance grows with it (quasi-likelihood; P. McCullagh, J. A. Nelder,
    "Generalized Linear Models", 1989, ch. 9). Half an error is added to all, so that nobody is faultless for sure.
    """
    calls, after = _calls(others), _after(others)
    design = _design(others, 2 if len({one.before for one in others}) > 1 else 1)
    common = (sum(one.errors_after for one in others) + 0.5) / (float(calls.sum()) + 1)
    predicted = np.full(len(others), common)
    for _ in range(ROUNDS):
        weights = calls / (predicted * (1 - predicted))
        inverse = np.linalg.inv(design.T @ (weights[:, None] * design))
        fitted = inverse @ design.T @ (weights * after)
        predicted = _within(design @ fitted, common)
    freedom = len(others) - design.shape[1]
    spread = max(float((weights * (after - design @ fitted) ** 2).sum()) / freedom, 1.0)
    return _Line(fitted, inverse * spread, spread, freedom, common)


def _within(rates: Floats, common: float) -> Floats:
    return np.clip(rates, LOWEST * common, 1 - LOWEST * (1 - common))


def _design(agents: Sequence[AgentCounts], columns: int) -> Floats:
    return np.column_stack([np.ones(len(agents)), [one.before for one in agents]])[:, :columns]


def _calls(agents: Sequence[AgentCounts]) -> Floats:
    return np.array([one.calls_after for one in agents], dtype=float)


def _after(agents: Sequence[AgentCounts]) -> Floats:
    return np.array([one.after for one in agents])
