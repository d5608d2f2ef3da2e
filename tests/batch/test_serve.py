import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from sample_audio import CALLS
from tests.batch.conftest import CallqaCommand


@contextmanager
def serving(callqa: CallqaCommand, *options: str) -> Iterator[tuple[httpx.Client, "subprocess.Popen[str]"]]:
    """Pages on a free port, until the block ends."""
    process = callqa.start("serve", "--port", "0", "--lang", "en", *options)
    try:
        assert process.stdout is not None
        url = re.search(r"http://[\d.:]+/", process.stdout.readline())
        assert url, "the address is the first thing that is said"
        with httpx.Client(base_url=url[0], timeout=30) as client:
            yield client, process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def test_an_uploaded_recording_is_scored_by_the_worker_inside(callqa: CallqaCommand) -> None:
    added = callqa.run("users", "add", "admin", "--role", "admin", typed="correct horse battery\n")
    assert added.returncode == 0, added.stderr
    with serving(callqa) as (client, _):
        signing_in = {"login": "admin", "password": "correct horse battery"}
        assert client.post("/v1/session", json=signing_in).status_code == 200
        with (CALLS / "telecom-bill-query.wav").open("rb") as file:
            answer = client.post("/v1/calls", files={"file": file}, data={"agent_id": "3026"})
        assert answer.status_code == 202, answer.text
        call = answer.json()["call_id"]
        deadline = time.monotonic() + 120
        while client.get(f"/v1/calls/{call}").json()["state"] != "scored":
            assert time.monotonic() < deadline
            time.sleep(0.2)
        found = client.get(f"/v1/calls/{call}").json()
        assert found["agent_id"] == "3026"
        assert client.get(f"/v1/calls/{call}/transcript").json()["turns"]
        assert client.get("/").status_code == 200


def test_the_worker_ends_with_the_pages(callqa: CallqaCommand) -> None:
    import psutil

    with serving(callqa) as (_, process):
        children = psutil.Process(process.pid).children(recursive=True)
        assert any("worker" in child.cmdline() for child in children)
    assert process.returncode == 130
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_the_worker_ends_also_when_the_pages_are_killed(callqa: CallqaCommand) -> None:
    import psutil

    with serving(callqa) as (_, process):
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
        process.kill()
        gone, alive = psutil.wait_procs(children, timeout=60)
    assert gone
    assert not alive


@pytest.mark.parametrize("what", ["serve", "worker"])
def test_a_port_in_use_or_a_wrong_setting_is_said_and_nothing_starts(callqa: CallqaCommand, what: str) -> None:
    with serving(callqa, "--no-worker") as (client, _):
        done = (
            callqa.run("serve", "--port", str(client.base_url.port), "--lang", "en")
            if what == "serve"
            else callqa.run("worker", "--workers", "-1")
        )
        assert done.returncode == 2
        assert ("cannot be served" if what == "serve" else "workers") in done.stderr


def test_health_says_how_many_calls_are_in_each_state(callqa: CallqaCommand) -> None:
    callqa.batch_json(CALLS / "empty.wav", CALLS / "telecom-roaming-mediocre.wav")
    with serving(callqa, "--no-worker") as (client, _):
        health = json.dumps(client.get("/v1/health").json())
    assert "quarantined" in health
    assert "scored" in health
