"""Figures as cells: values with their intervals, the address of their calls, and what they were before."""

from api.console.wording import Wording
from api.reports.shown import Cell, Kind
from api.reports.values import written
from pipeline.reports.totals import Mean
from scoring.wilson import Share

FEW = 2
"""Values below which nothing is said of their spread."""


def mean_cell(mean: Mean, t: Wording, href: str = "") -> Cell:
    """Of points: the interval does not reach beyond what a score can be."""
    if mean.value is None:
        return Cell(None)
    lack = t("report_one_call") if mean.n < FEW else ""
    low = None if mean.low is None else max(0.0, mean.low)
    high = None if mean.high is None else min(100.0, mean.high)
    return Cell(mean.value, href, low, high, note=lack)


def share_cell(share: Share, href: str = "") -> Cell:
    """Unknown where there are no cases, which is not 0."""
    if share.share is None:
        return Cell(None)
    return Cell(share.share, href, share.low, share.high)


def was(before: float | None, now: float | None, kind: Kind, t: Wording) -> str:
    """`上期 82.1（+1.2）`; empty where one of the two is not known."""
    if before is None or now is None:
        return ""
    by = written(now - before, "share_change" if kind == "share" else "change")
    if kind == "whole":
        by = f"{now - before:+,.0f}".replace("-", "−")
    return t("report_was_points" if kind == "share" else "report_was", value=written(before, kind), by=by)
