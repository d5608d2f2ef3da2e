"""`callqa db`."""

import typer

from batch.commands.options import Home
from batch.settings import read_settings
from batch.wording import say
from batch.workplace import open_workplace

app = typer.Typer(no_args_is_help=True, help="The database.")


@app.command()
def upgrade(*, home: Home = None) -> None:
    """Bring the database's tables up to date; other commands do it as they start."""
    settings = read_settings(home=home)
    with open_workplace(settings):
        typer.echo(say(settings.language, "database_current"))


@app.callback()
def database() -> None:
    """Keeps `upgrade` a command of its own while it is the only one."""
