"""`callqa batch` listens again for what it misheard, in processes of its own."""

import json
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sample_audio import CALLS
from tests.batch.conftest import CallqaCommand, ReadyPython, callqa_in
from tests.batch.test_kill import final_state

SCRIPT = Path(__file__).parent / "processes" / "listening_batch.py"
SHIRKING = "shop-refund-shirking.wav"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    for name in (SHIRKING, "telecom-bill-query.wav"):
        shutil.copy(CALLS / name, folder)
    return folder


def listened(home: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(home / "callqa.db")) as database:
        bodies = database.execute("SELECT body FROM transcripts").fetchall()
    return [one for (body,) in bodies for one in json.loads(body).get("listened", [])]


def test_killed_while_listening_again_the_next_run_ends_as_an_undisturbed_one(
    callqa: CallqaCommand, ready_python: ReadyPython, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "undisturbed").mkdir()
    undisturbed = callqa_in(tmp_path / "undisturbed", ready_python)
    assert undisturbed.run_script(SCRIPT, "-", folder).returncode == 0
    expected = final_state(tmp_path / "undisturbed" / "home")

    assert callqa.run_script(SCRIPT, SHIRKING, folder).returncode == -signal.SIGKILL
    done = callqa.run_script(SCRIPT, "-", folder)
    assert done.returncode == 0, done.stderr
    assert final_state(tmp_path / "home") == expected
    (found,) = [one for one in listened(tmp_path / "home") if one["phrase"] == "不归我们管" and one["gain"] > 0]
    assert found["likeness"] < 1
    hits = {quote for _, rule, *_, quote, _, _ in expected["findings"] if rule == "shirking"}
    assert any(quote.startswith("不会我们还") for quote in hits), hits

    again = json.loads(callqa.run_script(SCRIPT, "-", folder).stdout)
    assert again["processed"] == 0
    assert final_state(tmp_path / "home") == expected


def test_switched_off_nothing_is_asked_again(callqa: CallqaCommand, folder: Path, tmp_path: Path) -> None:
    callqa.environment["CALLQA_LISTEN_AGAIN"] = "false"
    done = callqa.run_script(SCRIPT, SHIRKING, folder)
    assert done.returncode == 0, "nobody got to the lethal file"
    assert listened(tmp_path / "home") == []
