"""Work on what people type, done in another process: a draft that never ends, or fills the memory, ends only that.

A worker process is started when it is first needed and kept, for importing the scoring takes a second.
"""

import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

import structlog

from models.errors import CallqaError, Conflict
from models.reason import Reason

Asked = ParamSpec("Asked")
Answered = TypeVar("Answered")

MEMORY = 3 * 1024**3
"""Bytes a worker may take: the largest packs need a tenth of it."""

STARTING = 30.0
"""Seconds a worker may take to start on a busy machine; the work's own time is counted from then on."""

log = structlog.get_logger()


class TookTooLong(Conflict):
    """The work was stopped: what was asked does not end in the time it has."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """A `CallqaError` on its way between processes, which cannot carry its arguments by itself."""

    kind: type[CallqaError]
    reason: Reason
    details: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Broken:
    """A mistake of ours."""

    trace: str


class Apart:
    """At most `workers` pieces of work at a time; who comes later waits, within the time the work has."""

    def __init__(self, workers: int = 2) -> None:
        self._free = threading.Semaphore(workers)
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the idle workers; those at work end when their work does."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def ask(
        self, seconds: float, work: Callable[Asked, Answered], *args: Asked.args, **named: Asked.kwargs
    ) -> Answered:
        """What `work` returns; it, its arguments and its answer must be picklable.

        Raises:
            TookTooLong: no worker was free in `seconds`, or the work did not end in `seconds` or died; it was ended.
            CallqaError: as the work raises.
        """
        if not self._free.acquire(timeout=seconds):
            raise TookTooLong("api.busy_apart", seconds=seconds)
        try:
            worker = self._worker()
            answer: Answered | _Refused | _Broken = worker.ask(seconds, work, args, named)
            with self._lock:
                self._idle.append(worker)
        finally:
            self._free.release()
        if isinstance(answer, _Refused):
            raise _remade(answer)
        if isinstance(answer, _Broken):
            raise RuntimeError(answer.trace)  # noqa: TRY004  (it is the worker that failed)
        return answer

    def _worker(self) -> "_Worker":
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                return _Worker()
            if worker.process.is_alive():
                return worker
            worker.end()


class _Worker:
    def __init__(self) -> None:
        context = get_context("spawn")  # a server full of threads cannot be forked
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        if not self._answers_within(STARTING):
            self.end()
            raise TookTooLong("api.busy_apart", seconds=STARTING)
        self.connection.recv()

    def ask(self, seconds: float, work: Callable[..., object], args: object, named: object) -> Any:
        """The answer; a worker that does not give one in time is ended, and so is one the asker gave up on."""
        try:
            self.connection.send((work, args, named))
            is_answered = self._answers_within(seconds)
            answer = self.connection.recv() if is_answered else None
        except (EOFError, OSError):
            self.end()
            raise TookTooLong("api.took_too_much") from None
        except BaseException:
            self.end()
            raise
        if not is_answered:
            self.end()
            log.warning("apart_too_long", work=work.__name__, seconds=seconds)
            raise TookTooLong("api.took_too_long", seconds=seconds)
        return answer

    def _answers_within(self, seconds: float) -> bool:
        try:
            return self.connection.poll(seconds)
        except (EOFError, OSError):
            return True  # reading will say that nobody is there

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.process.close()
        self.connection.close()


def _serve(connection: Connection) -> None:
    """The worker's life: a question, its answer, the next."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends us
    _limit_memory()
    connection.send("ready")
    while True:
        try:
            work, args, named = connection.recv()
        except EOFError:
            return
        connection.send(_answer(work, args, named))


def _limit_memory() -> None:
    """Where the system can; elsewhere only time is limited."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415  (not on Windows)

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _answer(work: Callable[..., object], args: tuple[object, ...], named: dict[str, object]) -> object:
    try:
        return work(*args, **named)
    except CallqaError as error:
        return _Refused(type(error), error.reason, error.details)
    except MemoryError:
        return _Refused(TookTooLong, Reason("api.took_too_much"), ())
    except Exception:  # noqa: BLE001  (raised again where it was asked)
        return _Broken(traceback.format_exc())


def _remade(refused: _Refused) -> CallqaError:
    return refused.kind(refused.reason.code, details=refused.details, **refused.reason.facts)
