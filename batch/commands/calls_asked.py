"""Which stored calls a command is about: the options several commands share, and the bar they show meanwhile."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.clock import CHINA_TIME
from storage.calls.call_filter import CallFilter

Agent = Annotated[str | None, typer.Option(help="Only this agent's calls.")]
Team = Annotated[str | None, typer.Option(help="Only this team's.")]
CallType = Annotated[str | None, typer.Option(help="Only calls of this type.")]
Direction = Annotated[str | None, typer.Option(help="inbound or outbound.")]
Grade = Annotated[str | None, typer.Option(help="Only calls of this grade.")]
Rule = Annotated[str | None, typer.Option(help="Only calls this rule hit.")]
Since = Annotated[datetime | None, typer.Option(help="Only calls that began then or later.")]
Until = Annotated[datetime | None, typer.Option(help="Only calls that began before.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many calls, latest first.")]


def began(since: datetime | None, until: datetime | None) -> CallFilter:
    """Calls that began between two times of the clock in China; `dataclasses.replace` adds the rest."""
    return CallFilter(
        started_from=since and since.replace(tzinfo=CHINA_TIME),
        started_to=until and until.replace(tzinfo=CHINA_TIME),
    )


def bar() -> Progress:
    """On stderr, gone when it is done."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True)
