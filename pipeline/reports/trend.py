"""How a period went, day by day, week by week or month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from pipeline.reports.span import DaySpan, day_span, month_of, week_of
from pipeline.reports.totals import Totals, added, totals_of
from storage.reports.figures import CallSum

DAYS = 31
WEEKS = 190
"""Up to so many days a trend is told by days, and up to so many by weeks."""


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Point:
    """`span` is the part of the day, week or month that lies in the period, so that it drills down to its calls."""

    span: DaySpan
    totals: Totals


_SPANS = {Step.DAY: day_span, Step.WEEK: week_of, Step.MONTH: month_of}


def usual_step(span: DaySpan) -> Step:
    if span.days <= DAYS:
        return Step.DAY
    return Step.WEEK if span.days <= WEEKS else Step.MONTH


def trend_of(by_day: Sequence[CallSum], span: DaySpan, step: Step) -> tuple[Point, ...]:
    """One point for each step of the period, in order, also where there were no calls. `by_day` are keyed by day."""
    sums: dict[date, CallSum] = {one.key[0]: one for one in by_day}
    points = []
    for whole, days in groupby(span.every_day(), _SPANS[step]):
        inside = DaySpan(max(whole.first, span.first), min(whole.last, span.last))
        points.append(Point(inside, totals_of(added(sums[day] for day in days if day in sums))))
    return tuple(points)
