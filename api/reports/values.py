"""Values as people read them. The same writing on pages, on paper and in the terminal."""

from collections.abc import Callable
from datetime import date, datetime

from api.console.formats import clock, moment
from api.reports.shown import Cell, Kind

DASH = "–"
MINUS = "−"


def written(value: object, kind: Kind) -> str:
    """A dash where there is none."""
    if value is None:
        return DASH
    return _WAYS[kind](value)


def reach(cell: Cell, kind: Kind) -> str:
    """Its interval, `80.1–84.3`; empty where there is none."""
    if cell.low is None or cell.high is None or cell.value is None:
        return ""
    between = " ~ " if kind in {"change", "share_change"} or cell.low < 0 else "–"
    return f"{written(cell.low, kind)}{between}{written(cell.high, kind)}"


def share(value: float) -> str:
    """`12.3 %` without the space; two digits where there is little: `0.04%`."""
    if 1e-6 < abs(value) < 0.001:
        return f"{value:.2%}"
    return f"{value:.1%}"


def _signed(text: str) -> str:
    return text.replace("-", MINUS)


def _change(value: float) -> str:
    rounded = round(value, 1)
    return _signed(f"{rounded:+.1f}") if rounded else "0.0"


def _share_change(value: float) -> str:
    rounded = round(100 * value, 1)
    return _signed(f"{rounded:+.1f}") if rounded else "0.0"


def _day(value: date) -> str:
    return value.isoformat()


def _moment(value: datetime) -> str:
    return moment(value)


_WAYS: dict[Kind, Callable[..., str]] = {
    "text": str,
    "whole": lambda value: f"{value:,.0f}",
    "points": lambda value: _signed(f"{value:.1f}"),
    "change": _change,
    "share": share,
    "share_change": _share_change,
    "seconds": lambda value: f"{value:,.1f}",
    "clock": clock,
    "day": _day,
    "moment": _moment,
}
