"""How calls spread over a measure: silence, overlap, rate of speech, totals."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from api.charts.drawing import draw, rows
from api.charts.svg import OURS
from api.charts.theme import FAINT, HALF, TONES, Tone

TALL = 150
ROOM = {"left": 50, "right": 12, "top": 22, "bottom": 44}


@dataclass(frozen=True, slots=True)
class Bin:
    """`name` is its lower bound, or from where to where; `words` say it with its calls."""

    name: str
    calls: int
    href: str
    words: str


def histogram(
    bins: Sequence[Bin], title: str, description: str, *, unit: str, tone: Tone = "blue", wide: int = HALF
) -> str:
    """`unit` names the axis below; shares stand over the bars."""
    across = wide - ROOM["left"] - ROOM["right"]
    step, total = across / max(1, len(bins)), sum(one.calls for one in bins) or 1
    data = rows(
        [
            {
                "at": (number + 0.5) * step,
                "from": number * step + 1.5,
                "to": (number + 1) * step - 1.5,
                "name": one.name,
                "calls": one.calls,
                "share": f"{one.calls / total:.0%}" if one.calls else "",
                "href": OURS + one.href,
                "words": one.words,
            }
            for number, one in enumerate(bins)
        ]
    )
    x = alt.Scale(domain=[0, across], nice=False)
    y = alt.Y("calls:Q", axis=alt.Axis(tickCount=4, format=",d", title=None))
    place = alt.X("at:Q", scale=x, axis=None)
    bars = (
        alt.Chart(data)
        .mark_rect(color=TONES[tone], cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=alt.X("from:Q", scale=x, axis=None), x2="to:Q", y=y, y2=alt.datum(0), href="href:N", description="words:N"
        )
    )
    shares = alt.Chart(data).mark_text(baseline="bottom", dy=-3, color=FAINT).encode(x=place, y=y, text="share:N")
    names = alt.Chart(data).mark_text(baseline="top").encode(x=place, y=alt.value(TALL + 7), text="name:N")
    below = (
        alt.Chart(rows([{"unit": unit}]))
        .mark_text(baseline="top", align="right", color=FAINT)
        .encode(x=alt.value(across), y=alt.value(TALL + 25), text="unit:N")
    )
    return draw(alt.layer(bars, shares, names, below).properties(width=across, height=TALL), title, description, ROOM)
