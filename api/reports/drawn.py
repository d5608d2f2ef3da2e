"""Charts that several sections have: a trend, grades, a distribution, teams or agents beside each other."""

from collections.abc import Callable, Sequence

from api.charts.dots import Dot, dots
from api.charts.grades import Part as GradePart
from api.charts.grades import Whole, grades
from api.charts.histogram import Bin as Bar
from api.charts.histogram import histogram
from api.charts.theme import HALF, WHOLE, Tone
from api.charts.trend import Line as Curve
from api.charts.trend import Point as Place
from api.charts.trend import trend
from api.console.formats import grade_class
from api.console.wording import Wording
from api.reports import words
from api.reports.cells import mean_cell, share_cell
from api.reports.queries import Asked, spelt
from api.reports.shown import Cell, Chart, Column, Key, Kind, Table
from api.reports.values import reach, written
from pipeline.reports.distributions import Distribution, Part
from pipeline.reports.drill import By
from pipeline.reports.tables import Line
from pipeline.reports.totals import Totals
from pipeline.reports.trend import Point
from scoring.wilson import Share

FULL_MARKS = 100
GRADE_TONES: dict[str, Tone] = {"excellent": "green", "good": "blue", "pass": "amber", "fail": "red", "none": "grey"}
GRADE_ORDER = ("优秀", "良好", "合格", "不合格")
MOST_LINES = 300
"""Of a table on a page: the lowest; a workbook is asked for by team."""

MOST_DOTS = 24
"""Of a chart; the table has them all."""

ShareOf = Callable[[Totals], Share]


def span_name(point: Point) -> str:
    """`11-05`; of a week its first day; of a month `2026-11`."""
    return f"{point.span.first:%Y-%m}" if point.span.is_month else f"{point.span.first:%m-%d}"


def mean_trend(points: Sequence[Point], asked: Asked, t: Wording, estimates: Sequence[Place] = ()) -> Chart:
    """The machine's mean of all calls; what people's verdicts estimate beside it, where something is known."""
    title = t("report_trend_mean")
    cells = [mean_cell(one.totals.machine.mean, t, asked.calls("scored", span=one.span)) for one in points]
    curve = Curve([_place(one, cell, "points", t) for one, cell in zip(points, cells, strict=True)], "blue")
    known = [one for one in estimates if one.value is not None]
    curves = [curve, Curve(estimates, "violet", dotted=True)] if known else [curve]
    is_known = any(cell.value is not None for cell in cells)
    return Chart(
        title=title,
        note=t("report_machine_all"),
        svg=trend(curves, title, t("report_trend_described", n=len(points))) if is_known else "",
        keys=[
            Key(t("report_machine_mean"), "blue", "line"),
            *([Key(t("report_quality"), "violet", "diamond")] if known else []),
        ],
        table=trend_table(points, asked, t),
    )


def share_trend(
    points: Sequence[Point], of: ShareOf, what: str, asked: Asked, t: Wording, *, title: str, tone: Tone = "red"
) -> Chart:
    """A share of all calls with Wilson's interval."""
    cells = [share_cell(of(one.totals), asked.calls(what, span=one.span)) for one in points]
    places = [_place(one, cell, "share", t) for one, cell in zip(points, cells, strict=True)]
    is_known = any(cell.value is not None for cell in cells)
    described = t("report_trend_described", n=len(points))
    columns = [Column(t("report_period"), "text"), Column(t("report_calls"), "whole"), Column(title, "share")]
    rows = [
        [Cell(words.days(one.span, t)), Cell(of(one.totals).of), cell] for one, cell in zip(points, cells, strict=True)
    ]
    return Chart(
        title=title,
        note=t("report_machine_all"),
        svg=trend([Curve(places, tone)], title, described, is_share=True) if is_known else "",
        table=Table(title, columns, rows),
    )


def trend_table(points: Sequence[Point], asked: Asked, t: Wording) -> Table:
    columns = [
        Column(t("report_period")),
        Column(t("report_calls"), "whole"),
        Column(t("report_machine_mean"), "points"),
        Column(t("report_fatal_rate"), "share"),
        *(Column(t(f"report_{name}"), "share") for name in words.CRITICAL),
        Column(t("report_reviewed"), "whole"),
    ]
    return Table(t("report_tab_trends"), columns, [_trend_row(one, asked, t) for one in points])


