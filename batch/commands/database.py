"""`callqa db`."""

import typer

from batch.commands.options import Home
from batch.figures import check_figures
from batch.settings import read_settings
from batch.wording import say
from batch.workplace import open_workplace

app = typer.Typer(no_args_is_help=True, help="The database.")


@app.command()
def upgrade(*, home: Home = None) -> None:
    """Bring the database's tables up to date, as other commands do when they start, and what reports add up."""
    settings = read_settings(home=home)
    with open_workplace(settings) as workplace:
        check_figures(workplace)
        typer.echo(say(settings.language, "database_current"))


@app.callback()
def database() -> None:
    """Keeps `upgrade` a command of its own while it is the only one."""
