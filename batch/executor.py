"""This machine's executor: it claims recordings, has them processed by threads and lets go of them.

Most of those in hand wait for Whisper, which hears them in batches: the more there are, the fuller its batches.

A recording that ends the whole process (a crash in native code) is found by its attempts: what was tried before is
tried alone, so that it takes nobody with it, and quarantined when its attempts are used up. Those that were in hand
with it are suspects too, and are done when they are tried alone: that is their second attempt, so where there is but
one, nothing is ever tried in company.
"""

import threading
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from asr.batching import finishing_threads
from models.errors import CallqaError
from models.ledger import RecordingState
from models.reason import Reason
from models.tables import RecordingRow
from pipeline.processing.process import Clock, Outcome, Workbench, process
from storage.calls import ledger
from storage.reason import restored

log = structlog.get_logger()

Report = Callable[[Outcome], None]

LOOK_AGAIN_SECONDS = 1.0
"""How often to look for new recordings while there is room for more."""


@dataclass(frozen=True, slots=True)
class Holder:
    """In whose name recordings are claimed."""

    sessions: sessionmaker[Session]
    owner: str
    clock: Clock


@dataclass(slots=True)
class Executor:
    """`report` hears of each recording's end, from any thread; `stop` asks to finish what is in hand and end.

    `bench` is asked for each recording anew, so that what is claimed next may be scored by another version than what
    is in hand; None claims nothing for now.
    """

    bench: Callable[[], Workbench | None]
    holder: Holder
    at_once: int
    lease_seconds: int
    max_attempts: int
    report: Report
    stop: threading.Event = field(default_factory=threading.Event)
    _held: set[int] = field(default_factory=set)

    def drain(self) -> int:
        """Process until nothing is open that nobody else holds; how many recordings were worked on.

        Raises:
            CallqaError, SQLAlchemyError, OSError: what no recording is to blame for; the rest is left as it was.
        """
        with self._heartbeat():
            done = self._in_parallel(self.at_once if self.max_attempts > 1 else 1, fresh=True)
            return done + self._in_parallel(1, fresh=False)

    def _in_parallel(self, at_once: int, *, fresh: bool) -> int:
        done, running = 0, set[Future[None]]()
        with self._threads(at_once) as pool:
            while True:
                while len(running) < at_once and (claimed := self._claim(fresh=fresh)) is not None:
                    bench, recording = claimed
                    self._held.add(recording.id)
                    running.add(pool.submit(self._work, bench, recording))
                if not running:
                    return done
                room = len(running) < at_once and not self.stop.is_set()
                ended, running = wait(running, LOOK_AGAIN_SECONDS if room else None, return_when=FIRST_COMPLETED)
                for future in ended:
                    future.result()
                done += len(ended)

    @contextmanager
    def _threads(self, count: int) -> Iterator[ThreadPoolExecutor]:
        """What they have in hand is finished, unless somebody is too impatient for that."""
        try:
            with finishing_threads(count, "recording") as pool:
                yield pool
        except KeyboardInterrupt:
            self._give_back(set(self._held))
            raise

    def _work(self, bench: Workbench, recording: RecordingRow) -> None:
        try:
            self.report(self._process(bench, recording))
        except BaseException:
            self.stop.set()
            self._give_back([recording.id])
            raise
        finally:
            self._held.discard(recording.id)

    def _claim(self, *, fresh: bool) -> tuple[Workbench, RecordingRow] | None:
        bench = None if self.stop.is_set() else self.bench()
        if bench is None:
            return None
        key, now = bench.processing.settings_key, self.holder.clock()
        with self.holder.sessions.begin() as session:
            poison = ledger.poisoned(session, key, self.max_attempts, now)
            claimed = ledger.claim(
                session,
                settings_key=key,
                owner=self.holder.owner,
                now=now,
                lease_seconds=self.lease_seconds,
                fresh=fresh,
            )
        for row in poison:
            assert row.reason is not None
            self.report(Outcome(row.id, row.file, RecordingState.QUARANTINED, reason=restored(row.reason)))
        return (bench, claimed[0]) if claimed else None

    def _process(self, bench: Workbench, recording: RecordingRow) -> Outcome:
        try:
            return process(bench, recording)
        except (CallqaError, SQLAlchemyError, OSError, MemoryError):
            raise
        except Exception as error:  # one recording must not stop the batch: it is tried again, then set aside
            log.exception("recording_failed", recording=recording.id, file=recording.file, sha256=recording.sha256)
            return self._failed(bench, recording, error)

    def _failed(self, bench: Workbench, recording: RecordingRow, error: Exception) -> Outcome:
        """Leave it for another try, or quarantine it after the last one."""
        reason = Reason("pipeline.failed", {"kind": type(error).__name__, "attempts": recording.attempts})
        last = recording.attempts >= self.max_attempts
        owner, now = self.holder.owner, self.holder.clock()
        with self.holder.sessions.begin() as session:
            if last:
                key = bench.processing.settings_key
                ledger.quarantine(session, recording.id, owner, reason, now, settings_key=key)
            else:
                ledger.let_go(session, recording.id, owner, now)
        state = RecordingState.QUARANTINED if last else RecordingState.RECEIVED
        return Outcome(recording.id, recording.file, state, reason=reason)

    def _give_back(self, recording_ids: Collection[int]) -> None:
        try:
            with self.holder.sessions.begin() as session:
                ledger.give_back(session, recording_ids, self.holder.owner, self.holder.clock())
        except SQLAlchemyError:
            log.warning("not_given_back", recordings=sorted(recording_ids), hint="their leases will run out")

    @contextmanager
    def _heartbeat(self) -> Iterator[None]:
        """Renew the leases of what is in hand, from a thread of its own, for as long as the block lasts."""
        over = threading.Event()
        thread = threading.Thread(target=self._renew_until, args=(over,), name="leases", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _renew_until(self, over: threading.Event) -> None:
        while not over.wait(self.lease_seconds / 3):
            held = set(self._held)
            try:
                with self.holder.sessions.begin() as session:
                    ledger.renew(session, held, self.holder.owner, self.holder.clock(), self.lease_seconds)
            except SQLAlchemyError:
                log.warning("leases_not_renewed", recordings=sorted(held))
