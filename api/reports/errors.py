"""The section on error items: Pareto by the machine over all calls, and by people among the reviewed ones."""

from collections.abc import Sequence
from dataclasses import replace

from api.charts.pareto import Bar, pareto
from api.charts.theme import Tone
from api.console.wording import Wording
from api.reports.quality import bounded, estimate_cell
from api.reports.queries import Asked
from api.reports.shown import Cell, Chart, Column, Key, Section, Table
from api.reports.values import written
from pipeline.reports.drill import By
from pipeline.reports.error_estimates import ErrorEstimate
from pipeline.reports.errors import ErrorLine

MOST_BARS = 12
ORDINARY = "ordinary"


def errors_section(
    machine: Sequence[ErrorLine],
    people: Sequence[ErrorLine],
    estimates: Sequence[ErrorEstimate],
    asked: Asked,
    t: Wording,
) -> Section:
    parts: list[Chart | Table] = [error_chart(machine, "machine", asked, t), error_chart(people, "people", asked, t)]
    if estimates:
        parts.append(estimate_table(estimates, asked, t))
    return Section("errors", t("report_tab_errors"), intro=t("report_errors_intro"), parts=parts)


def estimate_table(estimates: Sequence[ErrorEstimate], asked: Asked, t: Wording) -> Table:
    """What people's verdicts say of all calls, as far as sampling lets them."""
    columns = [
        Column(t("report_item")),
        Column(t("report_rate_estimated"), "share"),
        Column(t("report_heard"), "whole"),
        Column(t("report_population"), "whole"),
    ]
    rows = [
        [
            Cell(one.name, asked.calls(f"error:{one.card}:{one.item}", "people")),
            bounded(estimate_cell(one.estimate, t), 1.0),
            Cell(one.estimate.heard),
            Cell(one.estimate.population),
        ]
        for one in estimates
    ]
    note = t("report_errors_estimated_note", plan=estimates[0].plan)
    return Table(t("report_errors_estimated"), columns, rows, note=note, sheet=t("report_sheet_errors_estimated"))


def error_chart(lines: Sequence[ErrorLine], by: By, asked: Asked, t: Wording, most: int | None = None) -> Chart:
    """Bars of the most frequent, and a table of all (or of the first `most`)."""
    title = t(f"report_errors_{by}")
    bars = [_bar(line, by, asked, t) for line in lines[:MOST_BARS]]
    return Chart(
        title=title,
        note=t(f"report_errors_{by}_note"),
        svg=pareto(
            bars,
            title,
            t("report_errors_described", n=len(lines), first=lines[0].name, calls=lines[0].calls),
            calls=t("report_calls"),
            cumulative=t("report_cumulative"),
        )
        if lines
        else "",
        keys=(
            Key(t("report_ordinary"), "blue"),
            Key(t("report_critical_item"), "red"),
            Key(t("report_cumulative"), "grey", "line"),
        ),
        table=error_table(lines[:most], by, asked, t),
        empty=t("report_errors_none"),
        is_wide=True,
        shows_table=True,
    )


def error_table(lines: Sequence[ErrorLine], by: By, asked: Asked, t: Wording) -> Table:
    columns = (
        Column(t("report_item")),
        Column(t("report_class")),
        Column(t("report_calls"), "whole"),
        Column(t("report_judged"), "whole"),
        Column(t("report_rate"), "share"),
        Column(t("report_rate_before"), "share_change"),
        Column(t("report_points_lost"), "points"),
        Column(t("report_fatal_calls"), "whole"),
        Column(t("report_cumulative"), "share"),
    )
    return Table(
        title=t(f"report_errors_{by}"),
        columns=columns,
        rows=[_row(line, by, asked, t) for line in lines],
        note=t(f"report_errors_{by}_note"),
        empty=t("report_errors_none"),
        sheet=t(f"report_sheet_errors_{by}"),
    )


def short_error_table(lines: Sequence[ErrorLine], asked: Asked, t: Wording) -> Table:
    """The machine's, for half a page."""
    columns = [
        Column(t("report_item")),
        Column(t("report_calls"), "whole"),
        Column(t("report_rate"), "share"),
        Column(t("report_rate_before"), "share_change"),
    ]
    rows = []
    for line in lines:
        item, kind, calls, _, rate, change, *_ = _row(line, "machine", asked, t)
        mark = "" if line.item_class == ORDINARY else str(kind.value)
        rows.append([replace(item, note=mark), calls, rate, change])
    title = t("report_errors_machine")
    note, empty = t("report_machine_all"), t("report_errors_none")
    return Table(title, columns, rows, note=note, empty=empty, sheet=t("report_sheet_errors_top"), is_wide=False)


def _row(line: ErrorLine, by: By, asked: Asked, t: Wording) -> list[Cell]:
    href = _address(line, by, asked)
    change = None if line.before_rate is None else line.rate - line.before_rate
    return [
        Cell(line.name, href),
        Cell(t(f"report_{line.item_class}"), mood="" if line.item_class == ORDINARY else "bad"),
        Cell(line.calls, href),
        Cell(line.judged),
        Cell(line.rate, low=line.interval[0], high=line.interval[1]),
        Cell(change),
        Cell(line.lost),
        Cell(line.fatal),
        Cell(line.cumulative),
    ]


def _bar(line: ErrorLine, by: By, asked: Asked, t: Wording) -> Bar:
    tone: Tone = "blue" if line.item_class == ORDINARY else "red"
    words = t(
        "report_error_bar",
        item=line.name,
        calls=line.calls,
        judged=line.judged,
        rate=written(line.rate, "share"),
        cumulative=written(line.cumulative, "share"),
    )
    return Bar(line.name, line.calls, line.cumulative, _address(line, by, asked), words, tone)


def _address(line: ErrorLine, by: By, asked: Asked) -> str:
    return asked.calls(f"error:{line.card}:{line.item}", by)
