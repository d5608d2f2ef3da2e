"""kill -9 in the middle, and a second run ends where one undisturbed run ends."""

import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sample_audio import CALLS, MANIFEST
from tests.batch.conftest import CallqaCommand, SampleBatch

# What no two runs share: row ids, times, and how often a recording was tried.
STATE = {
    "recordings": "SELECT sha256, file, audio, bytes, seconds, channels, codec, sample_rate, state, settings_key,"
    " reason, owner, lease_until FROM recordings ORDER BY sha256",
    "sources": "SELECT sha256, s.file FROM sources s JOIN recordings r ON r.id = recording_id ORDER BY 1, 2",
    "calls": "SELECT sha256, agent_id, agent_name, team, agent_stage, direction, call_type, started_at,"
    " customer_number, satisfaction, transferred, extra, score_id IS NOT NULL"
    " FROM calls c JOIN recordings r ON r.id = recording_id ORDER BY 1",
    "transcripts": "SELECT sha256, transcriber_key, body FROM transcripts t"
    " JOIN recordings r ON r.id = recording_id ORDER BY 1, 2",
    "scores": "SELECT sha256, total, grade, fatal, coverage, body FROM scores s"
    " JOIN recordings r ON r.id = recording_id ORDER BY 1",
    "findings": "SELECT sha256, rule, f.role, turn, quote, start, f.end FROM findings f"
    " JOIN scores s ON s.id = score_id JOIN recordings r ON r.id = recording_id ORDER BY 1, 2, 4, 6, 7",
    "routings": "SELECT sha256, queued, reasons, inclusion_probability FROM routings q"
    " JOIN recordings r ON r.id = recording_id ORDER BY 1",
}


def count(home: Path, table: str) -> int:
    if not (home / "callqa.db").exists():
        return 0
    with closing(sqlite3.connect(home / "callqa.db", timeout=30)) as database:
        try:
            return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        except sqlite3.OperationalError:  # not migrated yet
            return 0


def final_state(home: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(home / "callqa.db")) as database:
        return {table: database.execute(query).fetchall() for table, query in STATE.items()}


def kill_when(callqa: CallqaCommand, reached: Callable[[], bool]) -> None:
    """Start a batch and kill it with SIGKILL as soon as it has come so far."""
    process = callqa.start_ready("batch", CALLS, "--manifest", MANIFEST)
    deadline = time.monotonic() + 120
    while not reached():
        assert process.poll() is None, "the batch ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("workers", ["1", "8"])
def test_killed_while_taking_in_while_transcribing_and_while_scoring(
    callqa: CallqaCommand, tmp_path: Path, sample_batch: SampleBatch, workers: str
) -> None:
    home = tmp_path / "home"
    callqa.environment["CALLQA_WORKERS"] = workers
    kill_when(callqa, lambda: count(home, "recordings") >= 3)
    kill_when(callqa, lambda: count(home, "transcripts") >= 2)
    scored = count(home, "scores")
    kill_when(callqa, lambda: count(home, "scores") >= scored + 4)
    summary = callqa.batch_json(CALLS, "--manifest", MANIFEST)

    assert summary["open"] == 0
    assert 0 < summary["processed"] < summary["recordings"], "what was done before the kill is not done again"
    expected = final_state(sample_batch.home)
    for table, rows in final_state(home).items():
        assert rows == expected[table], table
    assert not list((home / "audio").rglob("*.part")), "nothing half-written is left among the recordings"


def test_an_interrupted_batch_says_how_to_go_on_and_goes_on(callqa: CallqaCommand, tmp_path: Path) -> None:
    process = callqa.start("batch", CALLS, "--lang", "en")
    while count(tmp_path / "home", "scores") < 2:
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "the same command goes on from there" in out
    with closing(sqlite3.connect(tmp_path / "home" / "callqa.db")) as database:
        held = database.execute("SELECT count(*) FROM recordings WHERE owner IS NOT NULL").fetchone()
    assert held == (0,)
    assert callqa.batch_json(CALLS)["open"] == 0
