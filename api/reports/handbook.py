"""The sections that the handbooks ask of weekly and monthly reports: quality, calibration, error items, people.

What is to be improved, and what became of the plan before, is written by people and stands around them.
"""

from api.console.wording import Wording
from api.reports.calibration import calibration_section
from api.reports.cells import mean_cell, share_cell
from api.reports.drawn import line_dots, line_table, mean_trend
from api.reports.errors import error_chart, estimate_table
from api.reports.figures import Figures
from api.reports.overview import grades_of, tiles
from api.reports.quality import quality_places, quality_tables
from api.reports.queries import Asked, spelt
from api.reports.shown import Cell, Chart, Column, Section, Table
from pipeline.reports.tables import Line

MOST_ERRORS = 15


def handbook_sections(figures: Figures, asked: Asked, t: Wording) -> list[Section]:
    found = [quality_section(figures, asked, t)]
    if asked.who.level == "centre":
        own = calibration_section(figures.calibrations, t)
        found.append(Section("calibration", t("report_part_calibration"), parts=own.parts, intro=own.intro))
    found.append(error_section(figures, asked, t))
    found.append(people_section(figures, asked, t))
    return found


def quality_section(figures: Figures, asked: Asked, t: Wording) -> Section:
    past = figures.history
    points = [one.point for one in past]
    parts: list[Chart | Table] = [
        mean_trend(points, asked, t, quality_places(past, t)),
        grades_of(figures, asked, t),
        *quality_tables(figures.quality, t),
    ]
    return Section("quality", t("report_part_quality"), tiles=tiles(figures, asked, t), parts=parts)


def error_section(figures: Figures, asked: Asked, t: Wording) -> Section:
    parts: list[Chart | Table] = [error_chart(figures.errors, "machine", asked, t, MOST_ERRORS)]
    if figures.final_errors:
        parts.append(error_chart(figures.final_errors, "people", asked, t, MOST_ERRORS))
    if figures.error_estimates:
        parts.append(estimate_table(figures.error_estimates, asked, t))
    return Section("errors", t("report_part_errors"), parts=parts)


def people_section(figures: Figures, asked: Asked, t: Wording) -> Section:
    parts: list[Chart | Table] = []
    if len(figures.teams) > 1:
        parts.append(line_dots(figures.teams, figures.totals, asked, t, title=t("report_teams"), part="team"))
        parts.append(line_table(figures.teams, asked, t, title=t("report_teams"), part="team"))
    if asked.who.agent_id is None:
        parts.append(agents_then_and_now(figures, asked, t))
    return Section("people", t("report_part_people"), parts=parts)


def agents_then_and_now(figures: Figures, asked: Asked, t: Wording) -> Table:
    """Everybody's mean beside that of the period before (员工趋势)."""
    before = {(line.team, line.key): line for line in figures.agents_before}
    columns = [
        Column(t("report_part_agent")),
        Column(t("field_team")),
        Column(t("report_calls"), "whole"),
        Column(t("report_machine_mean"), "points"),
        Column(t("report_mean_before"), "points"),
        Column(t("report_changed"), "change"),
        Column(t("report_fatal_rate"), "share"),
        Column(t("report_reviewed"), "whole"),
    ]
    rows = [_then_and_now(line, before.get((line.team, line.key)), asked, t) for line in figures.agents]
    title = t("report_agents_trend")
    return Table(title, columns, rows, note=t("report_agents_trend_note"), sheet=t("report_sheet_agents_trend"))


def _then_and_now(line: Line, before: Line | None, asked: Asked, t: Wording) -> list[Cell]:
    more = {"team": spelt(line.team), "agent": spelt(line.key)}
    now, then = line.totals.machine.mean.value, before.totals.machine.mean.value if before else None
    return [
        Cell(line.name or line.key or t("unknown"), asked.on("/reports", **more), note=line.key if line.name else ""),
        Cell(line.team or t("no_team")),
        Cell(line.totals.calls, asked.calls("all", more=more)),
        mean_cell(line.totals.machine.mean, t, asked.calls("scored", more=more)),
        Cell(then),
        Cell(None if now is None or then is None else now - then),
        share_cell(line.totals.machine.fatal, asked.calls("fatal", more=more)),
        Cell(line.totals.reviewed.calls, asked.calls("reviewed", "people", more=more)),
    ]
