"""`callqa`: the commands, and what the shell is told when one fails."""

import errno
import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import SQLAlchemyError

from batch.exits import EXIT_OF, Exit
from batch.interrupt import end_at_once
from batch.logs import configure_logs
from batch.settings import read_settings
from batch.wording import say
from models.errors import CallqaError
from models.reason import Language

COMMANDS = {
    "demo": ("demo", "demo"),
    "batch": ("batch", "batch"),
    "transcribe": ("transcribe", "transcribe"),
    "score": ("score", "score"),
    "serve": ("serve", "serve"),
    "worker": ("worker", "worker"),
    "rescore": ("rescore", "rescore_calls"),
    "train": ("train", "train"),
    "publish": ("publish", "publish_results"),
    "feedback": ("feedback", "app"),
    "cases": ("cases", "app"),
    "evaluate": ("evaluate", "evaluate"),
    "sample": ("sample", "app"),
    "report": ("report", "app"),
    "settings": ("settings", "settings"),
    "users": ("users", "app"),
    "rules": ("rules", "app"),
    "db": ("database", "app"),
}
"""Name on the command line → module in batch/commands, and what in it."""

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Automated quality inspection (质检) for Chinese call centres.",
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - the shape Typer calls
    if wanted:
        typer.echo(f"callqa {version('callqa')}")
        raise typer.Exit


@app.callback()
def callqa(
    *,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more about what is going on.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version and end.")
    ] = False,
) -> None:
    configure_logs(verbose=verbose)


def add_commands(asked: str | None) -> None:
    """The command asked for; all of them where none is known by that name, for help.

    Importing them all takes a second longer than importing one.
    """
    for name, (module, what) in COMMANDS.items():
        if asked in COMMANDS and name != asked:
            continue
        found = getattr(import_module(f"batch.commands.{module}"), what)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)


def main() -> None:
    """Run the command; every foreseen failure becomes sentences on stderr and an exit code."""
    try:
        add_commands(next((word for word in sys.argv[1:] if not word.startswith("-")), None))
        app()
    except SystemExit as ended:
        if ended.code == Exit.INTERRUPTED:
            end_at_once(Exit.INTERRUPTED)
        raise
    except CallqaError as error:
        _tell(error)
        sys.exit(EXIT_OF.get(type(error), Exit.INPUT))
    except SQLAlchemyError as error:
        _say("storage_failed", what=str(getattr(error, "orig", None) or error))
        sys.exit(Exit.STORAGE)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        _say("disk_full" if full else "os_failed", what=str(error))
        sys.exit(Exit.STORAGE)


def _tell(error: CallqaError) -> None:
    console, language = Console(stderr=True), _language()
    console.print(f"[red]✗[/] {escape(error.say(language))}", soft_wrap=True)
    # A single mistake has been said already.
    for detail in () if error.details == (error.reason,) else error.details:
        console.print(f"  • {escape(detail.say(language))}", soft_wrap=True)


def _say(sentence: str, **facts: str) -> None:
    Console(stderr=True).print(f"[red]✗[/] {escape(say(_language(), sentence, **facts))}", soft_wrap=True)


def _language() -> Language:
    """The language set; Chinese where it is the settings that are wrong."""
    try:
        return read_settings().language
    except CallqaError:
        return "zh"
