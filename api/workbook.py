"""Workbooks for those who live in Excel: frozen headers, filters, number formats, widths that fit.

Nothing that comes from data can become a formula or a link: text is always written as text. The one door to xlsxwriter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Literal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from api.charts.labels import width
from models.clock import CHINA_TIME

Kind = Literal["text", "long", "whole", "points", "share", "seconds", "day", "moment"]

FORMATS: dict[Kind, str] = {
    "text": "@",
    "long": "@",
    "whole": "#,##0",
    "points": "0.0",
    "share": "0.0%",
    "seconds": "#,##0.0",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
WIDTHS: dict[Kind, float] = {
    "text": 8,
    "long": 48,
    "whole": 9,
    "points": 9,
    "share": 9,
    "seconds": 9,
    "day": 12,
    "moment": 17,
}
WIDEST = 40
A_SQUARE = 2.0
"""Of Excel's widths, which count digits, for a Chinese character."""

LONGEST_TEXT = 32_000
"""A cell holds 32,767 characters."""

LONGEST_NAME = 31
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

Plain = str | float | bool | date | datetime | None
Cell = Plain | tuple[Plain, Kind]
"""With its own kind where it is another than its column's."""


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table under its headings. `note` stands over it: what the numbers are, and what they are not."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    note: str = ""


def workbook(sheets: Iterable[Sheet], *, title: str, made_by: str) -> bytes:
    """The workbook's bytes. Rows are read once, and never held as a whole."""
    out = BytesIO()
    book = Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "default_date_format": FORMATS["day"],
        },
    )
    book.set_properties({"title": title, "author": made_by, "comments": "callqa"})
    formats = {
        kind: book.add_format({"num_format": code, "text_wrap": kind == "long", "valign": "top"})
        for kind, code in FORMATS.items()
    }
    head = book.add_format({"bold": True, "bg_color": "#EEF2F8", "bottom": 1, "text_wrap": True, "valign": "vcenter"})
    note = book.add_format({"font_color": "#5D6A7E", "italic": True})
    for sheet in sheets:
        _write(book.add_worksheet(_name(sheet.name)), sheet, formats, head, note)
    book.close()
    return out.getvalue()


def _write(page: Worksheet, sheet: Sheet, formats: dict[Kind, Format], head: Format, note: Format) -> None:
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, _width(column), formats[column.kind])
    top = 0
    if sheet.note:
        page.write_string(0, 0, sheet.note, note)
        top = 1
    for at, column in enumerate(sheet.columns):
        page.write_string(top, at, column.heading, head)
    last = top
    for last, cells in enumerate(sheet.rows, top + 1):
        for at, (cell, column) in enumerate(zip(cells, sheet.columns, strict=True)):
            value, kind = cell if isinstance(cell, tuple) else (cell, column.kind)
            _cell(page, last, at, value, formats[kind])
    page.freeze_panes(top + 1, 1)
    page.autofilter(top, 0, max(last, top + 1), len(sheet.columns) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.hide_gridlines(2)


def _cell(page: Worksheet, row: int, at: int, cell: Plain, format_: Format) -> None:
    """Text as text whatever it begins with; an unknown value stays empty, which is not 0."""
    if cell is None:
        page.write_blank(row, at, None, format_)
    elif isinstance(cell, str):
        page.write_string(row, at, _clean(cell), format_)
    elif isinstance(cell, bool):
        page.write_boolean(row, at, cell, format_)
    elif isinstance(cell, datetime):
        page.write_datetime(row, at, cell.astimezone(CHINA_TIME).replace(tzinfo=None), format_)
    elif isinstance(cell, date):
        page.write_datetime(row, at, cell, format_)
    else:
        page.write_number(row, at, cell, format_)


def _clean(text: str) -> str:
    """Without what XML cannot hold, and short enough for a cell."""
    return "".join(letter for letter in text[:LONGEST_TEXT] if letter >= " " or letter in "\t\n")


def _width(column: Column) -> float:
    return min(
        WIDEST if column.kind != "long" else WIDTHS["long"],
        max(WIDTHS[column.kind], width(column.heading) * A_SQUARE + 3),
    )


def _name(name: str) -> str:
    return name.translate(FORBIDDEN).strip()[:LONGEST_NAME]
