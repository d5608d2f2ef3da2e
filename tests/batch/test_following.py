"""What is published while a worker runs scores what is claimed from then on; nothing that waits is left behind."""

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from asr.scripted import ScriptedTranscriber
from asr.transcribe import transcriber_key
from batch.executor import Executor, Holder
from batch.following import Following
from batch.workplace import now, open_workplace
from models.settings import Settings
from models.tables import CallRow, DefinitionRow, RecordingRow, ScoreRow
from pipeline.processing.intake import take_in
from pipeline.processing.process import Outcome, mark, process, settings_key
from pipeline.rulebook import definitions
from pipeline.rulebook.definitions import Kind
from sample_audio import CALLS, TRUTH
from scoring import SCORER_VERSION
from scoring.pack import parse_pack
from scoring.scorecard import parse_scorecard
from storage.calls import ledger
from storage.database import open_database, sessions
from storage.owner import Owner
from tests.batch.conftest import CallqaCommand, ReadyCommand
from tests.pipeline.rulebook.drafted import SHIRKING, card_text, pack_text

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SAMPLES = ("telecom-bill-query.wav", "bank-sms-code.wav", "shop-refund-shirking.wav", "collections-threat.wav")


@pytest.fixture
def engine(callqa: CallqaCommand) -> Iterator[Engine]:
    """The database of the commands, which make it."""
    assert callqa.run("db", "upgrade").returncode == 0
    engine = open_database(f"sqlite:///{home(callqa) / 'callqa.db'}")
    yield engine
    engine.dispose()


@pytest.fixture
def make(callqa: CallqaCommand, engine: Engine) -> sessionmaker[Session]:
    """Pack and card are `desk`, of which the first version is published."""
    callqa.environment.update(CALLQA_PACK="desk", CALLQA_SCORECARD="desk")
    make = sessions(engine)
    publish(make, "柜台")
    publish(make, "柜台", card_text("desk-shirking"), "scorecard")
    return make


def home(callqa: CallqaCommand) -> Path:
    return Path(callqa.environment["CALLQA_HOME"])


def settings_of(callqa: CallqaCommand) -> Settings:
    return Settings(home=home(callqa), transcriber="scripted", script_dir=TRUTH, pack="desk", scorecard="desk")


def publish(make: sessionmaker[Session], title: str, text: str | None = None, kind: Kind = "pack") -> int:
    """A version of that title."""
    with make.begin() as session:
        found = definitions.versions(session, kind, "desk")
        since = found[0].version if found else None
        given = text or pack_text(SHIRKING, title=title)
        draft = definitions.create_draft(session, kind, "desk", given, based_on=since, by="李敏", now=NOW)
        return definitions.publish(session, draft.id, revision=1, by="李敏", why="试用", gate=None, now=NOW).version


def retire(make: sessionmaker[Session], version: int) -> None:
    with make.begin() as session:
        definitions.retire(session, "pack", "desk", version, by="李敏", why="误判", now=NOW)


def upload(make: sessionmaker[Session], callqa: CallqaCommand, sample: str, *, key: str = "") -> None:
    with make.begin() as session:
        take_in(
            session,
            CALLS / sample,
            name=sample,
            metadata=None,
            settings_key=key,
            audio_dir=home(callqa) / "audio",
            now=NOW,
        )


def scored_by(make: sessionmaker[Session]) -> dict[str, int]:
    """The version of the pack that scored each file, of those that are scored."""
    query = (
        select(RecordingRow.file, DefinitionRow.version)
        .join(CallRow, CallRow.recording_id == RecordingRow.id)
        .join(ScoreRow, ScoreRow.id == CallRow.score_id)
        .join(DefinitionRow, DefinitionRow.id == ScoreRow.pack_id)
    )
    with make() as session:
        return {file: version for file, version in session.execute(query)}  # noqa: C416


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@contextmanager
def working(process: "subprocess.Popen[str] | ReadyCommand") -> Iterator[None]:
    """A real worker, until the block ends."""
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def old_key(pack: str | None = None, scorer: int = SCORER_VERSION) -> str:
    """What a worker of these settings gave to recordings before anything else was published."""
    hearing = transcriber_key(ScriptedTranscriber.from_truth_dir(TRUTH), "left")
    first, card = parse_pack(pack_text(SHIRKING, title="柜台")), parse_scorecard(card_text("desk-shirking"))
    return settings_key(hearing, pack or mark(first), mark(card), scorer)


