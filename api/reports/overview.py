"""The first section: how much was scored, how good it was by whose account, and what stands out."""

from dataclasses import replace

from api.console.wording import Wording
from api.reports import words
from api.reports.cells import mean_cell, share_cell, was
from api.reports.drawn import grade_chart, line_dots, mean_trend
from api.reports.errors import short_error_table
from api.reports.figures import Figures
from api.reports.quality import quality_places, quality_tile
from api.reports.queries import Asked
from api.reports.shown import Cell, Chart, Section, Table, Tile
from api.reports.values import written

TOP = 8
"""Error items; their own section has them all."""


def overview_section(figures: Figures, asked: Asked, t: Wording) -> Section:
    past = figures.history
    points = [one.point for one in past]
    parts: list[Chart | Table] = [mean_trend(points, asked, t, quality_places(past, t))]
    parts.append(grades_of(figures, asked, t))
    if len(figures.teams) > 1:
        title = t("report_teams")
        parts.append(line_dots(figures.teams, figures.totals, asked, t, title=title, part="team"))
    elif asked.who.agent_id is None and figures.agents:
        title = t("report_agents")
        parts.append(line_dots(figures.agents, figures.totals, asked, t, title=title, part="agent"))
    parts.append(short_error_table(figures.errors[:TOP], asked, t))
    return Section(
        "overview",
        t("report_tab_overview"),
        intro=t("report_overview_intro"),
        tiles=tiles(figures, asked, t),
        parts=parts,
        warning=t("report_uncounted", n=figures.uncounted) if figures.uncounted else "",
    )


def tiles(figures: Figures, asked: Asked, t: Wording) -> list[Tile]:
    now, before = figures.totals, figures.before
    mean = mean_cell(now.machine.mean, t, asked.calls("scored"))
    critical, _ = figures.any_critical
    fatal = share_cell(now.machine.fatal, asked.calls("fatal"))
    length = now.minutes_a_call
    return [
        Tile(
            t("report_scored_calls"),
            Cell(
                now.calls, asked.calls("all"), note=t("report_minutes", n=written(length, "points")) if length else ""
            ),
            before=was(before.calls, now.calls, "whole", t),
        ),
        quality_tile(figures.quality, t),
        Tile(
            t("report_machine_mean_all"),
            replace(mean, note=t("report_all_calls")),
            "points",
            was(before.machine.mean.value, now.machine.mean.value, "points", t),
        ),
        Tile(
            t("report_fatal_rate_machine"),
            fatal,
            "share",
            was(before.machine.fatal.share, now.machine.fatal.share, "share", t),
        ),
        Tile(t("report_critical_rate_machine"), share_cell(critical, asked.calls("critical")), "share"),
        *(
            Tile(
                t("report_rate_of", name=t(f"report_{name}")),
                share_cell(now.machine.critical[name], asked.calls(name)),
                "share",
            )
            for name in words.CRITICAL
        ),
        Tile(
            t("report_reviewed"),
            Cell(
                now.reviewed.calls,
                asked.calls("reviewed", "people"),
                note=t("report_reviewed_share", share=written(now.reviewed_share.share, "share")),
            ),
            before=was(before.reviewed.calls, now.reviewed.calls, "whole", t),
        ),
        Tile(
            t("report_satisfied"),
            share_cell(now.satisfied, asked.calls("satisfied")),
            "share",
            was(before.satisfied.share, now.satisfied.share, "share", t),
        ),
    ]


def grades_of(figures: Figures, asked: Asked, t: Wording) -> Chart:
    """The machine's of all calls above people's of the reviewed ones, which are not alike."""
    return grade_chart(
        (
            (t("report_machine_score"), figures.grades, asked, "machine"),
            (t("report_final_score"), figures.final_grades, asked, "people"),
        ),
        t,
        title=t("report_grades"),
        note=t("report_grades_note"),
    )
