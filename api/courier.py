"""Sends what is due to webhooks, beside the pages: one thread in each server process."""

import threading
from datetime import UTC, datetime

import httpx
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from pipeline import webhooks
from pipeline.webhooks import Parcel

log = structlog.get_logger()

PAUSE = 1.0
"""Seconds between two looks into the outbox."""

AT_ONCE = 4
"""Together they must take less than a delivery is held for: `storage.webhooks.HELD`."""
TIMEOUT = 10.0
"""Seconds a receiver has to answer. It should take the letter and think about it later."""


class Courier:
    """Runs from `start` to `stop`. What it does not get sent stays in the outbox."""

    def __init__(self, reading: sessionmaker[Session], writing: sessionmaker[Session]) -> None:
        self._reading = reading
        self._writing = writing
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(TIMEOUT + 1)

    def _run(self) -> None:
        while not self._stopped.wait(PAUSE):
            try:
                if self._is_anything_due():
                    self._deliver_all()
            except SQLAlchemyError as error:
                log.warning("outbox_unreadable", error=str(error))

    def _deliver_all(self) -> None:
        with httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            while not self._stopped.is_set() and self.deliver(client):
                pass

    def deliver(self, client: httpx.Client) -> int:
        """Send some of what is due; how many were sent."""
        with self._writing.begin() as session:
            parcels = webhooks.take_due(session, _now(), AT_ONCE)
            webhooks.sweep(session, _now() - webhooks.KEPT)
        for parcel in parcels:
            status, problem = _send(client, parcel)
            with self._writing.begin() as session:
                webhooks.settle(session, parcel.id, _now(), status=status, problem=problem)
        return len(parcels)

    def _is_anything_due(self) -> bool:
        """Asked first without locking anything: mostly nothing is."""
        with self._reading() as session:
            return webhooks.is_anything_due(session, _now())


def _send(client: httpx.Client, parcel: Parcel) -> tuple[int | None, str | None]:
    body, headers = webhooks.letter(parcel, _now())
    try:
        with client.stream("POST", parcel.url, content=body, headers=headers) as answer:
            good = answer.is_success
            return answer.status_code, None if good else answer.reason_phrase
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return None, f"{type(error).__name__}: {error}"


def _now() -> datetime:
    return datetime.now(UTC)
