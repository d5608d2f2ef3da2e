"""A report in the terminal: its main figures, then its tables."""

from rich.console import Console
from rich.markup import escape
from rich.table import Column as Head
from rich.table import Table as Drawn

from api.console.wording import Wording, wording
from api.reports import words
from api.reports.figures import Live
from api.reports.handbook import handbook_sections
from api.reports.queries import Asked
from api.reports.shown import Cell, Column, Kind, Section, Table, Tile
from api.reports.values import reach, written
from batch.wording import say
from models.reason import Language

ROOMY = 120
"""Columns of a terminal that has room for intervals in tables."""

MOST_ROWS = 20
"""Of a table in a terminal; files have them all."""


def print_report(console: Console, figures: Live, asked: Asked, language: Language) -> None:
    t = wording(language)
    title = (t(f"report_title_{asked.period}"), words.period(asked, t), words.of_whom(figures.session, asked, t))
    console.print(f"[bold]{escape(' · '.join(title))}[/]")
    if not figures.totals.calls:
        console.print(escape(say(language, "report_no_calls")))
        return
    for one in handbook_sections(figures, asked, t):
        _print_section(console, one, t)
    console.print(f"[dim]{escape(t('report_footer'))}[/]")


def _print_section(console: Console, one: Section, t: Wording) -> None:
    console.print(f"\n[bold]{escape(one.title)}[/]")
    if one.tiles:
        table = Drawn(box=None, show_header=False, pad_edge=False)
        for tile in one.tiles:
            table.add_row(*map(escape, _tile(tile, t)))
        console.print(table)
    for part in one.tables:
        if part.rows:
            console.print(_drawn(part, with_reach=console.width >= ROOMY))
        elif part.empty:
            console.print(f"{escape(part.title)}: {escape(part.empty)}")


def _tile(tile: Tile, t: Wording) -> tuple[str, str, str]:
    cell = tile.cell
    if cell.value is None:
        return tile.label, t("report_few") if cell.is_few else t("report_unknown"), cell.lack
    interval = reach(cell, tile.kind)
    said = t("report_interval", reach=interval) if interval else ""
    return tile.label, written(cell.value, tile.kind), "  ".join(filter(None, (said, cell.note, tile.before)))


def _drawn(part: Table, *, with_reach: bool) -> Drawn:
    heads = [_head(one) for one in part.columns]
    table = Drawn(*heads, title=escape(part.title), title_justify="left")
    for row in part.rows[:MOST_ROWS]:
        pairs = zip(row, part.columns, strict=True)
        table.add_row(*(escape(_cell(cell, column.kind, with_reach=with_reach)) for cell, column in pairs))
    if len(part.rows) > MOST_ROWS:
        table.caption = f"… {len(part.rows) - MOST_ROWS}"
    return table


def _head(one: Column) -> Head:
    return Head(escape(one.heading), justify="left" if one.kind == "text" else "right", overflow="fold")


def _cell(cell: Cell, kind: Kind, *, with_reach: bool) -> str:
    if cell.value is None:
        return cell.lack or written(None, kind)
    interval = reach(cell, kind) if with_reach else ""
    note = f" {cell.note}" if kind == "text" and cell.note else ""
    return f"{written(cell.value, kind)}{note}{f' ({interval})' if interval else ''}"
