"""`callqa settings`."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import make_url

from batch.settings import PREFIX, read_settings, settings_table


def settings(
    *, markdown: Annotated[bool, typer.Option("--markdown", help="The table of docs/settings.md.")] = False
) -> None:
    """Show every setting, its variable and its value here."""
    if markdown:
        typer.echo(settings_table(), nl=False)
        return
    now = read_settings()
    table = Table("setting", "environment", "value", "what it is")
    for name, field in type(now).model_fields.items():
        value = "—" if name == "database_url" and now.database_url is None else str(getattr(now, name))
        table.add_row(name, f"{PREFIX}{name.upper()}", _without_password(value), field.description)
    Console().print(table)


def _without_password(value: str) -> str:

    return make_url(value).render_as_string(hide_password=True) if "://" in value else value
