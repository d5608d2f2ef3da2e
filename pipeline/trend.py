"""How results went week by week, and what points were lost by."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from models.clock import CHINA_TIME
from models.score import PreScore
from storage.final_scores import ResultLine

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
    this = _monday(now)
    mondays = [this - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    return tuple(_week(monday, totals.get(monday, [])) for monday in mondays)


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


def _week(monday: date, totals: Sequence[float]) -> Week:
    return Week(monday, sum(totals) / len(totals) if totals else None, len(totals))


def _monday(time: datetime) -> date:
    day = time.astimezone(CHINA_TIME).date()
    return day - timedelta(days=day.weekday())
