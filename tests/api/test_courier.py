"""Deliveries reach a real server on this machine."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from sqlalchemy import Engine

from api.courier import Courier
from models.person import RIGHTS, UserRole, Viewer
from pipeline import webhooks
from storage.database import sessions
from storage.webhooks import announce

ADMIN = Viewer(None, "管理员", UserRole.ADMIN, RIGHTS[UserRole.ADMIN])


class Receiver(ThreadingHTTPServer):
    """Remembers what it was told; answers `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Listener)
        self.status = 200
        self.letters: list[tuple[dict[str, str], bytes]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/told"


class _Listener(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.letters.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_published_score_is_told_and_signed(engine: Engine, receiver: Receiver) -> None:
    make = sessions(engine)
    with make.begin() as session:
        hook, secret = webhooks.add_webhook(session, ADMIN, receiver.address, ["score.published"], _now())
        announce(session, "score.published", {"call": 7, "total": 85.5}, _now())
    with httpx.Client() as client:
        assert Courier(sessions(engine, reading=True), make).deliver(client) == 1
    ((headers, body),) = receiver.letters
    assert json.loads(body)["data"] == {"call": 7, "total": 85.5}
    signed = webhooks.signature(secret, headers["webhook-id"], headers["webhook-timestamp"], body)
    assert headers["webhook-signature"] == signed
    with make() as session:
        (delivery,) = webhooks.list_deliveries(session, hook.id, before=None, limit=5)
    assert (delivery.state, delivery.status) == ("delivered", 200)


def test_a_receiver_that_fails_or_is_away_is_asked_again_later(engine: Engine, receiver: Receiver) -> None:
    make = sessions(engine)
    receiver.status = 500
    with make.begin() as session:
        failing, _ = webhooks.add_webhook(session, ADMIN, receiver.address, ["score.published"], _now())
        away, _ = webhooks.add_webhook(session, ADMIN, "http://127.0.0.1:9/", ["score.published"], _now())
        announce(session, "score.published", {}, _now())
    with httpx.Client() as client:
        Courier(sessions(engine, reading=True), make).deliver(client)
    with make() as session:
        (first,) = webhooks.list_deliveries(session, failing.id, before=None, limit=5)
        (second,) = webhooks.list_deliveries(session, away.id, before=None, limit=5)
    assert (first.state, first.status) == ("waiting", 500)
    assert second.state == "waiting"
    assert "ConnectError" in (second.problem or "")


def test_the_courier_delivers_by_itself_until_it_is_stopped(engine: Engine, receiver: Receiver) -> None:
    make = sessions(engine)
    courier = Courier(sessions(engine, reading=True), make)
    courier.start()
    with make.begin() as session:
        webhooks.add_webhook(session, ADMIN, receiver.address, ["score.published"], _now())
        announce(session, "score.published", {}, _now())
    deadline = threading.Event()
    for _ in range(200):
        if receiver.letters:
            break
        deadline.wait(0.05)
    courier.stop()
    assert len(receiver.letters) == 1


def _now() -> datetime:
    return datetime.now(UTC)
