"""A report as a workbook: a sheet of main figures, one for each table, the calls, and what the numbers mean."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from api.console.wording import Wording
from api.reports import words
from api.reports.call_rows import row_of
from api.reports.queries import Asked
from api.reports.shown import Cell, Kind, Section, Table, Tile
from api.workbook import LONGEST_NAME, Column, Plain, Sheet, workbook
from api.workbook import Cell as Written
from api.workbook import Kind as Format
from models.facts import CallFactLine

MOST_CALLS = 10_000
"""Of the sheet of calls; files of calls have them all."""

FORMATS: Mapping[Kind, Format] = {
    "text": "text",
    "whole": "whole",
    "points": "points",
    "change": "points",
    "share": "share",
    "share_change": "share",
    "seconds": "seconds",
    "clock": "seconds",
    "day": "day",
    "moment": "moment",
}
CALL_KINDS: Mapping[str, Format] = {
    "call_id": "whole",
    "day": "day",
    "started_at": "moment",
    "seconds": "seconds",
    "total": "points",
    "final_total": "points",
}
CALL_COLUMNS = (
    "call_id",
    "day",
    "started_at",
    "agent_id",
    "agent_name",
    "team",
    "call_type",
    "seconds",
    "total",
    "grade",
    "fatal",
    "critical",
    "final_total",
    "final_grade",
    "final_fatal",
    "final_critical",
)


def report_workbook(
    sections: Sequence[Section],
    calls: Iterable[Sequence[CallFactLine]],
    asked: Asked,
    t: Wording,
    *,
    made_by: str,
    whose: str,
) -> bytes:
    """`calls` are read until the sheet is full."""
    title = f"{t('title_reports')} {words.period(asked, t)} {whose}"
    return workbook(_sheets(sections, calls, title, t), title=title, made_by=made_by)


def _sheets(
    sections: Sequence[Section], calls: Iterable[Sequence[CallFactLine]], title: str, t: Wording
) -> Iterator[Sheet]:
    taken: set[str] = set()
    tiles = [(section.title, tile) for section in sections for tile in section.tiles]
    yield Sheet(_free(t("report_tab_overview"), taken), _tile_columns(t), [_tile(*one, t) for one in tiles], title)
    for section in sections:
        for table in section.tables:
            if table.rows:
                yield _sheet(table, _free(table.sheet or table.title, taken), t)
    columns = [Column(t(f"report_column_{name}"), CALL_KINDS.get(name, "text")) for name in CALL_COLUMNS]
    note = t("report_sheet_calls_note", n=MOST_CALLS)
    yield Sheet(_free(t("report_sheet_calls"), taken), columns, _calls(calls, t), note)
    notes = [[section.title, section.intro] for section in sections if section.intro]
    heads = [Column(t("report_sheet_about")), Column(t("report_sheet_notes"), "long")]
    yield Sheet(_free(t("report_sheet_notes"), taken), heads, [*notes, ["", t("report_footer")]])


def _tile_columns(t: Wording) -> list[Column]:
    return [
        Column(t("report_sheet_about")),
        Column(t("report_sheet_figure")),
        Column(t("report_sheet_value"), "points"),
        Column(t("report_low"), "points"),
        Column(t("report_high"), "points"),
        Column(t("report_sheet_before")),
        Column(t("report_sheet_notes"), "long"),
    ]


def _tile(section: str, tile: Tile, t: Wording) -> list[Written]:
    cell, kind = tile.cell, FORMATS[tile.kind]
    return [section, tile.label, _value(cell, kind, t), (cell.low, kind), (cell.high, kind), tile.before, cell.note]


def _sheet(table: Table, name: str, t: Wording) -> Sheet:
    """Each column with an interval is followed by its two bounds."""
    reaching = [any(row[at].low is not None for row in table.rows) for at, _ in enumerate(table.columns)]
    columns: list[Column] = []
    for column, reaches in zip(table.columns, reaching, strict=True):
        kind = FORMATS[column.kind]
        columns.append(Column(column.heading, kind))
        if reaches:
            columns += [Column(f"{column.heading} {t(end)}", kind) for end in ("report_low", "report_high")]
    rows: list[list[Written]] = []
    for row in table.rows:
        cells: list[Written] = []
        for cell, column, reaches in zip(row, table.columns, reaching, strict=True):
            cells.append(_value(cell, FORMATS[column.kind], t))
            cells += [cell.low, cell.high] if reaches else []
        rows.append(cells)
    return Sheet(name, columns, rows, table.note)


def _value(cell: Cell, kind: Format, t: Wording) -> Written:
    """What is not known says why, as far as that is known."""
    value = cell.value
    if value is None:
        return (cell.lack or None, "text")
    if isinstance(value, str | bool | int | float | date | datetime):
        note = f" {cell.note}" if isinstance(value, str) and cell.note else ""
        return (f"{value}{note}" if note else value, kind)
    raise TypeError(f"{t('report_sheet_value')}: {value!r}")


def _calls(batches: Iterable[Sequence[CallFactLine]], t: Wording) -> Iterator[list[Written]]:
    left = MOST_CALLS
    for batch in batches:
        for line in batch[:left]:
            row = row_of(line)
            yield [_call_cell(row[name], t) for name in CALL_COLUMNS]
        left -= len(batch)
        if left <= 0:
            return


def _call_cell(value: object, t: Wording) -> Plain:
    if isinstance(value, list):
        return t("separator").join(t(f"report_{name}") for name in value)
    if isinstance(value, bool):
        return t("report_yes") if value else t("report_no")
    assert value is None or isinstance(value, str | int | float | date)
    return value


def _free(name: str, taken: set[str]) -> str:
    """A name no other sheet has."""
    short = name[:LONGEST_NAME]
    number = 1
    while short in taken:
        number += 1
        short = f"{name[: LONGEST_NAME - 3]} {number}"
    taken.add(short)
    return short
