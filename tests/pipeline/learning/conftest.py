"""A centre that teaches, and a data folder with a small starter in it."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from pipeline.learning.training import Training
from storage.database import sessions
from tests.pipeline.learning.taught import NOW, PAIR, Taught
from tests.starter_kept import keep_starter, part_of_corpus


@pytest.fixture
def taught(engine: Engine) -> Taught:
    return Taught(sessions(engine))


@pytest.fixture
def training(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Training:
    """On a part of the corpus: training is the same, and takes a second instead of ten."""
    monkeypatch.setattr("scoring.starter.corpus.starter_corpus", part_of_corpus)
    keep_starter(tmp_path)
    return Training(sessions(engine), sessions(engine, reading=True), tmp_path / "cache", PAIR, lambda: NOW)
