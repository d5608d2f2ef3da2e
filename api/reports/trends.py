"""How the period went by days, weeks or months, and the teams beside each other on one scale."""

from collections.abc import Sequence

from api.charts.multiples import Panel, multiples
from api.charts.trend import Point as Place
from api.console.wording import Wording
from api.reports import words
from api.reports.cells import mean_cell
from api.reports.drawn import mean_trend, share_trend, span_name, trend_table
from api.reports.figures import Figures
from api.reports.queries import Asked
from api.reports.shown import Cell, Chart, Column, Section, Table
from api.reports.values import reach, written
from pipeline.reports.trend import Point
from pipeline.reports.who import Who

MOST_TEAMS = 12


def trends_section(figures: Figures, teams: Sequence[tuple[str, Sequence[Point]]], asked: Asked, t: Wording) -> Section:
    """`teams` are the points of each team, where there is more than one."""
    points = figures.trend()
    charts: list[Chart | Table] = [
        mean_trend(points, asked, t),
        share_trend(points, lambda one: one.machine.fatal, "fatal", asked, t, title=t("report_fatal_rate")),
        *(_critical(points, name, asked, t) for name in words.CRITICAL),
        share_trend(
            points, lambda one: one.satisfied, "satisfied", asked, t, title=t("report_satisfied"), tone="green"
        ),
    ]
    if len(teams) > 1:
        charts.append(team_trends(teams, asked, t))
    charts.append(trend_table(points, asked, t))
    return Section("trends", t("report_tab_trends"), intro=t("report_trends_intro"), parts=charts)


def team_trends(teams: Sequence[tuple[str, Sequence[Point]]], asked: Asked, t: Wording) -> Chart:
    """The machine's mean of each team."""
    title = t("report_team_trends")
    shown = teams[:MOST_TEAMS]
    columns = [Column(t("field_team")), Column(t("report_period")), Column(t("report_calls"), "whole")]
    rows = []
    panels = []
    for name, points in shown:
        own = Asked(asked.span, Who(name, asked.who.agent_id))
        places = [_place(one, own, t) for one in points]
        panels.append(Panel(words.team(name, t), places))
        for one in points:
            mean = mean_cell(one.totals.machine.mean, t, own.calls("scored", span=one.span))
            calls = Cell(one.totals.calls, own.calls("all", span=one.span))
            rows.append([Cell(words.team(name, t)), Cell(words.days(one.span, t)), calls, mean])
    return Chart(
        title=title,
        note=t("report_team_trends_note"),
        svg=multiples(panels, title, t("report_dots_described", n=len(teams))),
        table=Table(title, [*columns, Column(t("report_machine_mean"), "points")], rows),
        is_wide=True,
    )


def _critical(points: Sequence[Point], name: str, asked: Asked, t: Wording) -> Chart:
    title = t("report_rate_of", name=t(f"report_{name}"))
    return share_trend(points, lambda one: one.machine.critical[name], name, asked, t, title=title)


def _place(one: Point, asked: Asked, t: Wording) -> Place:
    mean = one.totals.machine.mean
    cell = mean_cell(mean, t, asked.calls("scored", span=one.span))
    said = t(
        "report_dot",
        name=f"{words.team(asked.who.team or '', t)} {words.days(one.span, t)}",
        value=written(mean.value, "points"),
        reach=reach(cell, "points"),
        calls=mean.n,
    )
    return Place(span_name(one), mean.value, cell.low, cell.high, cell.href, said)
