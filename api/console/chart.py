"""A line of weekly means, drawn on the server: pages need no library and no script for it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pipeline.results.trend import Week

WIDE, TALL = 620, 150
LEFT, RIGHT, TOP, BOTTOM = 30, 12, 14, 20
"""Room for the numbers beside, and the dates below."""

STEPS = (10, 20, 25, 50)
"""Between lines of the grid, in points."""


@dataclass(frozen=True, slots=True)
class Dot:
    """`label` is the y of its number, which keeps clear of a line that falls to the dot."""

    x: float
    y: float
    label: float
    monday: date
    mean: float
    calls: int


@dataclass(frozen=True, slots=True)
class Chart:
    """`lines` are runs of weeks with results, a gap between them where a week had none; `grid` is (y, points)."""

    dots: tuple[Dot, ...]
    lines: tuple[str, ...]
    grid: tuple[tuple[float, int], ...]
    dates: tuple[tuple[float, date], ...]

    wide = WIDE
    tall = TALL
    left = LEFT
    right = WIDE - RIGHT


def weekly_chart(weeks: Sequence[Week]) -> Chart:
    """From a round number below the lowest mean up to 100."""
    means = [week.mean for week in weeks if week.mean is not None]
    lowest = min(means, default=60.0)
    floor = int(max(0, min(lowest, 90) - 5) // 10 * 10)
    step = next(step for step in STEPS if (100 - floor) / step <= 4 or step == STEPS[-1])
    at = {week.monday: _x(index, len(weeks)) for index, week in enumerate(weeks)}
    dots: list[Dot] = []
    before = None
    for week in weeks:
        y = None if week.mean is None else _y(week.mean, floor)
        if week.mean is not None and y is not None:
            dots.append(Dot(at[week.monday], y, _label(y, before), week.monday, week.mean, week.calls))
        before = y
    return Chart(
        dots=tuple(dots),
        lines=tuple(" ".join(f"{dot.x},{dot.y}" for dot in run) for run in _runs(dots) if len(run) > 1),
        grid=tuple((_y(points, floor), points) for points in range(100, floor - 1, -step)),
        dates=tuple((at[week.monday], week.monday) for week in weeks[::2]),
    )


def _label(y: float, before: float | None) -> float:
    falls = before is not None and y - before > 12
    return round(y + 16 if falls and y + 16 < TALL - BOTTOM else y - 8, 1)


def _x(index: int, count: int) -> float:
    return round(LEFT + 8 + index * (WIDE - LEFT - RIGHT - 16) / max(1, count - 1), 1)


def _y(points: float, floor: int) -> float:
    return round(TOP + (100 - points) * (TALL - TOP - BOTTOM) / max(1, 100 - floor), 1)


def _runs(dots: Sequence[Dot]) -> Iterator[list[Dot]]:
    """Dots of weeks that follow each other."""
    if not dots:
        return
    run = [dots[0]]
    for before, dot in pairwise(dots):
        if (dot.monday - before.monday).days > 7:
            yield run
            run = []
        run.append(dot)
    yield run
