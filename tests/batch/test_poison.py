"""Recordings that end or fail the worker are found, set aside and hurt no other."""

import json
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from sample_audio import CALLS
from tests.batch.conftest import CallqaCommand

CALLS_TAKEN = ("bank-sms-code.wav", "collections-threat.wav", "shop-refund-shirking.wav", "telecom-bill-query.wav")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    for name in CALLS_TAKEN:
        shutil.copy(CALLS / name, folder)
    return folder


def run(callqa: CallqaCommand, folder: Path, *, lethal: str = "-", failing: str = "-") -> tuple[int, dict[str, Any]]:
    script = Path(__file__).parent / "processes" / "lethal_batch.py"
    done = callqa.run_script(script, lethal, failing, folder)
    return done.returncode, json.loads(done.stdout) if done.stdout else {}


def states(summary: dict[str, Any]) -> dict[str, str]:
    return {call["file"]: call["state"] for call in summary["calls"]}


@pytest.mark.parametrize("workers", ["1", "8"])
def test_a_recording_that_kills_the_worker_is_set_aside_after_three_tries(
    callqa: CallqaCommand, folder: Path, workers: str
) -> None:
    callqa.environment["CALLQA_WORKERS"] = workers
    deaths = 0
    while (ended := run(callqa, folder, lethal="collections-threat.wav"))[0] == -signal.SIGKILL:
        deaths += 1
        assert deaths <= 3
    code, summary = ended
    assert (code, deaths) == (5, 3)
    assert states(summary) == dict.fromkeys(CALLS_TAKEN, "scored") | {"collections-threat.wav": "quarantined"}
    (why,) = next(call["why"] for call in summary["calls"] if call["state"] == "quarantined")
    assert why["code"] == "storage.poison"
    assert why["facts"]["attempts"] == 3


def test_a_recording_the_code_fails_on_is_set_aside_after_three_tries(callqa: CallqaCommand, folder: Path) -> None:
    code, summary = run(callqa, folder, failing="bank-sms-code.wav")
    assert code == 5
    assert states(summary) == dict.fromkeys(CALLS_TAKEN, "scored") | {"bank-sms-code.wav": "quarantined"}
    (why,) = next(call["why"] for call in summary["calls"] if call["state"] == "quarantined")
    assert (why["code"], why["facts"]) == ("pipeline.failed", {"kind": "ValueError", "attempts": 3})


def test_two_batches_at_once_share_the_work_and_score_nothing_twice(callqa: CallqaCommand, folder: Path) -> None:
    both = [callqa.start_ready("batch", "--json", folder) for _ in range(2)]
    summaries = [json.loads(process.communicate()[0]) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum(summary["processed"] for summary in summaries) == len(CALLS_TAKEN)
    assert sum(summary["new"] for summary in summaries) == len(CALLS_TAKEN)
    assert summaries[0]["calls"] == summaries[1]["calls"]


def test_a_batch_on_either_database(callqa: CallqaCommand, folder: Path, database_url: str) -> None:
    callqa.environment["CALLQA_DATABASE_URL"] = database_url
    first = callqa.batch_json(folder)
    assert set(states(first).values()) == {"scored"}
    again = callqa.batch_json(folder)
    assert again["processed"] == 0
    assert again["calls"] == first["calls"]
