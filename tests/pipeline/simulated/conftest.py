"""A small simulated centre on the sample calls as their scripts have them: made once, and copied by who changes it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from asr.scripted import ScriptedTranscriber
from pipeline.processing.folder import find_files, match
from pipeline.processing.intake import take_in
from pipeline.processing.manifest import read_manifest
from pipeline.processing.process import Processing, Workbench, process, remember_definitions
from pipeline.simulated.mark import Mark
from pipeline.simulated.simulate import simulate
from sample_audio import CALLS, MANIFEST, TRUTH
from storage.calls import ledger
from storage.database import open_database, sessions
from storage.people.accounts import add_user
from tests.pipeline.simulated.small_centre import ACCOUNTS, ASKED, NOW, SAMPLES, Made


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Made]:
    """The sample calls, scored, and the demo's accounts; nothing simulated yet."""
    home = tmp_path_factory.mktemp("sampled")
    shutil.copyfile(sqlite_template, home / "callqa.db")
    engine = open_database(f"sqlite:///{home / 'callqa.db'}")
    processing = Processing(
        transcriber=ScriptedTranscriber.from_truth_dir(TRUTH),
        agent_channel="left",
        pack=ASKED.pack,
        card=ASKED.card,
        plan=ASKED.routing,
        audio_dir=home / "audio",
        max_seconds=3600,
    )
    make = sessions(engine)
    with make.begin() as session:
        definitions = remember_definitions(session, processing, NOW)
        for login, name, role, team, agent_id in ACCOUNTS:
            add_user(session, login=login, name=name, role=role, now=NOW, team=team, agent_id=agent_id)
        for file, metadata in match(find_files([CALLS]), read_manifest(MANIFEST)).files:
            if file.name in SAMPLES:
                take_in(
                    session,
                    file.path,
                    name=file.name,
                    metadata=metadata,
                    settings_key=processing.settings_key,
                    audio_dir=processing.audio_dir,
                    now=NOW,
                )
    bench = Workbench(make, "test", processing, definitions, lambda: NOW)
    with make.begin() as session:
        key = processing.settings_key
        claimed = ledger.claim(
            session, settings_key=key, owner="test", now=NOW, lease_seconds=600, limit=50, fresh=True
        )
    for recording in claimed:
        process(bench, recording)
    yield Made(home, engine)
    engine.dispose()


@pytest.fixture(scope="session")
def centre(sampled: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Two weeks with 30 calls a day. Only to be read."""
    copy = sampled.copy(tmp_path_factory.mktemp("simulated") / "home")
    with sessions(copy.engine).begin() as session:
        mark = simulate(session, ASKED)
    yield replace(copy, mark=mark)
    copy.engine.dispose()


@pytest.fixture
def known(centre: Made) -> Mark:
    assert centre.mark is not None
    return centre.mark


@pytest.fixture
def looking(centre: Made) -> Iterator[Session]:
    """A session on the simulated centre that cannot change it."""
    with sessions(centre.engine, reading=True)() as session:
        yield session
