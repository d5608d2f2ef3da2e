"""The days a report is about: China's, both the first and the last included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.clock import CHINA_TIME, day_begins, day_ends
from models.errors import BadInput

DAY = timedelta(days=1)
MOST_DAYS = 3660
"""Ten years: more is a slip of the keyboard."""

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Beyond them there are no calls, and near the ends of the calendar no day before or after."""

_WEEK = re.compile(r"(\d{4})-?[Ww](\d{1,2})")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})")
_RANGE = re.compile(r"\.\.|/")


@dataclass(frozen=True, slots=True)
class DaySpan:
    """Days in China from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """The midnight it begins with."""
        return day_begins(self.first)

    @property
    def end(self) -> datetime:
        """The midnight after it."""
        return day_ends(self.last)

    @property
    def is_month(self) -> bool:
        return self == month_of(self.first)

    def before(self) -> "DaySpan":
        """The equally long span just before; of a calendar month, the month before it."""
        if self.is_month:
            return month_of(self.first - DAY)
        return DaySpan(self.first - self.days * DAY, self.first - DAY)

    def every_day(self) -> Iterator[date]:
        for number in range(self.days):
            yield self.first + number * DAY

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


def day_span(day: date) -> DaySpan:
    return DaySpan(day, day)


def week_of(day: date) -> DaySpan:
    """From Monday to Sunday."""
    monday = day - day.weekday() * DAY
    return DaySpan(monday, monday + 6 * DAY)


def month_of(day: date) -> DaySpan:
    first = day.replace(day=1)
    return DaySpan(first, (first + timedelta(days=31)).replace(day=1) - DAY)


def today(now: datetime) -> date:
    """The day it is in China."""
    return now.astimezone(CHINA_TIME).date()


def parse_span(text: str) -> DaySpan:
    """`2026-W46` (ISO week), `2026-11`, `2026-11-05`, `2026-11-01..2026-11-20`.

    Raises:
        BadInput: it is none of these, ends before it begins, is longer than ten years, or in no century of ours.
    """
    try:
        found = _parsed(text.strip())
    except (ValueError, OverflowError):
        raise BadInput("pipeline.no_span", text=text[:40]) from None
    if not _can_be(found):
        raise BadInput("pipeline.no_span", text=text[:40])
    return found


def span_between(first: date, last: date) -> DaySpan:
    """As two fields of a page ask for it.

    Raises:
        BadInput: as `parse_span`.
    """
    found = DaySpan(first, last)
    if not _can_be(found):
        raise BadInput("pipeline.no_span", text=str(found))
    return found


def _can_be(span: DaySpan) -> bool:
    return span.first >= EARLIEST and span.last <= LATEST and 1 <= span.days <= MOST_DAYS


def _parsed(text: str) -> DaySpan:
    if week := _WEEK.fullmatch(text):
        return week_of(date.fromisocalendar(int(week[1]), int(week[2]), 1))
    if month := _MONTH.fullmatch(text):
        return month_of(date(int(month[1]), int(month[2]), 1))
    first, *rest = _RANGE.split(text, maxsplit=1)
    return DaySpan(_day(first), _day(rest[0] if rest else first))


def _day(text: str) -> date:
    return date.fromisoformat(text.strip())
