"""How often people are right, with the difficulty of what they judged taken into account."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, hstack
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression

from scoring.agreement.figure import LEAST_CASES, Figure, known, one_answer, too_few
from scoring.agreement.ratings import Floats
from scoring.wilson import NINETY_FIVE_PERCENT

Integers = NDArray[np.int64]

NOBODY = -1
"""Instead of a second person: the case is held against what was agreed."""

SPREAD = 2.0
"""Standard deviation of what people and circumstances may do, in logits, before anything is known: nearly anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Answers held against another: `right` (1 or 0) where the two are the same.

    `first` and `second` number the people, `second` is `NOBODY` where it was agreed what is right. `circumstances` are
    codes from 0 of what makes a case hard or easy (item, kind of call, a call many judged), −1 where it has none.
    `calls` says what hangs together.
    """

    right: Floats
    first: Integers
    second: Integers
    circumstances: Sequence[Integers]
    calls: Integers

    def of(self, person: int) -> "Cases":
        """Those of one person, who comes first in all of them."""
        mine = (self.first == person) | (self.second == person)
        turned = self.second[mine] == person
        first, second = self.first[mine], self.second[mine]
        return Cases(
            self.right[mine],
            np.where(turned, second, first),
            np.where(turned, first, second),
            [codes[mine] for codes in self.circumstances],
            self.calls[mine],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Difficulty:
    """A Rasch-like model: logit P(right) = constant + person(s) + circumstances.

    As in G. Rasch's model ability and difficulty are on one scale, but difficulty is that of the item, the kind of call
    and, where at least three people judged it, the call: what everybody gets wrong counts less against each. `person`
    and `circumstances` are in logits; the covariance is Huber's sandwich by calls.
    """

    constant: float
    person: Floats
    circumstances: Sequence[Floats]
    covariance: Floats
    cases: Cases

    def ease(self, cases: Cases) -> Floats:
        """In logits, of the circumstances alone, and of who the case is held against."""
        sums = np.full(len(cases.right), self.constant)
        for codes, effects in zip(cases.circumstances, self.circumstances, strict=True):
            sums += np.where(codes >= 0, np.append(effects, 0.0)[codes], 0.0)
        return np.asarray(sums + np.where(cases.second >= 0, np.append(self.person, 0.0)[cases.second], 0.0))

    def expected(self, cases: Cases, person: int) -> Floats:
        """The chance to be right in each case of the person's."""
        return np.asarray(expit(self.ease(cases) + self.person[person]))

    def adjusted(self, person: int, *, least: int = LEAST_CASES) -> Figure:
        """How often this person would be right in everybody's cases, held against colleagues of average strictness."""
        calls = len(np.unique(self.cases.of(person).calls))
        if calls < least:
            return too_few(calls, least)
        ease = self._common_ease()
        chance = expit(ease + self.person[person])
        value, slope = float(chance.mean()), chance * (1 - chance) / len(chance)
        gradient = np.zeros(len(self.covariance))
        gradient[0] = slope.sum()
        gradient[1 : 1 + len(self.person)] = slope[self.cases.second >= 0].sum() / len(self.person)
        gradient[1 + person] += slope.sum()
        place = 1 + len(self.person)
        for codes, effects in zip(self.cases.circumstances, self.circumstances, strict=True):
            there = codes >= 0
            gradient[place : place + len(effects)] = np.bincount(codes[there], slope[there], len(effects))
            place += len(effects)
        return _by_logit(value, float(np.sqrt(gradient @ self.covariance @ gradient)), calls)

    def adjusted_outsider(self, cases: Cases, *, least: int = LEAST_CASES) -> Figure:
        """The same of somebody who was not in the fit, as the machine is: people are not measured by it."""
        calls, index = np.unique(cases.calls, return_inverse=True)
        if len(calls) < least:
            return too_few(len(calls), least)
        ease, strength, steep = self.ease(cases), 0.0, 1.0
        for _ in range(50):
            chance = expit(ease + strength)
            steep = float((chance * (1 - chance)).sum()) + SPREAD**-2
            step = (float((cases.right - chance).sum()) - strength / SPREAD**2) / steep
            strength += step
            if abs(step) < 1e-9:
                break
        by_call = np.bincount(index, cases.right - expit(ease + strength))
        common = expit(self._common_ease() + strength)
        deviation = float(np.sqrt((by_call**2).sum())) / steep
        return _by_logit(float(common.mean()), float((common * (1 - common)).mean()) * deviation, len(calls))

    def _common_ease(self) -> Floats:
        """Of everybody's cases, each held against what was agreed or against an average colleague."""
        cases = self.cases
        alone = Cases(cases.right, cases.first, np.full_like(cases.second, NOBODY), cases.circumstances, cases.calls)
        return self.ease(alone) + np.where(cases.second >= 0, self.person.mean(), 0.0)


def difficulty(cases: Cases, people: int) -> Difficulty | None:
    """Fit the model; None where all cases came out alike, which says nothing about what is difficult."""
    if len(np.unique(cases.right)) < 2:
        return None
    widths = [int(codes.max(initial=-1)) + 1 for codes in cases.circumstances]
    persons = _indicators(cases.first, people) + _indicators(cases.second, people)
    parts = [persons, *(_indicators(c, w) for c, w in zip(cases.circumstances, widths, strict=True))]
    matrix = csr_array(hstack(parts))
    model = LogisticRegression(C=SPREAD**2, solver="newton-cholesky", tol=1e-8, max_iter=200)
    model.fit(matrix, cases.right)
    effects = model.coef_[0]
    starts = np.cumsum([people, *widths])
    return Difficulty(
        constant=float(model.intercept_[0]),
        person=effects[:people],
        circumstances=[effects[a:b] for a, b in pairwise(starts)],
        covariance=_sandwich(matrix, cases, model.predict_proba(matrix)[:, 1]),
        cases=cases,
    )


def _sandwich(matrix: csr_array, cases: Cases, chance: Floats) -> Floats:
    """Huber's covariance, by calls: P. J. Huber, 1967; a constant comes first."""
    whole = csr_array(hstack([csr_array(np.ones((len(chance), 1))), matrix]))
    weighted = whole.multiply((chance * (1 - chance))[:, None])
    prior = np.full(whole.shape[1], SPREAD**-2)
    prior[0] = 0.0
    steep = np.linalg.inv((whole.T @ weighted).toarray() + np.diag(prior))
    _, index = np.unique(cases.calls, return_inverse=True)
    by_call = _indicators(index, int(index.max()) + 1).T @ whole.multiply((cases.right - chance)[:, None])
    spread = (by_call.T @ by_call).toarray()
    return np.asarray(steep @ spread @ steep)


def _indicators(codes: Integers, width: int) -> csr_array:
    rows = np.flatnonzero(codes >= 0)
    return csr_array(coo_array((np.ones(len(rows)), (rows, codes[rows])), shape=(len(codes), width)))


def _by_logit(value: float, deviation: float, n: int) -> Figure:
    """The interval on the scale of logits, so that it stays within 0 and 1."""
    if not 1e-9 < value < 1 - 1e-9:
        return one_answer(n)
    reach = NINETY_FIVE_PERCENT * deviation / (value * (1 - value))
    return known(value, float(expit(logit(value) - reach)), float(expit(logit(value) + reach)), n)