def _trend_row(one: Point, asked: Asked, t: Wording) -> list[Cell]:
    totals, machine = one.totals, one.totals.machine

    def to(what: str, by: By = "machine") -> str:
        return asked.calls(what, by, span=one.span)

    return [
        Cell(words.days(one.span, t)),
        Cell(totals.calls, to("all")),
        mean_cell(machine.mean, t, to("scored")),
        share_cell(machine.fatal, to("fatal")),
        *(share_cell(machine.critical[name], to(name)) for name in words.CRITICAL),
        Cell(totals.reviewed.calls, to("reviewed", "people")),
    ]


def grade_chart(wholes: Sequence[tuple[str, Sequence[Part], Asked, By]], t: Wording, *, title: str, note: str) -> Chart:
    """One bar for each, such as the machine's and people's; each with the address of its own calls."""
    names = sorted({part.name for _, parts, _, _ in wholes for part in parts}, key=_grade_place)
    bars, rows = [], []
    for name, parts, asked, by in wholes:
        found = {part.name: part.share for part in parts}
        shares = [(grade, found.get(grade) or Share(0, 0, None, 0.0, 1.0)) for grade in names]
        bars.append(Whole(name, [_grade_part(grade, share, asked, by, t) for grade, share in shares]))
        cells = [Cell(share.share, _to_grade(grade, asked, by)) for grade, share in shares]
        rows.append([Cell(name), Cell(sum(share.hits for _, share in shares)), *cells])
    columns = [Column(""), Column(t("report_calls"), "whole"), *(Column(name, "share") for name in names)]
    return Chart(
        title=title,
        note=note,
        svg=grades(bars, title, t("report_grades_described")) if names else "",
        keys=[Key(name, _grade_tone(name)) for name in names],
        table=Table(title, columns, rows),
        shows_table=True,
    )


def distribution_chart(found: Distribution, asked: Asked, t: Wording, tone: Tone = "blue") -> Chart:
    title = t(f"report_spread_{found.measure}")
    by: By = "people" if found.measure.startswith("final_") else "machine"
    what = found.measure.removeprefix("final_")
    unit = t(f"report_unit_{words.UNITS[what]}")
    bars, rows = [], []
    for one in found.bins:
        href = asked.calls(f"{what}:{one.name}", by)
        said = words.bin_words(what, one.name, t)
        rows.append([Cell(said, href), Cell(one.calls, href), Cell(one.share if found.calls else None)])
        bars.append(Bar(_bin_name(one.low, one.high), one.calls, href, t("report_bar", name=said, calls=one.calls)))
    columns = [Column(unit), Column(t("report_calls"), "whole"), Column(t("report_share"), "share")]
    return Chart(
        title=title,
        note=t("report_of_calls", n=written(found.calls, "whole")),
        svg=histogram(bars, title, t("report_spread_described", n=found.calls), unit=unit, tone=tone)
        if found.calls
        else "",
        table=Table(title, columns, rows),
        empty=t("report_not_measured"),
    )


def line_dots(
    lines: Sequence[Line], whole: Totals, asked: Asked, t: Wording, *, title: str, part: str, is_wide: bool = False
) -> Chart:
    """The machine's mean of each team or agent with its interval, against that of all; `part` is `team` or `agent`."""
    shown = lines[:MOST_DOTS]
    found = [_dot(line, asked, t, part) for line in shown]
    mark = whole.machine.mean.value
    name = "" if mark is None else t("report_mark", value=written(mark, "points"))
    return Chart(
        title=title,
        note=t("report_lowest", n=MOST_DOTS) if len(lines) > MOST_DOTS else t("report_machine_all"),
        svg=dots(
            found,
            title,
            t("report_dots_described", n=len(lines)),
            mark=mark,
            mark_name=name,
            wide=WHOLE if is_wide else HALF,
        )
        if any(one.value is not None for one in found)
        else "",
        table=line_table(lines[:MOST_LINES], asked, t, title=title, part=part),
        is_wide=is_wide,
        shows_table=is_wide,
    )


