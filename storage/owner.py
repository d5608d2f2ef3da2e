"""Owners of leases for whom the operating system vouches."""

import socket
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote
from uuid import uuid4

from filelock import FileLock, Timeout


class Owner:
    """Someone who holds leases, for as long as a `with` block lasts.

    Its name is `<host>:<place>:<uuid>`: the place is the folder of locks, by an id kept in it, for a machine may hold
    more than one. While the process lives it holds a lock on a file named after it, which the operating system lets
    go of however the process ends. Processes forked inside the block share the lock and keep it after their parent's
    death; started ones (spawn, subprocess) do not.
    """

    def __init__(self, locks_dir: Path) -> None:
        locks_dir.mkdir(parents=True, exist_ok=True)
        self.name = f"{_host()}:{_place(locks_dir)}:{uuid4().hex}"
        self._path = _lock_path(locks_dir, self.name)
        self._lock = FileLock(self._path, thread_local=False)

    def __enter__(self) -> Self:
        self._lock.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._lock.release()
        _forget(self._path)


def is_alive(locks_dir: Path, name: str) -> bool | None:
    """Whether the owner lives; None where it works with another folder of locks, or on another machine.

    Two askers at the same time may find each other's lock: then one of them takes a dead owner for a living one, until
    it asks again. A living owner is never taken for a dead one.
    """
    host, _, rest = name.partition(":")
    place, _, _ = rest.partition(":")
    if not locks_dir.is_dir() or host != _host() or place != _place(locks_dir):
        return None
    path = _lock_path(locks_dir, name)
    if not path.exists():
        return False
    try:
        with FileLock(path, blocking=False):
            pass
    except Timeout:
        return True
    _forget(path)
    return False


def _host() -> str:
    return quote(socket.gethostname(), safe="")


def _place(locks_dir: Path) -> str:
    """The folder's id, made up by whoever comes first."""
    path = locks_dir / "place"
    if not path.exists():
        draft = locks_dir / f"place.{uuid4().hex}"
        draft.write_text(uuid4().hex)
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text()


def _lock_path(locks_dir: Path, name: str) -> Path:
    return locks_dir / f"{quote(name, safe='')}.lock"


def _forget(path: Path) -> None:
    """Remove a lock file nobody will lock again: names are not used twice."""
    with suppress(OSError):
        path.unlink()
