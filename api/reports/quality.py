"""Estimated quality of all calls (section 9), wherever a report shows it: with its interval, or why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from api.charts.trend import Point as Place
from api.console.wording import Wording
from api.reports.drawn import span_name
from api.reports.shown import Cell, Column, Table, Tile
from api.reports.values import reach, written
from pipeline.reports.history import Past
from pipeline.reports.quality import Quality
from scoring.sampling.estimate import Estimate


def estimate_cell(one: Estimate | None, t: Wording, note: str = "") -> Cell:
    if one is None:
        return Cell(None, lack=t("report_quality_no_draw"), note=note)
    if one.interval is None:
        return Cell(None, lack=t(f"estimates_lack_{one.lack}"), note=note, is_few=True)
    return Cell(one.interval.value, low=one.interval.low, high=one.interval.high, note=note)


def bounded(cell: Cell, most: float) -> Cell:
    """An interval that does not reach beyond what a score or a share can be."""
    if cell.low is None or cell.high is None:
        return cell
    return replace(cell, low=max(0.0, cell.low), high=min(most, cell.high))


def quality_tile(found: Sequence[Quality], t: Wording) -> Tile:
    """Of the plan in use; the others are in their table."""
    if not found:
        return Tile(t("report_quality"), Cell(None, lack=t("report_quality_no_draw")), "points")
    one = found[0]
    mean = one.measures["mean"]
    note = t("report_quality_heard", heard=mean.heard, population=mean.population, plan=one.plan)
    return Tile(t("report_quality"), bounded(estimate_cell(mean, t, note), 100.0), "points")


def quality_tables(found: Sequence[Quality], t: Wording) -> list[Table]:
    """Each plan with all it estimates, and the teams of the centre; none where nothing was drawn."""
    if not found:
        return []
    columns = [
        Column(t("estimates_plan")),
        Column(t("estimates_mean"), "points"),
        Column(t("estimates_passed"), "share"),
        Column(t("estimates_critical"), "share"),
        Column(t("estimates_fatal"), "share"),
        Column(t("report_heard"), "whole"),
        Column(t("report_population"), "whole"),
    ]
    rows = []
    for one in found:
        rows.append([Cell(one.plan, f"/estimates?plan={one.plan_id}"), *_measures(one.measures, t)])
        for team in one.teams:
            name = team.name or t("no_team")
            rows.append([Cell(name), *_measures(team.measures, t)])
    title = t("report_quality_table")
    return [Table(title, columns, rows, note=t("report_quality_note"), sheet=t("report_sheet_quality"))]


def quality_places(history: Sequence[Past], t: Wording) -> list[Place]:
    """Beside a trend's line: each period's estimate, if there is one."""
    places = []
    for one in history:
        found = one.estimate.interval if one.estimate else None
        if found is None:
            places.append(Place("", None, None, None, "", ""))
            continue
        cell = Cell(found.value, low=found.low, high=found.high)
        said = t(
            "report_quality_dot",
            period=span_name(one.point),
            value=written(found.value, "points"),
            reach=reach(cell, "points"),
        )
        days = one.point.span
        href = f"/estimates?first={days.first}&last={days.last}"
        places.append(Place(span_name(one.point), found.value, max(0.0, found.low), min(100.0, found.high), href, said))
    return places


def _measures(measures: Mapping[str, Estimate], t: Wording) -> list[Cell]:
    mean = measures["mean"]
    return [
        bounded(estimate_cell(mean, t), 100.0),
        *(bounded(estimate_cell(measures[name], t), 1.0) for name in ("passed", "critical", "fatal")),
        Cell(mean.heard),
        Cell(mean.population),
    ]
