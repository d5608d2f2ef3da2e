"""Which files a batch is about, and which manifest row belongs to each."""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from models.call import Metadata
from models.errors import NotFound
from models.reason import Reason
from pipeline.processing.manifest import ManifestRow

AUDIO_SUFFIXES = frozenset(
    {
        ".wav",
        ".mp3",
        ".amr",
        ".awb",
        ".ogg",
        ".oga",
        ".opus",
        ".flac",
        ".m4a",
        ".aac",
        ".mp4",
        ".3gp",
        ".g722",
        ".g729",
        ".gsm",
        ".al",
        ".alaw",
        ".ul",
        ".ulaw",
        ".au",
        ".aiff",
        ".wma",
        ".webm",
        ".mkv",
        ".spx",
        ".vox",
        ".w64",
        ".caf",
        ".split",
    }
)
"""In a folder, files that are recordings by their name; a file named outright is taken whatever its name."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """`name` is the path below the folder that was asked for, with `/`: what people call this recording."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Matched:
    """`metadata` is None for a file no row speaks of; `notes` say which files and rows found no partner."""

    files: tuple[tuple[FoundFile, Metadata | None], ...]
    notes: tuple[Reason, ...]


def find_files(paths: Sequence[Path]) -> tuple[FoundFile, ...]:
    """Recordings under the paths, in order of name, each file once.

    Raises:
        NotFound: a path does not exist, or there is no recording at all.
    """
    found: dict[Path, FoundFile] = {}
    for path in paths:
        if not path.exists() and not path.is_symlink():
            raise NotFound("pipeline.path_missing", path=str(path))
        for file in _walk(path):
            found.setdefault(file.path.absolute(), file)
    if not found:
        raise NotFound("pipeline.no_recordings", paths=", ".join(map(str, paths)))
    return tuple(sorted(found.values(), key=lambda file: file.name))


def _walk(path: Path) -> Iterable[FoundFile]:
    if not path.is_dir():
        yield FoundFile(path, path.name)
        return
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = sorted(s for s in subfolders if not s.startswith("."))
        for name in sorted(names):
            file = Path(folder, name)
            if file.suffix.lower() in AUDIO_SUFFIXES and not name.startswith("."):
                yield FoundFile(file, file.relative_to(path).as_posix())


def match(files: Sequence[FoundFile], rows: Sequence[ManifestRow]) -> Matched:
    """Each row to the file it names: by the end of its path, so `a/1.wav` and `1.wav` both find `x/a/1.wav`.

    A row that fits several files fits none, and says so.
    """
    by_tail: dict[str, list[FoundFile]] = defaultdict(list)
    for file in files:
        parts = PurePosixPath(file.name).parts
        for start in range(len(parts)):
            by_tail["/".join(parts[start:])].append(file)
    metadata: dict[Path, Metadata] = {}
    notes: list[Reason] = []
    for row in rows:
        fits = _fits(by_tail, row.file)
        if len(fits) == 1 and fits[0].path in metadata:
            notes.append(Reason("pipeline.row_again", {"line": row.line, "file": fits[0].name}))
        elif len(fits) == 1:
            metadata[fits[0].path] = row.metadata
        else:
            code = "pipeline.row_without_file" if not fits else "pipeline.row_with_many_files"
            notes.append(Reason(code, {"line": row.line, "file": row.file, "count": len(fits)}))
    if rows:
        notes += [Reason("pipeline.file_without_row", {"file": f.name}) for f in files if f.path not in metadata]
    return Matched(tuple((file, metadata.get(file.path)) for file in files), tuple(notes))


def _fits(by_tail: dict[str, list[FoundFile]], written: str) -> list[FoundFile]:
    """Files whose path ends as written, or, for a longer path from elsewhere, whose whole path is its end."""
    parts = PurePosixPath(written.replace("\\", "/")).parts
    for start in range(len(parts)):
        fits = by_tail.get("/".join(parts[start:]), [])
        if start == 0 and fits:
            return fits
        whole = [file for file in fits if file.name == "/".join(parts[start:])]
        if whole:
            return whole
    return []
