"""How something went from period to period: a line with the reach of its interval, and estimates beside it as dots."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import altair as alt

from api.charts.drawing import draw, rows
from api.charts.labels import width
from api.charts.svg import OURS
from api.charts.theme import FONT, GROUND, HALF, TONES, Tone

TALL = 200
ROOM = {"left": 46, "right": 18, "top": 14, "bottom": 30}


@dataclass(frozen=True, slots=True)
class Point:
    """A period's value; None where it is not known. `low` and `high` are None where there is no interval."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line, or (`dotted`) dots with whiskers, of one value for each period."""

    points: Sequence[Point]
    tone: Tone
    dotted: bool = False


def trend(
    lines: Sequence[Line],
    title: str,
    description: str,
    *,
    is_share: bool = False,
    wide: int = HALF,
    tall: int = TALL,
) -> str:
    """Lines over the same periods; the scale reaches a little beyond what is drawn, and never beyond what can be."""
    across = wide - ROOM["left"] - ROOM["right"]
    low, high = ends(lines, is_share=is_share)
    names = [point.name for point in lines[0].points] if lines else []
    step = across / max(1, len(names))
    x = alt.Scale(domain=[0, across], nice=False)
    axis = alt.Axis(
        format=".1%" if is_share and high - low < 0.05 else ".0%" if is_share else ".1~f", tickCount=5, title=None
    )
    y = alt.Scale(domain=[low, high], nice=False, zero=False)
    layers = [_dates(names, step, across, tall)]
    for line in lines:
        layers += _whiskers(line, step, x, y, axis) if line.dotted else _band(line, step, x, y, axis)
    chart = alt.layer(*layers).properties(width=across, height=tall)
    return draw(chart, title, description, ROOM)


def _rows(line: Line, step: float) -> list[dict[str, object]]:
    """`run` counts the gaps before a point, so that nothing is drawn across one."""
    found: list[dict[str, object]] = []
    run = 0
    for number, point in enumerate(line.points):
        if point.value is None:
            run += 1
            continue
        low, high = (point.value, point.value) if point.low is None or point.high is None else (point.low, point.high)
        place = {"at": (number + 0.5) * step, "run": run, "value": point.value, "low": low, "high": high}
        found.append({**place, "href": OURS + point.href, "words": point.words})
    return found


def _band(line: Line, step: float, x: alt.Scale, y: alt.Scale, axis: alt.Axis) -> list[alt.Chart]:
    data, colour = rows(_rows(line, step)), TONES[line.tone]
    place = alt.X("at:Q", scale=x, axis=None)
    value = alt.Y("value:Q", scale=y, axis=axis)
    reach = (
        alt.Chart(data)
        .mark_area(color=colour, opacity=0.18)
        .encode(x=place, y=alt.Y("low:Q", scale=y, axis=axis), y2="high:Q", detail="run:N")
    )
    stroke = alt.Chart(data).mark_line(color=colour).encode(x=place, y=value, detail="run:N")
    dots = (
        alt.Chart(data)
        .mark_circle(size=46, color=colour, stroke=GROUND, strokeWidth=1.5, opacity=1)
        .encode(x=place, y=value, href="href:N", description="words:N")
    )
    return [reach, stroke, dots]


def _whiskers(line: Line, step: float, x: alt.Scale, y: alt.Scale, axis: alt.Axis) -> list[alt.Chart]:
    data, colour = rows(_rows(line, step)), TONES[line.tone]
    place = alt.X("at:Q", scale=x, axis=None)
    reach = (
        alt.Chart(data)
        .mark_rule(color=colour, strokeWidth=2)
        .encode(x=place, y=alt.Y("low:Q", scale=y, axis=axis), y2="high:Q")
    )
    dots = (
        alt.Chart(data)
        .mark_point(shape="diamond", size=70, filled=True, color=colour, stroke=GROUND, strokeWidth=1, opacity=1)
        .encode(x=place, y=alt.Y("value:Q", scale=y, axis=axis), href="href:N", description="words:N")
    )
    return [reach, dots]


def _dates(names: Sequence[str], step: float, across: int, tall: int) -> alt.Chart:
    """As many names as fit below, each so many apart."""
    room = max((width(name) for name in names), default=1) * FONT + 14
    every = max(1, -int(-room // step)) if step else 1
    shown = [
        {"at": (number + 0.5) * step, "name": name}
        for number, name in enumerate(names)
        if (len(names) - 1 - number) % every == 0 and (number + 0.5) * step > room / 2 - ROOM["left"]
    ]
    found: alt.Chart = (
        alt.Chart(rows(shown))
        .mark_text(baseline="top")
        .encode(
            x=alt.X("at:Q", scale=alt.Scale(domain=[0, across], nice=False), axis=None),
            y=alt.value(tall + 10),
            text="name:N",
        )
    )
    return found


def ends(lines: Sequence[Line], *, is_share: bool) -> tuple[float, float]:
    """Whole tens for points, whole per cents for shares; some room above and below."""
    points = [point for line in lines for point in line.points if point.value is not None]
    values = [value for point in points for value in (point.value, point.low, point.high) if value is not None]
    most, unit = (1.0, 0.01) if is_share else (100.0, 5.0)
    if not values:
        return 0.0, most
    room = max((max(values) - min(values)) * 0.12, unit / 2)
    low = 0.0 if is_share else max(0.0, floor((min(values) - room) / unit) * unit)
    return low, min(most, -floor(-(max(values) + room) / unit) * unit)
