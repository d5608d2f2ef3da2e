"""Options that several commands share; each overrides the setting of its name."""

import os
from pathlib import Path
from typing import Annotated

import typer

from batch.settings import PREFIX


def _speak(language: str | None) -> str | None:
    """In the environment, so that what is said of a failure is in the same language."""
    if language is not None:
        os.environ[f"{PREFIX}LANGUAGE"] = language
    return language


Home = Annotated[Path | None, typer.Option("--home", help="The data folder (CALLQA_HOME, default ./callqa-data).")]
Pack = Annotated[str | None, typer.Option("--pack", help="Rule pack: a name (the version in use) or a YAML file.")]
Scorecard = Annotated[
    str | None, typer.Option("--scorecard", help="Scorecard: a name (the version in use) or a YAML file.")
]
Classifier = Annotated[
    str | None, typer.Option("--classifier", help="A trained version, `starter` or `none`; else the one in use.")
]
Model = Annotated[str | None, typer.Option("--model", help="Whisper size, or a folder with a CTranslate2 model.")]
Workers = Annotated[int | None, typer.Option("--workers", help="Recordings in hand at the same time.")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en.", callback=_speak)]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, for machines.")]
