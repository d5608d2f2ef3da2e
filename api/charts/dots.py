"""Teams or agents below one another, each a value with its interval: who differs, and who only seems to."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import altair as alt

from api.charts.drawing import draw, rows
from api.charts.labels import shortened, width
from api.charts.svg import OURS
from api.charts.theme import FAINT, FONT, GROUND, HALF, LINE, SOFT_LINE, TONES, Tone

LINE_HEIGHT = 24
LONGEST_NAME = 10
"""Squares."""


@dataclass(frozen=True, slots=True)
class Dot:
    """`value` is None where it is not known, and `lack` then says why in few words."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    href: str
    words: str
    tone: Tone = "blue"
    lack: str = ""


def dots(
    found: Sequence[Dot],
    title: str,
    description: str,
    *,
    mark: float | None = None,
    mark_name: str = "",
    is_share: bool = False,
    wide: int = HALF,
) -> str:
    """`mark` is what all are held against, such as the centre's mean: a line from top to bottom."""
    longest = max((width(shortened(one.name, LONGEST_NAME)) for one in found), default=1.0)
    room = {"left": int(longest * FONT) + 18, "right": 20, "top": 24 if mark_name else 8, "bottom": 26}
    across, tall = wide - room["left"] - room["right"], max(1, len(found)) * LINE_HEIGHT
    low, high = _ends(found, mark, is_share=is_share)
    x = alt.Scale(domain=[low, high], nice=False, zero=False)
    axis = alt.Axis(format=".0%" if is_share else ".1~f", tickCount=6, title=None)
    y = alt.Y("at:Q", scale=alt.Scale(domain=[0, tall], nice=False, reverse=True), axis=None)
    data = rows([_row(one, number) for number, one in enumerate(found)])
    known = alt.Chart(rows([_row(one, number) for number, one in enumerate(found) if one.value is not None]))
    layers = [
        alt.Chart(data).mark_rule(color=SOFT_LINE).encode(y=y),
        *_mark(mark, mark_name, x),
        known.mark_rule(strokeWidth=3, opacity=0.45).encode(
            x=alt.X("low:Q", scale=x, axis=axis), x2="high:Q", y=y, color=alt.Color("colour:N", scale=None)
        ),
        known.mark_circle(size=64, stroke=GROUND, strokeWidth=1.5, opacity=1).encode(
            x=alt.X("value:Q", scale=x, axis=axis),
            y=y,
            color=alt.Color("colour:N", scale=None),
            href="href:N",
            description="words:N",
        ),
        alt.Chart(data).mark_text(align="right", baseline="middle").encode(x=alt.value(-10), y=y, text="name:N"),
        alt.Chart(data)
        .mark_text(align="left", baseline="middle", color=FAINT)
        .encode(x=alt.value(4), y=y, text="lack:N"),
    ]
    return draw(alt.layer(*layers).properties(width=across, height=tall), title, description, room)


def _mark(mark: float | None, name: str, x: alt.Scale) -> list[alt.Chart]:
    if mark is None:
        return []
    chart = alt.Chart(rows([{"mark": mark, "name": name}]))
    place = alt.X("mark:Q", scale=x)
    return [
        chart.mark_rule(color=LINE, strokeDash=[4, 3]).encode(x=place),
        chart.mark_text(baseline="bottom", color=FAINT).encode(x=place, y=alt.value(-6), text="name:N"),
    ]


def _row(one: Dot, number: int) -> dict[str, object]:
    low, high = (one.value, one.value) if one.low is None or one.high is None else (one.low, one.high)
    return {
        "at": (number + 0.5) * LINE_HEIGHT,
        "name": shortened(one.name, LONGEST_NAME),
        "value": one.value,
        "low": low,
        "high": high,
        "colour": TONES[one.tone],
        "lack": one.lack if one.value is None else "",
        "href": OURS + one.href,
        "words": one.words,
    }


def _ends(found: Sequence[Dot], mark: float | None, *, is_share: bool) -> tuple[float, float]:
    values = [value for one in found for value in (one.value, one.low, one.high) if value is not None]
    values += [] if mark is None else [mark]
    most, unit = (1.0, 0.02) if is_share else (100.0, 5.0)
    if not values:
        return 0.0, most
    low = 0.0 if is_share else max(0.0, floor((min(values) - 1) / unit) * unit)
    return low, max(low + unit, min(most, -floor(-(max(values) + unit / 5) / unit) * unit))
