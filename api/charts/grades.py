"""Grades of each period, stacked to the whole: how much of the work was excellent, good, passing, failing."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from api.charts.drawing import draw, rows
from api.charts.labels import shortened, width
from api.charts.svg import OURS
from api.charts.theme import FAINT, FONT, GROUND, HALF, TONES, Tone

BAR, GAP = 22, 10
LONGEST_NAME = 9
"""Squares of a period's or team's name."""


@dataclass(frozen=True, slots=True)
class Part:
    calls: int
    tone: Tone
    href: str
    words: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A period, or a team: its parts from the left."""

    name: str
    parts: Sequence[Part]

    @property
    def calls(self) -> int:
        return sum(part.calls for part in self.parts)


def grades(wholes: Sequence[Whole], title: str, description: str, *, wide: int = HALF) -> str:
    """One lying bar each; its number of calls stands at its end, since a share of three calls says little."""
    room = {"left": int(_names(wholes) * FONT) + 16, "right": 70, "top": 6, "bottom": 26}
    across, tall = wide - room["left"] - room["right"], len(wholes) * (BAR + GAP)
    x = alt.Scale(domain=[0, 1], nice=False)
    y = alt.Scale(domain=[0, max(1, tall)], nice=False, reverse=True)
    parts = (
        alt.Chart(rows([row for number, whole in enumerate(wholes) for row in _parts(whole, number)]))
        .mark_rect(stroke=GROUND, strokeWidth=1)
        .encode(
            x=alt.X("from:Q", scale=x, axis=alt.Axis(format=".0%", tickCount=5, title=None)),
            x2="to:Q",
            y=alt.Y("top:Q", scale=y, axis=None),
            y2="bottom:Q",
            color=alt.Color("colour:N", scale=None),
            href="href:N",
            description="words:N",
        )
    )
    data = rows(
        [
            {
                "at": number * (BAR + GAP) + GAP / 2 + BAR / 2,
                "name": shortened(whole.name, LONGEST_NAME),
                "calls": f"{whole.calls:,}",
            }
            for number, whole in enumerate(wholes)
        ]
    )
    middle = alt.Y("at:Q", scale=y, axis=None)
    names = alt.Chart(data).mark_text(align="right", baseline="middle").encode(x=alt.value(-8), y=middle, text="name:N")
    counts = (
        alt.Chart(data)
        .mark_text(align="left", baseline="middle", color=FAINT)
        .encode(x=alt.value(across + 8), y=middle, text="calls:N")
    )
    chart = alt.layer(parts, names, counts).properties(width=across, height=max(1, tall))
    return draw(chart, title, description, room)


def _parts(whole: Whole, number: int) -> list[dict[str, object]]:
    """From the left to the right, each beginning where the one before ends."""
    found: list[dict[str, object]] = []
    done, total = 0, whole.calls
    top = number * (BAR + GAP) + GAP / 2
    for part in whole.parts:
        if part.calls:
            ends = {"from": done / total, "to": (done + part.calls) / total, "top": top, "bottom": top + BAR}
            found.append({**ends, "colour": TONES[part.tone], "href": OURS + part.href, "words": part.words})
            done += part.calls
    return found


def _names(wholes: Sequence[Whole]) -> float:
    return max((width(shortened(whole.name, LONGEST_NAME)) for whole in wholes), default=1.0)
