"""The same small trend for each of several teams, side by side on one scale (small multiples)."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from api.charts.drawing import draw, rows
from api.charts.labels import shortened
from api.charts.svg import OURS
from api.charts.theme import FONT, GROUND, SOFT_LINE, TONES, WHOLE, Tone
from api.charts.trend import Line, Point, ends

COLUMNS = 4
TALL, GAP_ACROSS, GAP_DOWN = 84, 44, 60
ROOM = {"left": 44, "right": 14, "top": 26, "bottom": 26}


@dataclass(frozen=True, slots=True)
class Panel:
    name: str
    points: Sequence[Point]
    tone: Tone = "blue"


def multiples(
    panels: Sequence[Panel], title: str, description: str, *, is_share: bool = False, wide: int = WHOLE
) -> str:
    """All in one drawing and on one scale; the first and last period are named below each."""
    columns = max(1, min(COLUMNS, len(panels)))
    down = -(-len(panels) // columns)
    across, tall = wide - ROOM["left"] - ROOM["right"], down * (TALL + GAP_DOWN) - GAP_DOWN
    each = (across - (COLUMNS - 1) * GAP_ACROSS) / COLUMNS
    low, high = ends([Line(panel.points, panel.tone) for panel in panels], is_share=is_share)
    marks: list[dict[str, object]] = []
    labels: list[dict[str, object]] = []
    grid: list[dict[str, object]] = []
    for number, panel in enumerate(panels):
        left, top = (number % columns) * (each + GAP_ACROSS), (number // columns) * (TALL + GAP_DOWN)
        labels += _labels(panel, left, top, each)
        for share in (0.0, 0.5, 1.0):
            height = top + TALL * (1 - share)
            value = low + (high - low) * share
            grid.append(
                {"x": left, "x2": left + each, "y": height, "text": f"{value:.0%}" if is_share else f"{value:g}"}
            )
        marks += _marks(panel, number, (left, top, each), (low, high))
    x, y = alt.Scale(domain=[0, across], nice=False), alt.Scale(domain=[0, tall], nice=False, reverse=True)
    at = {"x": alt.X("x:Q", scale=x, axis=None), "y": alt.Y("y:Q", scale=y, axis=None)}
    colour = alt.Color("colour:N", scale=None)
    layers = [
        alt.Chart(rows(grid)).mark_rule(color=SOFT_LINE).encode(**at, x2="x2:Q"),
        alt.Chart(rows(grid)).mark_text(align="right", baseline="middle", dx=-6).encode(**at, text="text:N"),
        alt.Chart(rows(marks))
        .mark_area(opacity=0.18)
        .encode(x=at["x"], y=alt.Y("low:Q", scale=y, axis=None), y2="high:Q", detail="run:N", color=colour),
        alt.Chart(rows(marks)).mark_line(strokeWidth=1.8).encode(**at, detail="run:N", color=colour),
        alt.Chart(rows(marks))
        .mark_circle(size=34, stroke=GROUND, strokeWidth=1, opacity=1)
        .encode(**at, color=colour, href="href:N", description="words:N"),
        alt.Chart(rows([one for one in labels if one["align"] == "left"]))
        .mark_text(align="left", baseline="middle")
        .encode(**at, text="text:N"),
        alt.Chart(rows([one for one in labels if one["align"] == "right"]))
        .mark_text(align="right", baseline="middle")
        .encode(**at, text="text:N"),
    ]
    return draw(alt.layer(*layers).properties(width=across, height=tall), title, description, ROOM)


def _labels(panel: Panel, left: float, top: float, each: float) -> list[dict[str, object]]:
    names = [point.name for point in panel.points] or [""]
    return [
        {"x": left, "y": top - 14, "text": shortened(panel.name, each / FONT), "align": "left"},
        {"x": left, "y": top + TALL + 13, "text": names[0], "align": "left"},
        {"x": left + each, "y": top + TALL + 13, "text": names[-1] if len(names) > 1 else "", "align": "right"},
    ]


def _marks(
    panel: Panel, number: int, box: tuple[float, float, float], scale: tuple[float, float]
) -> list[dict[str, object]]:
    """Points as pixels; `run` keeps panels, and what lies on either side of a gap, apart."""
    left, top, each = box
    low, high = scale
    step = each / max(1, len(panel.points) - 1)
    gaps = 0
    found: list[dict[str, object]] = []

    def down(value: float) -> float:
        return top + TALL * (1 - (min(max(value, low), high) - low) / (high - low))

    for place, point in enumerate(panel.points):
        if point.value is None:
            gaps += 1
            continue
        found.append(
            {
                "x": left + place * step,
                "y": down(point.value),
                "low": down(point.value if point.low is None else point.low),
                "high": down(point.value if point.high is None else point.high),
                "run": f"{number}/{gaps}",
                "colour": TONES[panel.tone],
                "href": OURS + point.href,
                "words": point.words,
            }
        )
    return found
