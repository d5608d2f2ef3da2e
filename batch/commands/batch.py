"""`callqa batch`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from batch.batch import run_batch
from batch.commands.options import AsJson, Home, Lang, Model, Pack, Scorecard, Workers
from batch.figures import keep_figures
from batch.progress import RichProgress
from batch.report import exit_code, print_summary, summary_json
from batch.settings import read_settings
from batch.workplace import open_workplace


def batch(
    paths: Annotated[list[Path], typer.Argument(help="Recordings, or folders of them.")],
    manifest: Annotated[Path | None, typer.Option(help="CSV that says which call each recording is.")] = None,
    *,
    retry_quarantined: Annotated[bool, typer.Option(help="Try again what was set aside among these files.")] = False,
    home: Home = None,
    pack: Pack = None,
    scorecard: Scorecard = None,
    model: Model = None,
    workers: Workers = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Transcribe, check, score and route recordings. Stopped at any moment, the same command goes on from there.

    Exit codes: 0 all scored; 2 wrong use; 3 wrong input; 4 something is not installed; 5 finished, but some
    recordings were set aside; 6 database or disk failed; 130 interrupted.
    """
    settings = read_settings(home=home, pack=pack, scorecard=scorecard, model=model, workers=workers, language=lang)
    errors = Console(stderr=True)
    with open_workplace(settings) as workplace, RichProgress(errors, settings.language) as progress:
        summary = run_batch(workplace, paths, manifest, progress, retry_quarantined=retry_quarantined)
        keep_figures(workplace)
    if as_json:
        typer.echo(json.dumps(summary_json(summary, settings.language), ensure_ascii=False, indent=2))
    else:
        print_summary(Console(), summary, settings.language)
    raise typer.Exit(exit_code(summary))
