"""The programs in docs/examples do what the page about the API says."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from models.person import Right, UserRole
from models.routing import Routing
from models.tables import CallRow
from pipeline import webhooks
from pipeline.people import tokens
from pipeline.webhooks import letter
from sample_audio import CALLS
from storage.webhooks import announce, take_due
from tests.api.browser import server
from tests.api.conftest import Centre, ViewerAs, plain_score

__all__ = ["server"]

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SOON = 20
"""Seconds."""


@pytest.fixture
def backend() -> str:
    return "sqlite"


def run(name: str, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(EXAMPLES / name), *arguments],
        env={**os.environ, "PYTHONUTF8": "1", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf8",
    )


def received(centre: Centre) -> int:
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        with centre.make() as session:
            call_id = session.scalar(select(CallRow.id).where(CallRow.agent_id == "8800"))
        if call_id is not None:
            return call_id
        time.sleep(0.05)
    raise AssertionError("nothing was uploaded")


def test_a_recording_is_uploaded_and_its_score_waited_for(server: str, centre: Centre, viewer_as: ViewerAs) -> None:
    flagged = centre.shirked_call()
    with centre.make.begin() as session:
        scopes = [Right.UPLOAD, Right.READ_CALLS]
        _, token = tokens.make_token(
            session, viewer_as(UserRole.ADMIN), name="crm", scopes=scopes, now=datetime.now(UTC)
        )
    recording = str(CALLS / "telecom-bill-query.wav")
    program = run("client.py", recording, "agent_id=8800", CALLQA_URL=server, CALLQA_TOKEN=token)
    call_id = received(centre)
    transcript_id, _ = centre.listen(call_id)
    centre.judge(call_id, transcript_id, plain_score(91.5, "优秀"), Routing(False, (), 0.05))  # noqa: FBT003
    said, complaints = program.communicate(timeout=SOON)
    assert program.returncode == 0, complaints
    first, *queued = said.splitlines()
    assert first == f"call {call_id}: scored, 91.5"
    assert [line.split()[0] for line in queued] == [str(flagged)]


def test_a_refusal_ends_the_program_with_the_servers_sentence(server: str) -> None:
    program = run("client.py", str(CALLS / "shop-refund-shirking.wav"), CALLQA_URL=server, CALLQA_TOKEN="cq_wrong")
    _, complaints = program.communicate(timeout=SOON)
    assert program.returncode == 1
    assert complaints.startswith("401 api.bad_token: ")


def test_the_receiver_believes_what_is_signed_and_nothing_else(centre: Centre, viewer_as: ViewerAs) -> None:
    now = datetime.now(UTC)
    with centre.make.begin() as session:
        _, secret = webhooks.add_webhook(
            session, viewer_as(UserRole.ADMIN), "http://127.0.0.1:9/", ["score.published"], now
        )
        announce(session, "score.published", {"call": 7}, now)
        (parcel,) = take_due(session, now, 1)
    body, headers = letter(parcel, now)
    program = run("receiver.py", port := str(free_port()), CALLQA_WEBHOOK_SECRET=secret)
    address = f"http://127.0.0.1:{port}/"
    try:
        assert posted(address, body, headers) == 204
        assert posted(address, body, headers) == 204
        assert posted(address, body.replace(b"7", b"8"), headers) == 401
        assert posted(address, body, {**headers, "webhook-timestamp": "1700000000"}) == 401
    finally:
        program.terminate()
        said, _ = program.communicate(timeout=SOON)
    assert said == 'score.published {"call": 7}\n'


def posted(address: str, body: bytes, headers: dict[str, str]) -> int:
    deadline = time.monotonic() + SOON
    while True:
        try:
            return httpx.post(address, content=body, headers=headers, trust_env=False).status_code
        except httpx.ConnectError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
