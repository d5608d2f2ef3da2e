"""Calls of a period added up: how many, the machine's score of all of them, critical errors, what customers said."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import reduce
from math import sqrt

from models.facts import CRITICAL_BITS
from scoring.sampling.interval import t_reach
from scoring.wilson import Share, share
from storage.reports.figures import CallSum


@dataclass(frozen=True, slots=True)
class Mean:
    """Of `n` values; None where there are none, `deviation` and the 95 % interval (`low`, `high`) where there is one.

    The interval says how far chance may have moved the mean of so many calls, not how well they were scored.
    """

    n: int
    value: float | None
    deviation: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """`fatal` and `critical` (by class) are shares of the calls, with Wilson's interval (`scoring.wilson.Share`)."""

    calls: int
    mean: Mean
    fatal: Share
    critical: Mapping[str, Share]


@dataclass(frozen=True, slots=True)
class Totals:
    """`hours` of sound, of the calls whose length is known (`timed`).

    `machine` is the machine's pre-score of every call, `coverage` the mean share of points it could judge. `reviewed`
    are only the calls with a published result: picked by risk, so their mean is no estimate of quality
    (`pipeline.reports.quality` has that); shown as what was found. `satisfaction` is the mean of the ratings customers
    gave, `satisfied` the share of at least `models.facts.LEAST_SATISFIED`; both, and `transferred`, of the calls whose
    metadata say it.
    """

    calls: int
    hours: float
    timed: int
    machine: Scores
    coverage: float | None
    reviewed: Scores
    satisfaction: float | None
    satisfied: Share
    transferred: Share

    @property
    def minutes_a_call(self) -> float | None:
        """The mean length of a call (平均通话时长)."""
        return self.hours * 60 / self.timed if self.timed else None

    @property
    def reviewed_share(self) -> Share:
        return share(self.reviewed.calls, self.calls)


NOTHING = CallSum((), *(0,) * (len(fields(CallSum)) - 1))
"""The sum of no calls."""


def totals_of(one: CallSum) -> Totals:
    return Totals(
        calls=one.calls,
        hours=one.seconds / 3600,
        timed=one.timed,
        machine=Scores(
            one.calls,
            mean_of(one.scored, one.points, one.squares),
            share(one.fatal, one.calls),
            {name: share(getattr(one, name), one.calls) for name in CRITICAL_BITS},
        ),
        coverage=one.coverage / one.calls if one.calls else None,
        reviewed=Scores(
            one.reviewed,
            mean_of(one.final_scored, one.final_points, one.final_squares),
            share(one.final_fatal, one.reviewed),
            {name: share(getattr(one, f"final_{name}"), one.reviewed) for name in CRITICAL_BITS},
        ),
        satisfaction=one.satisfaction / one.rated if one.rated else None,
        satisfied=share(one.satisfied, one.rated),
        transferred=share(one.transferred, one.transfers_known),
    )


def added(sums: Iterable[CallSum]) -> CallSum:
    return reduce(_add, sums, NOTHING)


def mean_of(n: int, points: float, squares: float) -> Mean:
    """From the sums of values and of their squares; Student's interval."""
    if not n:
        return Mean(0, None)
    value = points / n
    if n == 1:
        return Mean(1, value)
    deviation = sqrt(max(squares - points * value, 0.0) / (n - 1))
    reach = t_reach(deviation / sqrt(n), n - 1)
    return Mean(n, value, deviation, value - reach, value + reach)


def _add(one: CallSum, other: CallSum) -> CallSum:
    names = [field.name for field in fields(CallSum) if field.name != "key"]
    return CallSum((), *(getattr(one, name) + getattr(other, name) for name in names))
