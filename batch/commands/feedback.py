"""`callqa feedback`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from batch.commands.options import AsJson, Home, Lang
from batch.settings import read_settings
from batch.wording import say
from batch.workplace import now, open_workplace
from models.person import SYSTEM
from pipeline.results.feedback_file import import_feedback

app = typer.Typer(no_args_is_help=True, help="Customers' complaints and praise.")


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV with the columns key, kind and text (编号、类型、内容).")],
    *,
    source: Annotated[
        str | None, typer.Option(help="The system it comes from; else the file's name. Keys are its own.")
    ] = None,
    home: Home = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Enter complaints and praise: all rows, or none and every mistake. Importing again changes nothing."""
    settings = read_settings(home=home, language=lang)
    with open_workplace(settings) as workplace, workplace.sessions.begin() as session:
        done = import_feedback(session, SYSTEM, file, now(), source=source)
    if as_json:
        typer.echo(json.dumps({"new": done.new, "known": done.known, "untied": done.untied}))
        return
    typer.echo(say(settings.language, "feedback_imported", new=done.new, known=done.known, untied=done.untied))


@app.callback()
def feedback() -> None:
    """Keeps `import` a command of its own while it is the only one."""
