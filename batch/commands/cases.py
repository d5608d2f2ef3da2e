"""`callqa cases`."""

import json
import re
from datetime import date
from typing import Annotated

import typer

from batch.commands.options import AsJson, Home, Lang
from batch.settings import read_settings
from batch.suggested_cases import suggest_month
from batch.wording import say
from batch.workplace import now, open_workplace
from models.clock import CHINA_TIME
from models.errors import BadInput
from models.reason import Fact
from pipeline.cases.suggesting import month_of

app = typer.Typer(no_args_is_help=True, help="The case library (案例库).")


@app.callback()
def cases() -> None:
    """Keep `suggest` a command of its own, also while it is the only one."""


@app.command()
def suggest(
    *,
    home: Home = None,
    lang: Lang = None,
    month: Annotated[str | None, typer.Option("--month", help="Such as 2026-10; else the one that is over.")] = None,
    as_json: AsJson = False,
) -> None:
    """Suggest cases from a month's calls, good and bad, of every agent and error item. Workers do it by themselves."""
    settings = read_settings(home=home, language=lang)
    first = _month(month)
    with open_workplace(settings) as workplace:
        done = suggest_month(workplace, first)
    facts: dict[str, Fact] = {"month": first.isoformat()[:7], "suggested": done.suggested, "alike": done.alike}
    typer.echo(json.dumps(facts) if as_json else say(settings.language, "cases_suggested", **facts))


def _month(text: str | None) -> date:
    """The first day of the month; of last month where none is named."""
    if text is None:
        this, _ = month_of(now().astimezone(CHINA_TIME).date())
        return month_of(date.fromordinal(this.toordinal() - 1))[0]
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text) or text < "0002":
        raise BadInput("batch.cases_month", text=text)
    return date.fromisoformat(f"{text}-01")
