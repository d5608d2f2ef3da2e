"""Jobs of many callers in batches: each caller gets its own results, whatever the others' jobs do."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from asr.batching import Batching

PATIENCE = 30


class Gate:
    """Work that waits until it is let through, and remembers its batches."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun = threading.Event()
        self.batches: list[list[str]] = []

    def work(self, jobs: Sequence[str]) -> list[str]:
        self.begun.set()
        assert self.open.wait(PATIENCE)
        self.batches.append(list(jobs))
        return [job.upper() for job in jobs]


def kind(job: str) -> str:
    return job[0]


def waiting(batching: Batching[str, str]) -> int:
    return sum(len(queue) for queue in batching._waiting.values())


def test_results_come_in_the_order_of_the_jobs_whatever_their_kinds() -> None:
    batching = Batching(lambda jobs: [job.upper() for job in jobs], kind, size=3, threads=2)
    jobs = [f"{'abc'[i % 3]}{i}" for i in range(50)]
    assert batching.done(jobs) == [job.upper() for job in jobs]
    assert batching.done([]) == []


def test_callers_share_batches_of_one_kind_and_no_batch_is_larger_than_the_size() -> None:
    gate = Gate()
    batching = Batching(gate.work, kind, size=4, threads=1)
    with ThreadPoolExecutor(6) as callers:
        answers = [callers.submit(batching.done, ["x0"])]
        assert gate.begun.wait(PATIENCE)
        answers += [callers.submit(batching.done, [f"a{i}", f"b{i}"]) for i in range(5)]
        deadline = time.monotonic() + PATIENCE
        while waiting(batching) < 10 and time.monotonic() < deadline:
            time.sleep(0.001)
        gate.open.set()
        assert [one.result(PATIENCE) for one in answers] == [["X0"], *([f"A{i}", f"B{i}"] for i in range(5))]
    assert [len(batch) for batch in gate.batches] == [1, 4, 4, 1, 1]
    assert all(len({kind(job) for job in batch}) == 1 for batch in gate.batches)


def test_a_lonely_job_is_done_however_many_full_batches_keep_coming() -> None:
    done: list[str] = []

    def work(jobs: Sequence[str]) -> list[str]:
        done.extend(jobs)
        time.sleep(0.001)
        return list(jobs)

    batching = Batching(work, kind, size=8, threads=1)
    lonely_done = threading.Event()

    def flood() -> int:
        rounds = 0
        while not lonely_done.is_set() and rounds < 500:
            batching.done(["a"] * 16)
            rounds += 1
        return rounds

    with ThreadPoolExecutor(5) as callers:
        floods = [callers.submit(flood) for _ in range(4)]
        while not done:
            time.sleep(0.001)
        before = len(done)
        batching.done(["z"])
        lonely_done.set()
        assert all(one.result(PATIENCE) < 500 for one in floods)
    overtaken_by = done.index("z") - before
    assert overtaken_by <= 8 * 24, "some batches may go before, not all"


def test_an_error_reaches_those_in_the_batch_and_nobody_else() -> None:
    def work(jobs: Sequence[str]) -> list[str]:
        if "b-bad" in jobs:
            raise ValueError("bad")
        return list(jobs)

    batching = Batching(work, kind, size=4, threads=2)
    with ThreadPoolExecutor(8) as callers:
        good = [callers.submit(batching.done, [f"a{i}"] * 20) for i in range(7)]
        with pytest.raises(ValueError, match="bad"):
            batching.done(["b-bad", "b"])
        assert [one.result(PATIENCE) for one in good] == [[f"a{i}"] * 20 for i in range(7)]
    assert batching.done(["b"]) == ["b"]


def test_work_that_loses_a_result_is_an_error_and_no_wait_for_ever() -> None:
    batching = Batching(lambda jobs: list(jobs)[1:], kind, size=4, threads=1)
    with pytest.raises(ValueError, match="shorter"):
        batching.done(["a", "a"])


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("CUDA failed with error out of memory")])
def test_a_batch_too_large_for_memory_is_halved_until_it_fits_and_stays_so(error: Exception) -> None:
    sizes: list[int] = []

    def work(jobs: Sequence[str]) -> list[str]:
        sizes.append(len(jobs))
        if len(jobs) > 3:
            raise error
        return [job.upper() for job in jobs]

    batching = Batching(work, kind, size=16, threads=1)
    jobs = [f"a{i}" for i in range(40)]
    assert batching.done(jobs) == [job.upper() for job in jobs]
    assert batching.size == 2
    first_that_fits = next(at for at, size in enumerate(sizes) if size <= 3)
    sizes.clear()
    assert batching.done(jobs) == [job.upper() for job in jobs]
    assert first_that_fits == 3
    assert sizes == [2] * 20


def test_one_job_too_large_for_memory_is_its_askers_error() -> None:
    def work(jobs: Sequence[str]) -> list[str]:
        if "a-huge" in jobs:
            raise MemoryError
        return list(jobs)

    batching = Batching(work, kind, size=4, threads=1)
    with pytest.raises(MemoryError):
        batching.done(["a-huge"])
    assert batching.size == 4
    assert batching.done(["a1", "a2"]) == ["a1", "a2"]


def test_many_callers_and_many_threads_lose_and_mix_up_nothing() -> None:
    def work(jobs: Sequence[str]) -> list[str]:
        return [job[::-1] for job in jobs]

    batching = Batching(work, kind, size=5, threads=4)

    def ask(caller: int) -> bool:
        jobs = [f"{'abcde'[(caller + i) % 5]}-{caller}-{i}" for i in range(60)]
        return batching.done(jobs) == work(jobs)

    with ThreadPoolExecutor(24) as callers:
        assert all(callers.map(ask, range(100)))
    assert not waiting(batching)
