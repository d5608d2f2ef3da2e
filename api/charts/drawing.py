"""Altair's chart → Vega-Lite → SVG, in this process: no network, no browser. The one door to the renderer.

The renderer runs JavaScript: its first drawing takes half a second, later ones some hundredths. What was drawn is kept,
so that a page asked for again costs nothing.
"""

import hashlib
import json
import threading
from collections import OrderedDict
from typing import Any

import altair as alt
import vl_convert

from api.charts.svg import inlined
from api.charts.theme import CONFIG

MOST_KEPT = 400
"""Drawings of some 20 kB."""

PADDING = {"left": 8, "right": 8, "top": 8, "bottom": 8}

VEGA_LITE = "6.1"
"""Of those the renderer brings along, whatever altair writes on its charts."""

_KEPT: OrderedDict[str, str] = OrderedDict()
_LOCK = threading.Lock()
_ONE = threading.Lock()
"""One JavaScript engine at a time: two only take turns on the same cores, each with its own hundred megabytes."""


def draw(chart: alt.TopLevelMixin, title: str, description: str, room: dict[str, int]) -> str:
    """The chart as an SVG element for a page.

    `room` are the pixels around what is plotted, for numbers and names: they are given, not measured, since measuring
    needs the readers' fonts.
    """
    spec: dict[str, Any] = chart.to_dict(validate=False)
    spec |= {"config": CONFIG, "autosize": {"type": "none"}, "padding": {**PADDING, **room}}
    key = hashlib.sha256(json.dumps([spec, title, description], ensure_ascii=False, default=str).encode()).hexdigest()
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    with _ONE:
        svg = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, allowed_base_urls=[])
    drawn = inlined(svg, title, description)
    with _LOCK:
        _KEPT[key] = drawn
        while len(_KEPT) > MOST_KEPT:
            _KEPT.popitem(last=False)
    return drawn


def rows(data: list[dict[str, Any]]) -> alt.Data:
    return alt.Data(values=data)  # type: ignore[no-untyped-call]


def warm() -> None:
    """Start the engine, so that the first report need not wait for it: half a second, for a thread of its own."""
    empty = alt.Chart(rows([{"x": 0}])).mark_point().encode(x="x:Q")
    draw(empty, "", "", PADDING)
