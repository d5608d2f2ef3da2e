"""Transcripts as files of a folder, or one after another on stdout."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path, PurePosixPath

import typer

from pipeline.processing.folder import FoundFile


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


def write_whole(target: Path, text: str) -> None:
    """All of it or nothing, whenever the process ends."""
    target.parent.mkdir(parents=True, exist_ok=True)
    working = target.parent / f".callqa-{os.getpid()}.part"
    try:
        working.write_text(text, "utf8")
        working.replace(target)
    except BaseException:
        working.unlink(missing_ok=True)
        raise


class InOrder:
    """Prints texts in the order of their files, each as soon as all before it are settled."""

    def __init__(self, files: Sequence[FoundFile]) -> None:
        self._turns = iter(files)
        self._next = next(self._turns, None)
        self._texts: dict[FoundFile, str | None] = {}

    def settle(self, file: FoundFile, text: str | None) -> None:
        """`text` is None where there is nothing to print."""
        self._texts[file] = text
        while self._next in self._texts:
            ready = self._texts.pop(self._next)
            self._next = next(self._turns, None)
            if ready is not None:
                typer.echo(ready)


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
