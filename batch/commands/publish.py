"""`callqa publish`."""

import json
from typing import Annotated

import typer

from batch.commands.options import AsJson, Home, Lang
from batch.due import finish_all_due, publish_all_due
from batch.settings import read_settings
from batch.wording import say
from batch.workplace import open_workplace
from models.errors import BadSetting


def publish_results(
    *,
    home: Home = None,
    lang: Lang = None,
    due: Annotated[bool, typer.Option("--due", help="Publish verdicts that have waited long enough.")] = False,
    after_hours: Annotated[
        float | None, typer.Option(min=0.01, help="How long is enough; else the setting publish_after_hours.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Publish what is due, and make results final that nobody may appeal any more. Workers do it by themselves."""
    settings = read_settings(home=home, publish_after_hours=after_hours, language=lang)
    if not due:
        raise BadSetting("batch.publish_what")
    with open_workplace(settings) as workplace:
        published, held = publish_all_due(workplace)
        finished = finish_all_due(workplace)
    if as_json:
        typer.echo(json.dumps({"published": published, "to_settle": held, "final": finished}))
        return
    if not settings.publish_after_hours:
        typer.echo(say(settings.language, "publish_off"))
    typer.echo(say(settings.language, "publish_done", published=published, held=held, final=finished))
