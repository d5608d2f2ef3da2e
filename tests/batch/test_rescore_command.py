"""`callqa rescore`: the calls of a batch scored again with what was published since."""

import json
import shutil
import time
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import CallRow, RoutingRow, ScoreRow
from models.transcript import TRANSCRIPT_JSON, Transcript
from pipeline.rulebook import definitions
from sample_audio import CALLS, MANIFEST
from scoring.case import read_case
from scoring.scorecard import load_scorecard
from storage.calls import ledger
from storage.calls.results import save_transcript
from storage.database import open_database, sessions
from tests.batch.conftest import CallqaCommand

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CARD = "inbound-service"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    for name in ("shop-refund-shirking.wav", "telecom-bill-query.wav", "silent.wav"):
        shutil.copy(CALLS / name, folder)
    return folder


def publish_other_grades(callqa: CallqaCommand) -> None:
    """What was good enough is not any more."""
    engine = open_database(f"sqlite:///{Path(callqa.environment['CALLQA_HOME']) / 'callqa.db'}")
    shipped = load_scorecard(CARD)
    text = shipped.text.replace("合格, at_least: 60", "合格, at_least: 75")
    with sessions(engine).begin() as session:
        draft = definitions.create_draft(session, "scorecard", CARD, text, based_on=shipped.version, by="李敏", now=NOW)
        definitions.publish(session, draft.id, revision=1, by="李敏", why="从严", gate=None, now=NOW)
    engine.dispose()


def test_calls_are_scored_again_beside_their_old_scores(callqa: CallqaCommand, folder: Path) -> None:
    batch = callqa.batch_json(folder, "--manifest", MANIFEST)
    before = {call["file"]: call["total"] for call in batch["calls"]}
    publish_other_grades(callqa)

    refused = callqa.run("rescore", "--lang", "en")
    assert refused.returncode == 2
    assert "--all" in refused.stderr

    done = callqa.run("rescore", "--all", "--json")
    assert done.returncode == 5, "the silent recording has no transcript"
    told = json.loads(done.stdout)
    assert (told["scored"], told["not_scored"]) == (2, 1)
    version = load_scorecard(CARD).version + 1
    assert told["scorecard"] == {"name": CARD, "version": version}
    assert {one["why"]["code"] for one in told["calls"] if one["why"]} == {"pipeline.not_transcribed"}
    old = sorted(one["old"]["total"] for one in told["calls"] if one["old"])
    assert old == sorted(total for total in before.values() if total is not None)
    lower = [one for one in told["calls"] if one["old"] and one["new"]["grade"] != one["old"]["grade"]]
    assert [(one["old"]["grade"], one["new"]["grade"]) for one in lower] == [("合格", "不合格")]

    again = json.loads(callqa.run("rescore", "--call", str(lower[0]["call_id"]), "--json").stdout)
    assert (again["scored"], again["known"]) == (0, 1)
    assert again["calls"][0]["new"] == again["calls"][0]["old"] == lower[0]["new"]

    said = callqa.run("rescore", "--rule", "shirking", "--scorecard", CARD, "--lang", "en")
    assert said.returncode == 0, said.stderr
    assert f"{CARD} v{version}" in said.stdout
    assert "1 calls scored again" in said.stdout


def test_killed_half_way_it_goes_on_and_writes_no_score_twice(callqa: CallqaCommand) -> None:
    assert callqa.run("db", "upgrade").returncode == 0
    engine = open_database(f"sqlite:///{Path(callqa.environment['CALLQA_HOME']) / 'callqa.db'}")
    make = sessions(engine)
    with make.begin() as session:
        for number in range(200):
            transcribed(session, number)

    def scores() -> int:
        with make() as session:
            return session.scalar(select(func.count()).select_from(ScoreRow)) or 0

    process = callqa.start("rescore", "--all")
    deadline = time.monotonic() + 120
    while not scores():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.communicate()
    left = 200 - scores()
    assert left > 0, "it was killed half way"
    told = json.loads(callqa.run("rescore", "--all", "--json").stdout)
    assert (told["scored"], told["known"], told["not_scored"]) == (left, 200 - left, 0)
    with make() as session:
        for table in (ScoreRow, RoutingRow):
            assert session.scalar(select(func.count()).select_from(table)) == 200
        assert session.scalar(select(func.count()).select_from(CallRow).where(CallRow.score_id.is_not(None))) == 200
    engine.dispose()


def transcribed(session: Session, number: int) -> None:
    """A call in which much was said."""
    transcript: Transcript = read_case(["customer: 我的退款呢？", "agent: 这个不归我们管。"] * 20).transcript()
    content = sha256(str(number).encode()).hexdigest()
    row, _ = ledger.register(
        session, sha256=content, file=f"{number}.wav", audio="-", size=1, settings_key="k", now=NOW
    )
    body = TRANSCRIPT_JSON.dump_python(transcript, mode="json")
    save_transcript(session, row.id, "t", body, transcript.recording, NOW)
