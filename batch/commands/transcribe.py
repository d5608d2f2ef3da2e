"""`callqa transcribe`."""

import hashlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from asr.formats import render
from asr.transcribe import transcribe as transcribe_file
from batch.commands.options import Home, Lang, Model
from batch.exits import Exit
from batch.settings import read_settings
from batch.workplace import open_transcriber
from models.errors import BadRecording
from pipeline.folder import find_files


class Format(StrEnum):
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"
    TXT = "txt"


def transcribe(
    paths: Annotated[list[Path], typer.Argument(help="Recordings, or folders of them.")],
    form: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.TXT,
    output: Annotated[Path | None, typer.Option(help="Folder for one file per recording; default stdout.")] = None,
    *,
    home: Home = None,
    model: Model = None,
    lang: Lang = None,
) -> None:
    """Write what was said in recordings, without storing anything but the model's cache."""
    settings = read_settings(home=home, model=model, language=lang)
    files = find_files(paths)
    transcriber = open_transcriber(settings)
    errors = Console(stderr=True)
    refused = 0
    if output:
        output.mkdir(parents=True, exist_ok=True)
    for file in files:
        try:
            transcript = transcribe_file(
                file.path,
                file=file.name,
                sha256=_sha256(file.path),
                transcriber=transcriber,
                agent_channel=settings.agent_channel,
                max_seconds=settings.max_hours * 3600,
            )
        except BadRecording as error:
            refused += 1
            errors.print(f"[red]✗[/] {escape(error.say(settings.language))}", soft_wrap=True)
            continue
        text = render(transcript, form.value, settings.language)
        if output is None:
            typer.echo(text)
        else:
            target = output / f"{file.path.stem}.{form.value}"
            target.write_text(text, "utf8")
            errors.print(f"[green]✓[/] {escape(str(target))}", soft_wrap=True)
    raise typer.Exit(Exit.INPUT if refused else Exit.DONE)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise BadRecording("pipeline.unreadable", file=str(path), what=error.strerror or str(error)) from error