def test_a_running_worker_takes_up_what_is_published_and_what_is_retired(
    callqa: CallqaCommand, make: sessionmaker[Session]
) -> None:
    first, second, third, fourth = SAMPLES
    upload(make, callqa, first)
    worker = callqa.start_ready("worker")
    with working(worker):
        wait_for(lambda: scored_by(make) == {first: 1})
        assert publish(make, "新") == 2
        time.sleep(3)
        upload(make, callqa, second)
        wait_for(lambda: len(scored_by(make)) == 2)
        retire(make, 2)
        retire(make, 1)
        time.sleep(3)
        upload(make, callqa, third)
        time.sleep(4)
        assert worker.poll() is None, "with nothing to score with, it waits"
        assert scored_by(make) == {first: 1, second: 2}, "what was scored keeps its score"
        assert publish(make, "更新") == 3
        upload(make, callqa, fourth)
        wait_for(lambda: len(scored_by(make)) == 4)
    assert scored_by(make) == {first: 1, second: 2, third: 3, fourth: 3}


def test_recordings_that_wait_under_an_older_version_are_taken_along(
    callqa: CallqaCommand, make: sessionmaker[Session]
) -> None:
    waiting, of_a_file, of_an_older_release, uploaded = SAMPLES
    upload(make, callqa, waiting, key=old_key())
    upload(make, callqa, of_a_file, key=old_key(pack=f"desk:7:{'0' * 64}"))
    upload(make, callqa, of_an_older_release, key=old_key(scorer=1))
    upload(make, callqa, uploaded)
    publish(make, "新")
    with working(callqa.start("worker")):
        wait_for(lambda: len(scored_by(make)) == 3)
    assert scored_by(make) == {waiting: 2, of_an_older_release: 2, uploaded: 2}, "somebody's own file is left to them"


def test_a_batch_scores_with_what_is_published(
    callqa: CallqaCommand, make: sessionmaker[Session], tmp_path: Path
) -> None:
    publish(make, "新")
    (tmp_path / "calls").mkdir()
    shutil.copy(CALLS / SAMPLES[0], tmp_path / "calls")
    summary = callqa.batch_json(tmp_path / "calls")
    assert summary["processed"] == 1
    assert scored_by(make) == {SAMPLES[0]: 2}
    retire(make, 2)
    retire(make, 1)
    done = callqa.run("batch", tmp_path / "calls", "--lang", "en")
    assert done.returncode == 3
    assert "retired" in done.stderr


def test_a_backlog_is_finished_by_what_was_published_meanwhile(
    callqa: CallqaCommand, make: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each recording is scored by the version in use when it was claimed, without the worker pausing in between."""
    monkeypatch.setattr("batch.following.LOOK_SECONDS", 0)
    settings = settings_of(callqa)
    for sample in SAMPLES:
        upload(make, callqa, sample)
    done: list[str] = []

    def report(outcome: Outcome) -> None:
        done.append(outcome.file)
        if len(done) == 2:
            publish(make, "新")

    with open_workplace(settings) as workplace, Owner(settings.locks_dir) as owner:
        following = Following(workplace, owner.name)
        old = following.bench()
        holder = Holder(workplace.sessions, owner.name, now)
        executor = Executor(following.bench, holder, at_once=1, lease_seconds=60, max_attempts=3, report=report)
        assert executor.drain() == len(SAMPLES)
        new = following.bench()
    assert [scored_by(make)[file] for file in done] == [1, 1, 2, 2]
    assert old is not None
    assert new is not None
    assert new.processing.transcriber is old.processing.transcriber, "weights are not loaded again"


def test_what_is_in_hand_is_finished_as_it_was_begun(
    callqa: CallqaCommand, make: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batch.following.LOOK_SECONDS", 0)
    settings = settings_of(callqa)
    upload(make, callqa, SAMPLES[0])
    with open_workplace(settings) as workplace, Owner(settings.locks_dir) as owner:
        following = Following(workplace, owner.name)
        old = following.bench()
        assert old is not None
        with make.begin() as session:
            key = old.processing.settings_key
            (row,) = ledger.claim(session, settings_key=key, owner=owner.name, now=now(), lease_seconds=60)
        publish(make, "新")
        assert following.bench() is not old
        outcome = process(old, row)
    assert (outcome.state, outcome.lost) == ("scored", False)
    assert scored_by(make) == {SAMPLES[0]: 1}
