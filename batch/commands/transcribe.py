"""`callqa transcribe`."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from asr.container import size_of_file
from asr.engine import Asked, Engine
from asr.formats import render
from asr.vcon import source_file
from batch.commands.options import Home, Lang, Model, Workers
from batch.exits import Exit
from batch.progress import RichProgress
from batch.settings import read_settings
from batch.transcripts import InOrder, target_names, write_whole
from batch.workplace import open_transcriber, recordings_at_once
from models.errors import BadRecording
from models.ledger import RecordingState
from models.reason import Language
from models.transcript import Transcript
from pipeline.processing.folder import FoundFile, find_files
from pipeline.processing.process import Outcome


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
    workers: Workers = None,
    lang: Lang = None,
) -> None:
    """Write what was said in recordings, without storing anything but the model's cache.

    Into a folder each is written as soon as it is done, and all of it or nothing; on stdout they keep their order.
    """
    settings = read_settings(home=home, model=model, workers=workers, language=lang)
    files = find_files(paths)
    engine = Engine(
        open_transcriber(settings),
        agent_channel=settings.agent_channel,
        max_seconds=settings.max_hours * 3600,
        at_once=recordings_at_once(settings),
    )
    errors = Console(stderr=True)
    if output:
        output.mkdir(parents=True, exist_ok=True)
    targets, printed = target_names(files, form.value), InOrder(files)
    numbers = {file: number for number, file in enumerate(files)}
    refused = 0
    # A bar beside text on stdout would run into it.
    with RichProgress(errors, settings.language) if output else nullcontext() as progress:
        if progress:
            progress.processing({number: _size(file) for file, number in numbers.items()})
        for file, answer in _answers(engine, files):
            said = _rendered(file, answer, form, settings.language)
            if isinstance(said, BadRecording):
                refused += 1
                errors.print(f"[red]✗[/] {escape(said.say(settings.language))}", soft_wrap=True)
            elif output:
                write_whole(output / targets[file], said)
                errors.print(f"[green]✓[/] {escape(str(output / targets[file]))}", soft_wrap=True)
            if progress:
                progress.finished(_outcome(numbers[file], file, answer))
            else:
                printed.settle(file, None if isinstance(said, BadRecording) else said)
    raise typer.Exit(Exit.INPUT if refused else Exit.DONE)


def _answers(engine: Engine, files: Sequence[FoundFile]) -> Iterator[tuple[FoundFile, Transcript | BadRecording]]:
    """Every file's transcript, or why there is none, as they are done."""
    unreadable: list[tuple[FoundFile, BadRecording]] = []

    def asked() -> Iterator[Asked]:
        for file in files:
            try:
                yield Asked(file.path, file.name, _sha256(file))
            except BadRecording as error:
                unreadable.append((file, error))

    for one, answer in engine.transcripts(asked()):
        yield FoundFile(one.path, one.file), answer
        while unreadable:
            yield unreadable.pop(0)
    yield from unreadable


def _rendered(
    file: FoundFile, answer: Transcript | BadRecording, form: Format, language: Language
) -> str | BadRecording:
    if isinstance(answer, BadRecording):
        return answer
    try:
        source = source_file(file.path, answer.recording.seconds, name=file.name)
    except BadRecording as error:
        return error
    return render(answer, form.value, language, source)


def _outcome(at: int, file: FoundFile, answer: Transcript | BadRecording) -> Outcome:
    """For the progress bar, which counts recordings as a batch has them."""
    if isinstance(answer, BadRecording):
        return Outcome(at, file.name, RecordingState.QUARANTINED, reason=answer.reason)
    return Outcome(at, file.name, RecordingState.SCORED, answer.recording.seconds)


def _size(file: FoundFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:
        return 0


def _sha256(file: FoundFile) -> str:
    size_of_file(file.path, file.name)  # what is no plain file may never end
    try:
        with file.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise BadRecording("pipeline.unreadable", file=file.name, what=error.strerror or str(error)) from error
