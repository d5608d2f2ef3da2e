"""`callqa report`: the figures of a day, week, month or any days, in the terminal or as a file."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from api.console.wording import wording
from api.reports import words
from api.reports.call_rows import check_parquet, written
from api.reports.figures import Live
from api.reports.json_figures import figures_json
from api.reports.paper import as_file, live_paper
from api.reports.queries import UNKNOWN, Asked
from api.reports.sections import section, sections_for
from api.reports.sheets import report_workbook
from batch.commands.options import Home, Lang
from batch.report_tables import print_report
from batch.settings import read_settings
from batch.wording import say
from batch.workplace import Workplace, now, open_workplace
from models.errors import BadSetting
from models.facts import CallFactLine
from models.person import RIGHTS, UserRole, Viewer
from models.reason import Language
from pipeline.reports.drill import drill
from pipeline.reports.span import DAY, DaySpan, day_span, month_of, parse_span, today, week_of
from pipeline.reports.who import Who

app = typer.Typer(no_args_is_help=True, help="Reports: figures of a day, week, month or any days.")

AT_A_TIME = 2000
PAPER = 140
"""Columns of a text file."""


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    HTML = "html"
    XLSX = "xlsx"
    PARQUET = "parquet"


FILES = {Format.XLSX, Format.PARQUET}
"""Not for a terminal."""

MACHINE = Viewer(None, "callqa", None, RIGHTS[UserRole.LEAD])
"""Who has the database has all of it."""

Of = Annotated[str | None, typer.Option("--of", help="2026-11-05, 2026-W46, 2026-11 or 2026-11-01..2026-11-20.")]
Team = Annotated[str | None, typer.Option("--team", help="Only a team's calls; ~ for calls of no known team.")]
Agent = Annotated[str | None, typer.Option("--agent", help="Only an agent's calls, by their number.")]
As = Annotated[
    Format, typer.Option("--format", help="csv and parquet have the calls one by one, the others the figures.")
]
Out = Annotated[Path | None, typer.Option("--out", help="The file to write; else stdout.")]


@app.command()
def daily(
    *,
    of: Of = None,
    team: Team = None,
    agent: Agent = None,
    format_: As = Format.TEXT,
    out: Out = None,
    home: Home = None,
    lang: Lang = None,
) -> None:
    """Yesterday, or the day given."""
    _report("daily", of, Who(_known(team), _known(agent)), format_, out, home, lang)


@app.command()
def weekly(
    *,
    of: Of = None,
    team: Team = None,
    agent: Agent = None,
    format_: As = Format.TEXT,
    out: Out = None,
    home: Home = None,
    lang: Lang = None,
) -> None:
    """Last week, or the week given."""
    _report("weekly", of, Who(_known(team), _known(agent)), format_, out, home, lang)


@app.command()
def monthly(
    *,
    of: Of = None,
    team: Team = None,
    agent: Agent = None,
    format_: As = Format.TEXT,
    out: Out = None,
    home: Home = None,
    lang: Lang = None,
) -> None:
    """Last month, or the month given."""
    _report("monthly", of, Who(_known(team), _known(agent)), format_, out, home, lang)


@app.command("range")
def any_days(
    *,
    of: Of = None,
    team: Team = None,
    agent: Agent = None,
    format_: As = Format.TEXT,
    out: Out = None,
    home: Home = None,
    lang: Lang = None,
) -> None:
    """The days given by --of."""
    _report("range", of, Who(_known(team), _known(agent)), format_, out, home, lang)


def _report(  # noqa: PLR0917 - as the commands have them
    kind: str, of: str | None, who: Who, format_: Format, out: Path | None, home: Path | None, lang: str | None
) -> None:
    span = span_of(kind, of, datetime.now(UTC))
    if format_ in FILES and out is None and sys.stdout.isatty():
        raise BadSetting("batch.report_format_needs_file", format=format_.value)
    if format_ is Format.PARQUET:
        check_parquet()
    settings = read_settings(home=home, language=lang)
    with open_workplace(settings) as workplace, workplace.reading() as session:
        figures = Live(session, MACHINE, span, who, now())
        asked = Asked(span, figures.who)
        if format_ is Format.TEXT and out is None:
            print_report(Console(), figures, asked, settings.language)
            return
        _write(_content(format_, workplace, figures, asked, settings.language), out)
    if out is not None:
        Console(stderr=True).print(escape(say(settings.language, "report_written", file=str(out))), soft_wrap=True)


def span_of(kind: str, of: str | None, at: datetime) -> DaySpan:
    """The days asked for, or the last whole day, week or month.

    Raises:
        BadInput: they are no days.
        BadSetting: they are no day, week or month though one is asked for; a range without days.
    """
    day: date = today(at)
    if of is None:
        match kind:
            case "daily":
                return day_span(day - DAY)
            case "weekly":
                return week_of(day - timedelta(weeks=1))
            case "monthly":
                return month_of(month_of(day).first - DAY)
            case _:
                raise BadSetting("batch.report_range_needed")
    span = parse_span(of)
    whole = {"daily": day_span, "weekly": week_of, "monthly": month_of}.get(kind)
    if whole is not None and span != whole(span.first):
        raise BadSetting("batch.report_not_a_period", of=of[:40], kind=kind)
    return span


def _content(format_: Format, workplace: Workplace, figures: Live, asked: Asked, language: Language) -> Iterator[bytes]:
    t = wording(language)
    match format_:
        case Format.JSON:
            said: dict[str, object] = {"first": asked.span.first.isoformat(), "last": asked.span.last.isoformat()}
            said |= {"team": asked.who.team, "agent": asked.who.agent_id}
            yield json.dumps({**said, "parts": figures_json(figures)}, ensure_ascii=False, indent=2).encode() + b"\n"
        case Format.CSV | Format.PARQUET:
            yield from written(_batches(workplace, asked), "csv" if format_ is Format.CSV else "parquet")
        case Format.HTML:
            yield as_file(live_paper(figures.session, MACHINE, asked, t, figures.now), t).encode()
        case Format.XLSX:
            shown = [section(name, figures, asked, t) for name in sections_for(MACHINE, asked.who)]
            whose = words.of_whom(figures.session, asked, t)
            yield report_workbook(shown, _batches(workplace, asked), asked, t, made_by="callqa", whose=whose)
        case _:
            console = Console(record=True, file=StringIO(), width=PAPER)
            print_report(console, figures, asked, language)
            yield console.export_text().encode()


def _batches(workplace: Workplace, asked: Asked) -> Iterator[Sequence[CallFactLine]]:
    after = None
    while True:
        with workplace.reading() as session:
            found = drill(session, MACHINE, asked.span, asked.who, "all", "machine", after, AT_A_TIME)
        yield found.lines
        if found.after is None:
            return
        after = found.after


def _write(pieces: Iterator[bytes], out: Path | None) -> None:
    if out is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    with out.open("wb") as file:
        file.writelines(pieces)


def _known(name: str | None) -> str | None:
    return "" if name == UNKNOWN else name
