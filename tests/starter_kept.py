"""A starter for tests: from a part of its corpus, trained once and kept between runs; homes get it as if they had."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from filelock import FileLock

from pipeline.learning.in_use import FOLDER
from scoring.classifier.archive import from_bytes
from scoring.classifier.turn_model import TurnModel
from scoring.starter.corpus import Corpus, starter_corpus
from scoring.starter.starter import starter_key

PART = ("banking", "telecom")
"""Industries: enough to know an apology from a threat, in a fifth of the time."""


@cache
def part_of_corpus() -> Corpus:
    whole = starter_corpus()
    kept = [name for name in whole.turns if name in PART] or list(whole.turns)[:2]
    return Corpus(
        {name: whole.turns[name] for name in kept},
        tuple(dialogue for dialogue in whole.dialogues if dialogue.industry in kept),
        whole.sha256,
    )


def kept_starter() -> Path:
    """Its file, made where it is not there yet."""
    name = f"starter-{starter_key()}.bin"
    kept = Path(tempfile.gettempdir()) / "callqa-tests" / name
    kept.parent.mkdir(exist_ok=True)
    with FileLock(kept.with_suffix(".lock")):
        if not kept.exists():
            from scoring.classifier.archive import to_bytes
            from scoring.classifier.training import from_starter

            part = kept.with_suffix(".part")
            part.write_bytes(to_bytes(from_starter(part_of_corpus())[1]))
            part.replace(kept)
    return kept


def keep_starter(home: Path) -> None:
    """Put it where a command or the application would look, and would train the whole one otherwise."""
    kept = kept_starter()
    folder = home / "cache" / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept, folder / kept.name)


@cache
def starter_turns() -> TurnModel:
    """What of it reads single turns."""
    return from_bytes(kept_starter().read_bytes()).turn
