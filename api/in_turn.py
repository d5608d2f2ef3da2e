"""Who writes next: on SQLite, whoever has waited longest.

SQLite lets one connection write at a time and has the others try again after pauses that grow up to a tenth of a
second. Under many writers whoever comes just then gets in, and some wait for seconds. So the writers of a process wait
in a line here, and only the first of them tries. Other processes still take part in the trying; nothing depends on the
line but how long people wait.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from storage.database import BUSY_SECONDS, sessions

PATIENCE = float(BUSY_SECONDS)
"""Seconds in line: as long as SQLite itself lets a writer wait."""


class Line:
    """First come, first served. Who has the turn may give it on from another thread than it was given to."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._waiting: deque[Lock] = deque()
        self._is_taken = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        is_called = self._wait()
        try:
            yield
        finally:
            if is_called:
                self._give_on()

    def _wait(self) -> bool:
        """Whether the turn came; after `PATIENCE` one tries without it, as if there were no line."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            called = Lock()
            called.acquire()
            self._waiting.append(called)
        if called.acquire(timeout=PATIENCE):
            return True
        with self._guard:
            if called not in self._waiting:
                return True  # at the last moment
            self._waiting.remove(called)
            return False

    def _give_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


class InTurn(sessionmaker[Session]):
    """Sessions whose transactions begin one after another."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)
        self._line = Line()

    def begin(self) -> AbstractContextManager[Session]:
        return self._in_turn()

    @contextmanager
    def _in_turn(self) -> Iterator[Session]:
        with self._line.turn(), super().begin() as session:
            yield session


def writing(engine: Engine) -> sessionmaker[Session]:
    """Sessions for what is written; PostgreSQL lets many write at a time, and its waiting is fair."""
    return InTurn(engine) if engine.dialect.name == "sqlite" else sessions(engine)
