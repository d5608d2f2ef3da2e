"""Teams and agents: the machine's mean of each with its interval, and all their figures."""

from collections.abc import Sequence

from api.console.wording import Wording
from api.reports.drawn import line_dots
from api.reports.figures import Figures, Live
from api.reports.quality import quality_tables
from api.reports.queries import Asked
from api.reports.shown import Chart, Section, Table
from pipeline.reports.tables import Line


def people_section(figures: Figures, asked: Asked, t: Wording) -> Section:
    parts: list[Chart | Table] = []
    if len(figures.teams) > 1:
        parts.append(_wide(figures.teams, figures, asked, t, "team"))
    parts += quality_tables(figures.quality, t)
    parts.append(_wide(figures.agents, figures, asked, t, "agent"))
    return Section("people", t("report_tab_people"), intro=t("report_people_intro"), parts=parts)


def kinds_section(figures: Live, asked: Asked, t: Wording) -> Section:
    return Section(
        "kinds",
        t("report_tab_kinds"),
        intro=t("report_kinds_intro"),
        parts=(_wide(figures.call_types, figures, asked, t, "kind"),),
    )


def _wide(lines: Sequence[Line], figures: Figures, asked: Asked, t: Wording, part: str) -> Chart:
    """With its table below it."""
    title = t(f"report_{part}s")
    return line_dots(lines, figures.totals, asked, t, title=title, part=part, is_wide=True)