def line_table(lines: Sequence[Line], asked: Asked, t: Wording, *, title: str, part: str, empty: str = "") -> Table:
    """Volumes, means and shares of teams, agents or call types."""
    columns = [
        Column(t(f"report_part_{part}")),
        *([Column(t("field_team"))] if part == "agent" else []),
        Column(t("report_calls"), "whole"),
        Column(t("report_machine_mean"), "points"),
        Column(t("report_fatal_rate"), "share"),
        *(Column(t(f"report_{name}"), "share") for name in words.CRITICAL),
        Column(t("report_satisfied"), "share"),
        Column(t("report_transferred"), "share"),
        Column(t("report_reviewed"), "whole"),
    ]
    return Table(title, columns, [_line_row(line, asked, t, part) for line in lines], empty=empty)


def _line_row(line: Line, asked: Asked, t: Wording, part: str) -> list[Cell]:
    more = address_of(line, part)
    machine = line.totals.machine

    def to(what: str, by: By = "machine") -> str:
        # A call type's calls can only be listed as a whole.
        return "" if part == "kind" and what != "all" else asked.calls(_what(line, part, what), by, more=more)

    name = line.name or line.key or t("unknown")
    own = asked.on("/reports", **more) if part != "kind" else to("all")
    first = Cell(
        name if part != "team" else words.team(line.key, t), own, note=line.key if line.name and part == "agent" else ""
    )
    return [
        first,
        *([Cell(words.team(line.team, t))] if part == "agent" else []),
        Cell(line.totals.calls, to("all")),
        mean_cell(machine.mean, t, to("scored")),
        share_cell(machine.fatal, to("fatal")),
        *(share_cell(machine.critical[name], to(name)) for name in words.CRITICAL),
        share_cell(line.totals.satisfied, to("satisfied")),
        share_cell(line.totals.transferred, to("transferred")),
        Cell(line.totals.reviewed.calls, to("reviewed", "people")),
    ]


def address_of(line: Line, part: str) -> dict[str, str | None]:
    if part == "team":
        return {"team": spelt(line.key)}
    return {"team": spelt(line.team), "agent": spelt(line.key)} if part == "agent" else {}


def _what(line: Line, part: str, what: str) -> str:
    return f"type:{line.key}" if part == "kind" else what


def _dot(line: Line, asked: Asked, t: Wording, part: str) -> Dot:
    mean = line.totals.machine.mean
    name = words.team(line.key, t) if part == "team" else line.name or line.key or t("unknown")
    cell = mean_cell(mean, t)
    said = t("report_dot", name=name, value=written(mean.value, "points"), reach=reach(cell, "points"), calls=mean.n)
    href = asked.calls(_what(line, part, "scored"), more=address_of(line, part))
    return Dot(name, mean.value, cell.low, cell.high, href, said, lack=t("report_unknown"))


def _place(one: Point, cell: Cell, kind: Kind, t: Wording) -> Place:
    value = cell.value if isinstance(cell.value, float) else None
    said = t(
        "report_dot",
        name=words.days(one.span, t),
        value=written(value, kind),
        reach=reach(cell, kind),
        calls=one.totals.calls,
    )
    return Place(span_name(one), value, cell.low, cell.high, cell.href, said)


def _grade_part(grade: str, share: Share, asked: Asked, by: By, t: Wording) -> GradePart:
    said = t("report_grade_part", grade=grade, calls=share.hits, share=written(share.share, "share"))
    return GradePart(share.hits, _grade_tone(grade), _to_grade(grade, asked, by), said)


def _to_grade(grade: str, asked: Asked, by: By) -> str:
    return asked.calls(f"{'final_' if by == 'people' else ''}grade:{grade}", by)


def _grade_tone(grade: str) -> Tone:
    return GRADE_TONES.get(grade_class(grade, None), "grey")


def _grade_place(grade: str) -> tuple[int, str]:
    return (GRADE_ORDER.index(grade) if grade in GRADE_ORDER else len(GRADE_ORDER), grade)


def _bin_name(low: float, high: float | None) -> str:
    return (f"{low:g}" if low == FULL_MARKS else f"{low:g}+") if high is None else f"{low:g}–{high:g}"
