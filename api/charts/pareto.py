"""Error items from the most frequent down, with the share of all errors they make up together (帕累托图)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from api.charts.drawing import draw, rows
from api.charts.labels import wrapped
from api.charts.svg import OURS
from api.charts.theme import FAINT, FONT, INK, TONES, WHOLE, Tone

TALL = 250
ROOM = {"left": 56, "right": 56, "top": 34, "bottom": 50}
ABOVE: dict[str, Any] = {"titleAngle": 0, "titleY": -18, "titleBaseline": "middle", "titleAnchor": "start"}
"""Where the axes' names stand: Chinese is not read sideways."""

WHOLES = "datum.value % 1 ? '' : datum.label"
"""There are no half calls: of few, ticks between whole numbers have no name."""

FEWEST = 6
"""Places for bars, so that two items are not two walls."""


@dataclass(frozen=True, slots=True)
class Bar:
    """`cumulative` is the share of all errors of this item and those before it; `words` say it all."""

    name: str
    calls: int
    cumulative: float
    href: str
    words: str
    tone: Tone = "blue"


def pareto(bars: Sequence[Bar], title: str, description: str, *, calls: str, cumulative: str) -> str:
    """`calls` and `cumulative` name the two axes."""
    wide = WHOLE - ROOM["left"] - ROOM["right"]
    places = max(FEWEST, len(bars))
    step = wide / places
    data = rows([_row(bar, number, step) for number, bar in enumerate(bars)])
    across = alt.Scale(domain=[0, wide], nice=False)
    place = alt.X("at:Q", scale=across, axis=None)
    height, share = _axes(calls, cumulative)
    columns = (
        alt.Chart(data)
        .mark_rect(cornerRadiusTopLeft=3, cornerRadiusTopRight=3)
        .encode(
            x=alt.X("from:Q", scale=across, axis=None),
            x2="to:Q",
            y=height,
            y2=alt.datum(0),
            color=alt.Color("colour:N", scale=None),
            href="href:N",
            description="words:N",
        )
    )
    numbers = alt.Chart(data).mark_text(baseline="bottom", dy=-4).encode(x=place, y=height, text="written:N")
    names = (
        alt.Chart(data)
        .mark_text(baseline="top", color=INK, lineHeight=15)
        .encode(x=place, y=alt.value(TALL + 8), text="lines:N")
    )
    line = alt.Chart(data).mark_line(color=FAINT, strokeWidth=1.5, strokeDash=[4, 3]).encode(x=place, y=share)
    dots = alt.Chart(data).mark_circle(size=26, color=FAINT, opacity=1).encode(x=place, y=share, description="words:N")
    chart = alt.layer(alt.layer(columns, numbers, names), alt.layer(line, dots)).resolve_scale(y="independent")
    return draw(chart.properties(width=wide, height=TALL), title, description, ROOM)


def _row(bar: Bar, number: int, step: float) -> dict[str, Any]:
    """What is drawn of a bar in the place of that number; each is `step` wide."""
    return {
        "at": (number + 0.5) * step,
        "from": (number + 0.2) * step,
        "to": (number + 0.8) * step,
        "lines": wrapped(bar.name, (step - 8) / FONT),
        "calls": bar.calls,
        "written": f"{bar.calls:,}",
        "cumulative": bar.cumulative,
        "colour": TONES[bar.tone],
        "href": OURS + bar.href,
        "words": bar.words,
    }


def _axes(calls: str, cumulative: str) -> tuple[alt.Y, alt.Y]:
    """Of the bars, to the left, and of the line, to the right."""
    counted = alt.Axis(tickCount=5, format=",d", labelExpr=WHOLES, titleX=-46, **ABOVE, titleAlign="left")
    shares = alt.Axis(
        format=".0%",
        values=[0, 0.2, 0.4, 0.6, 0.8, 1],
        grid=False,
        orient="right",
        titleX=48,
        **ABOVE,
        titleAlign="right",
    )
    height = alt.Y("calls:Q", title=calls, axis=counted)
    share = alt.Y("cumulative:Q", title=cumulative, scale=alt.Scale(domain=[0, 1]), axis=shares)
    return height, share
