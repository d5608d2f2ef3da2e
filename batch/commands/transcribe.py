"""`callqa transcribe`."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from asr.container import size_of_file
from asr.formats import render
from asr.transcribe import transcribe as transcribe_file
from asr.vcon import source_file
from batch.commands.options import Home, Lang, Model
from batch.exits import Exit
from batch.settings import read_settings
from batch.workplace import open_transcriber
from models.errors import BadRecording
from pipeline.folder import FoundFile, find_files


class Format(StrEnum):
    JSON = "json"
    SRT = "srt"
    VTT = "vtt"
    TXT = "txt"
    VCON = "vcon"


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
    targets = target_names(files, form.value)
    for file in files:
        try:
            transcript = transcribe_file(
                file.path,
                file=file.name,
                sha256=_sha256(file),
                transcriber=transcriber,
                agent_channel=settings.agent_channel,
                max_seconds=settings.max_hours * 3600,
            )
            source = source_file(file.path, transcript.recording.seconds, name=file.name)
        except BadRecording as error:
            refused += 1
            errors.print(f"[red]✗[/] {escape(error.say(settings.language))}", soft_wrap=True)
            continue
        text = render(transcript, form.value, settings.language, source)
        if output is None:
            typer.echo(text)
        else:
            target = output / targets[file]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf8")
            errors.print(f"[green]✓[/] {escape(str(target))}", soft_wrap=True)
    raise typer.Exit(Exit.INPUT if refused else Exit.DONE)


def target_names(files: Sequence[FoundFile], suffix: str) -> dict[FoundFile, PurePosixPath]:
    """Where each file's transcript goes, below the output folder; no two at the same place.

    `a/1.wav` of a folder goes to `a/1.json`. Files that would meet there keep more of their name: `1.wav` and `1.mp3`
    give `1.wav.json` and `1.mp3.json`; two `1.wav` from different folders are told apart by the folder's name.
    """
    names: dict[FoundFile, PurePosixPath] = {}
    for choice in (_stem, _whole_name, _with_folder):
        wished = {file: choice(file, suffix) for file in files if file not in names}
        times = Counter(map(_place, [*wished.values(), *names.values()]))
        names |= {file: name for file, name in wished.items() if times[_place(name)] == 1}
    for file in files:
        if file not in names:
            taken = set(map(_place, names.values()))
            names[file] = next(name for name in _numbered(file, suffix) if _place(name) not in taken)
    return names


def _place(name: PurePosixPath) -> str:
    """Names that differ only in case are one file to some systems."""
    return str(name).casefold()


def _stem(file: FoundFile, suffix: str) -> PurePosixPath:
    name = PurePosixPath(file.name)
    return name.with_name(f"{name.stem}.{suffix}")


def _whole_name(file: FoundFile, suffix: str) -> PurePosixPath:
    name = PurePosixPath(file.name)
    return name.with_name(f"{name.name}.{suffix}")


def _with_folder(file: FoundFile, suffix: str) -> PurePosixPath:
    name = PurePosixPath(file.name)
    return name.with_name(f"{file.path.absolute().parent.name}-{name.name}.{suffix}")


def _numbered(file: FoundFile, suffix: str) -> Iterator[PurePosixPath]:
    name = PurePosixPath(file.name)
    return (name.with_name(f"{name.name}-{number}.{suffix}") for number in count(2))


def _sha256(file: FoundFile) -> str:
    size_of_file(file.path, file.name)  # what is no plain file may never end
    try:
        with file.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise BadRecording("pipeline.unreadable", file=file.name, what=error.strerror or str(error)) from error
