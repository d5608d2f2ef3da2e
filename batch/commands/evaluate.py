"""`callqa evaluate`: how well the machine tells dissatisfied customers, on a file of rated dialogues."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from batch.commands.options import AsJson, Lang
from batch.settings import read_settings
from batch.wording import say
from models.reason import Language
from pipeline.learning.evaluation import Evaluation, Interval, Miss, evaluate_dialogues
from pipeline.learning.rated_file import read_rated
from scoring.starter.corpus import starter_corpus
from scoring.starter.rated import rated_dialogues


def evaluate(
    dialogues: Annotated[
        Path, typer.Option("--dialogues", help="Rated dialogues, one JSON object a line (docs/satisfaction.md).")
    ],
    *,
    train: Annotated[
        Path | None, typer.Option("--train", help="Train on this file; without it: on the other folds of --dialogues.")
    ] = None,
    misses: Annotated[int, typer.Option("--misses", min=0, max=1000, help="Show so many of the worst mistakes.")] = 0,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Say how well dissatisfied customers are told from the rest: by the starter alone, trained on real ones, and both.

    Beside them stands what single readers can do, where the file has their votes. Nothing is stored.
    """
    language = read_settings(language=lang).language
    trained_on = read_rated(train) if train is not None else ()
    starter = rated_dialogues(starter_corpus())
    found = evaluate_dialogues(read_rated(dialogues), starter, trained_on, misses=misses)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    console = Console()
    console.print(_table(found, language))
    for miss in found.misses:
        _show(console, miss, language)


def _table(found: Evaluation, language: Language) -> Table:
    table = Table(title=say(language, "evaluated", dialogues=found.dialogues, dissatisfied=found.dissatisfied))
    table.add_column(say(language, "evaluated_who"))
    for heading in ("evaluated_auc", "evaluated_rho", "evaluated_ece"):
        table.add_column(say(language, heading), justify="right")
    for told in found.told:
        figures = (told.auc, told.rho, told.ece)
        table.add_row(say(language, f"evaluated_{told.who}"), *map(_figure, figures))
    return table


def _figure(interval: Interval | None) -> str:
    return "–" if interval is None else f"{interval.value:.3f} ({interval.low:.3f}–{interval.high:.3f})"


def _show(console: Console, miss: Miss, language: Language) -> None:
    said = say(language, "evaluated_miss", id=miss.id, rating=round(miss.rating, 2), predicted=round(miss.predicted, 2))
    console.print(f"\n[bold]{escape(said)}[/]")
    for role, text in miss.turns:
        console.print(f"  {say(language, f'evaluated_{role}')} {escape(text)}", soft_wrap=True)
