"""How every chart looks: the page's colours by name, so that both themes and print follow, and one kind of axis."""

from typing import Any, Literal

Tone = Literal["blue", "green", "amber", "red", "grey", "violet"]

INK, FAINT = "var(--ink-2)", "var(--ink-3)"
LINE, SOFT_LINE = "var(--line-strong)", "var(--line-soft)"
GROUND = "var(--paper)"

TONES: dict[Tone, str] = {
    "blue": "var(--dot-blue)",
    "green": "var(--dot-green)",
    "amber": "var(--dot-amber)",
    "red": "var(--dot-red)",
    "grey": "var(--dot-grey)",
    "violet": "var(--tag)",
}

FONT = 12
"""Pixels of a letter, and of a square of Chinese; pages scale a chart by 0.9 to 1.3."""

HALF, WHOLE = 640, 1320
"""Pixels a chart is wide that shares the page with another one, or has all of it."""

CONFIG: dict[str, Any] = {
    "background": None,
    "view": {"stroke": None},
    "font": "sans-serif",
    "axis": {
        "labelColor": FAINT,
        "labelFontSize": FONT,
        "labelLimit": 0,
        "labelOverlap": False,
        "labelPadding": 6,
        "titleColor": FAINT,
        "titleFontSize": FONT,
        "titleFontWeight": "normal",
        "domainColor": LINE,
        "gridColor": SOFT_LINE,
        "ticks": False,
    },
    "axisY": {"domain": False},
    "text": {"color": INK, "fontSize": FONT},
    "line": {"strokeWidth": 2, "strokeJoin": "round"},
    "bar": {"cornerRadiusEnd": 2},
}
"""Of Vega-Lite. Letters are named `sans-serif` for its measuring alone: the page's own fonts are what is seen."""
