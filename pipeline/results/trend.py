"""How results went week by week, and what points were lost by."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.person import Scope
from storage.results import deductions
from storage.results.deductions import Deduction
from storage.results.tallies import Tally

WEEKS = 12
"""Of the trend, and of what most points were lost by: about as far as coaching looks back."""

MOST_DEDUCTIONS = 6

LOOKED_INTO = 500
"""The newest results added up for what points were lost by: a team's of some weeks, an agent's of all of them."""


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its Monday, by when the calls were made: the mean total of its results, None where there are none."""

    monday: date
    mean: float | None
    calls: int


def tallied(counts: Iterable[Tally], now: datetime) -> tuple[Week, ...]:
    """The last `WEEKS` weeks of results the database has counted by the weeks of `beginnings`, oldest first."""
    points: dict[int, float] = defaultdict(float)
    scored: Counter[int] = Counter()
    for one in counts:
        points[one.week] += one.points
        scored[one.week] += one.scored
    return tuple(_week(monday, points[n], scored[n]) for n, monday in enumerate(mondays(now), 1))


def mondays(now: datetime) -> tuple[date, ...]:
    """Of the last `WEEKS` weeks, oldest first."""
    this = _monday(now)
    return tuple(this - timedelta(weeks=back) for back in reversed(range(WEEKS)))


def beginnings(now: datetime) -> tuple[datetime, ...]:
    """When each of these weeks began in China, and when the last one ends."""
    days = mondays(now)
    return tuple(datetime.combine(day, time(), CHINA_TIME) for day in (*days, days[-1] + timedelta(weeks=1)))


def mean(counts: Iterable[Tally]) -> float | None:
    """Of all totals counted; None where there are none."""
    each = tuple(counts)
    scored = sum(one.scored for one in each)
    return sum(one.points for one in each) / scored if scored else None


def lost_by(session: Session, within: Scope, since: datetime) -> tuple[Deduction, ...]:
    """Items by how many of the newest results they cost points in, then by how many points."""
    return deductions.most_lost_by(session, within, since, newest=LOOKED_INTO, limit=MOST_DEDUCTIONS)


def _week(monday: date, points: float, scored: int) -> Week:
    return Week(monday, points / scored if scored else None, scored)


def _monday(moment: datetime) -> date:
    day = moment.astimezone(CHINA_TIME).date()
    return day - timedelta(days=day.weekday())
