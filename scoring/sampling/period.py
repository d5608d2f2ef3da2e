"""The days, weeks and months of sampling plans: China's, weeks from Monday."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.clock import CHINA_TIME
from scoring.sampling.plan import Period

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From the first moment of a day to the last of another; `end` is the moment after."""

    start: datetime
    end: datetime

    @property
    def weeks(self) -> float:
        return (self.end - self.start) / WEEK

    @property
    def first(self) -> date:
        return self.start.astimezone(CHINA_TIME).date()

    @property
    def last(self) -> date:
        """The last day in it."""
        return self.end.astimezone(CHINA_TIME).date() - DAY

    def __str__(self) -> str:
        return f"{self.first}/{self.last}"


def span(first: date, last: date) -> Span:
    """Both days included."""
    return Span(_midnight(first), _midnight(last + DAY))


def span_of(period: Period, day: date) -> Span:
    """The day, week or month that has this day in it; of a plan for any range the week."""
    match period:
        case "day":
            return span(day, day)
        case "month":
            first = day.replace(day=1)
            return span(first, (first + timedelta(days=31)).replace(day=1) - DAY)
        case _:
            monday = day - timedelta(days=day.weekday())
            return span(monday, monday + timedelta(days=6))


def last_over(period: Period, now: datetime) -> Span:
    """The latest period that is over."""
    return before(span_of(period, now.astimezone(CHINA_TIME).date()), period)


def before(this: Span, period: Period) -> Span:
    """The period before; of any range the one of the same length."""
    if period == "range":
        return Span(this.start - (this.end - this.start), this.start)
    return span_of(period, this.first - DAY)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA_TIME)
