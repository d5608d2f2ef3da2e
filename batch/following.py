"""A worker's bench, on which lie the pack, the scorecard and the classifier in use now."""

import time

import structlog

from batch.workplace import Workplace, now, open_bench, open_processing, open_transcriber
from models.errors import CallqaError, Conflict
from pipeline.learning.in_use import machine_mark
from pipeline.processing.process import Workbench, other_keys
from storage.calls import ledger
from storage.rulebook import definitions

log = structlog.get_logger()

LOOK_SECONDS = 2.0
"""How often to look whether something was published, retired or put in use, and for recordings without a key."""


class Following:
    """Looks after the bench of one thread.

    Recordings already scored keep their score; those that wait are scored by what is in use when they are claimed.
    """

    def __init__(self, workplace: Workplace, owner: str) -> None:
        """Open everything once.

        Raises:
            CallqaError: something is wrong with the settings. That every version is retired is waited out.
        """
        self._workplace = workplace
        self._owner = owner
        self._transcriber = open_transcriber(workplace.settings)
        self._bench: Workbench | None = None
        self._other_keys: frozenset[str] = frozenset()
        self._seen = self._newest()
        self._look_at = 0.0
        try:
            self._open()
        except Conflict as error:
            if not error.reason.code.startswith("pipeline.all_retired_"):
                raise
            self._wait(error)

    def bench(self) -> Workbench | None:
        """None while nothing can be scored: every version is retired, or pack and scorecard do not fit."""
        if time.monotonic() >= self._look_at:
            self._look()
            self._look_at = time.monotonic() + LOOK_SECONDS
        return self._bench

    def _look(self) -> None:
        newest = self._newest()
        if newest != self._seen:
            self._seen = newest
            try:
                self._open()
            except CallqaError as error:
                self._wait(error)
        if self._bench is not None:
            key = self._bench.processing.settings_key
            with self._workplace.sessions.begin() as session:
                ledger.adopt(session, key, now(), instead_of=self._other_keys)

    def _newest(self) -> tuple[definitions.Newest, tuple[int, int]]:
        with self._workplace.reading() as session:
            return definitions.newest(session), machine_mark(session)

    def _open(self) -> None:
        processing = open_processing(self._workplace, self._transcriber)
        self._bench = open_bench(self._workplace, processing, self._owner)
        with self._workplace.reading() as session:
            self._other_keys = other_keys(session, processing)
        pack, card = processing.pack, processing.card
        log.info("scoring_with", pack=pack.name, version=pack.version, card=card.name, card_version=card.version)

    def _wait(self, error: CallqaError) -> None:
        """Score nothing until something else is published: what is retired must not be used."""
        self._bench = None
        log.error("nothing_to_score_with", why=error.say("en"), details=[one.say("en") for one in error.details])
