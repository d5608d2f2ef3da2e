"""Work of many callers done in batches of like jobs: who waits longest goes first, full batches go before others."""

import os
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger()

Job = TypeVar("Job")
Done = TypeVar("Done")


@contextmanager
def finishing_threads(count: int, name: str) -> Iterator[ThreadPoolExecutor]:
    """What they have in hand is finished at the block's end, but for an interrupt, which waits for nothing."""
    pool = ThreadPoolExecutor(count, thread_name_prefix=name)
    try:
        yield pool
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    except BaseException:
        pool.shutdown()
        raise
    pool.shutdown()


def cores() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Job, Done]):
    job: Job
    since: int
    future: Future[Done]


class Batching(Generic[Job, Done]):
    """Threads that take up to `size` jobs of one kind at a time, whoever asked for them, and do them with `work`.

    `work` gives one result per job, in order. What it raises is raised to everybody in that batch, but for a batch
    that memory does not suffice for: it is halved until it fits, and so is `size`, for good. Nothing waits for a batch
    to fill: a thread that is free takes what is there.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Job]], Sequence[Done]],
        kind_of: Callable[[Job], Hashable],
        *,
        size: int,
        threads: int,
    ) -> None:
        self.size = size
        self._work, self._kind_of = work, kind_of
        self._waiting: dict[Hashable, deque[_Waiting[Job, Done]]] = {}
        self._taken = 0
        self._changing = threading.Lock()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="batch")

    def done(self, jobs: Sequence[Job]) -> list[Done]:
        """The results, in the jobs' order; may be called by many threads at once."""
        futures: list[Future[Done]] = [Future() for _ in jobs]
        with self._changing:
            for job, future in zip(jobs, futures, strict=True):
                queue = self._waiting.setdefault(self._kind_of(job), deque())
                queue.append(_Waiting(job, self._taken, future))
        for _ in jobs:  # at least as many turns as there will be batches; those who find nothing left do nothing
            self._pool.submit(self._turn)
        return [future.result() for future in futures]

    def _turn(self) -> None:
        if batch := self._next():
            self._do(batch)

    def _do(self, batch: Sequence[_Waiting[Job, Done]]) -> None:
        try:
            results = self._work([one.job for one in batch])
            for one, result in zip(batch, results, strict=True):
                one.future.set_result(result)
        except BaseException as error:  # noqa: BLE001 - it belongs to those who wait, whatever it is
            failure = error
        else:
            return
        # Outside the handler, whose traceback would hold on to what the failed batch took.
        if len(batch) > 1 and _is_out_of_memory(failure):
            del failure
            half = self._halved(len(batch))
            for first in range(0, len(batch), half):
                self._do(batch[first : first + half])
            return
        for one in batch:
            if not one.future.done():
                one.future.set_exception(failure)

    def _halved(self, count: int) -> int:
        """Half of so many; no batch is larger from now on."""
        with self._changing:
            self.size = min(self.size, -(-count // 2))
        log.warning("batch_halved", size=self.size, why="out of memory")
        return -(-count // 2)

    def _next(self) -> list[_Waiting[Job, Done]]:
        """The fullest kind; each batch that went before a job counts as one more, so that none waits for ever."""
        with self._changing:
            if not self._waiting:
                return []
            kind = max(self._waiting, key=self._urgency)
            queue = self._waiting[kind]
            batch = [queue.popleft() for _ in range(min(self.size, len(queue)))]
            if not queue:
                del self._waiting[kind]
            self._taken += 1
            return batch

    def _urgency(self, kind: Hashable) -> int:
        queue = self._waiting[kind]
        return min(self.size, len(queue)) + self._taken - queue[0].since


def _is_out_of_memory(error: BaseException) -> bool:
    """CTranslate2 says it of a GPU by a RuntimeError: "CUDA failed with error out of memory"."""
    return isinstance(error, MemoryError) or (isinstance(error, RuntimeError) and "out of memory" in str(error).lower())
