"""How results went week by week, and what points were lost by."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.clock import CHINA_TIME
from models.score import PreScore
from storage.results.final_scores import ResultLine
from storage.results.tallies import Tally

WEEKS = 12
"""Of the trend, and of what most points were lost by: about as far as coaching looks back."""

MOST_DEDUCTIONS = 6


@dataclass(frozen=True, slots=True)
class Week:
    """A week from its Monday, by when the calls were made: the mean total of its results, None where there are none."""

    monday: date
    mean: float | None
    calls: int


@dataclass(frozen=True, slots=True)
class Deduction:
    """An item that cost points in `calls` results, `lost` in all."""

    name: str
    calls: int
    lost: float


def weekly(lines: Sequence[ResultLine], now: datetime) -> tuple[Week, ...]:
    """The last `WEEKS` weeks, oldest first."""
    totals: dict[date, list[float]] = defaultdict(list)
    for line in lines:
        if line.total is not None:
            totals[_monday(line.started_at or line.published_at)].append(line.total)
    return tuple(_week(monday, sum(totals[monday]), len(totals[monday])) for monday in mondays(now))


def tallied(counts: Iterable[Tally], now: datetime) -> tuple[Week, ...]:
    """The same of results the database has counted by the weeks of `beginnings`."""
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


def deductions(scores: Sequence[PreScore]) -> tuple[Deduction, ...]:
    """Items by how many results they cost points in, then by how many points."""
    calls: Counter[str] = Counter()
    lost: dict[str, float] = defaultdict(float)
    for score in scores:
        for item in (item for section in score.sections for item in section.items):
            if item.cost > 0 or item.id in score.fatal:
                calls[item.name] += 1
                lost[item.name] += item.cost
    found = sorted(calls, key=lambda name: (-calls[name], -lost[name], name))
    return tuple(Deduction(name, calls[name], lost[name]) for name in found[:MOST_DEDUCTIONS])


def _week(monday: date, points: float, scored: int) -> Week:
    return Week(monday, points / scored if scored else None, scored)


def _monday(moment: datetime) -> date:
    day = moment.astimezone(CHINA_TIME).date()
    return day - timedelta(days=day.weekday())
