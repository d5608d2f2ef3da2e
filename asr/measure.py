"""How Whisper is fastest on this machine: numbers, threads and batches are tried on made sound, once, and remembered.

What is chosen may change words (the compute type does), so it is chosen before anything is heard and then kept: the
same machine goes on writing the same text.
"""

import json
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from asr.audio import WHISPER_RATE, Samples
from asr.batching import cores
from asr.speech_model import SpeechModel, best_device, cpu_compute_types, library_version
from asr.whisper import FIRST

log = structlog.get_logger()

DEFAULT = "default"
"""The compute type that leaves the choice to us."""

GPU_BATCH = 32
"""To begin with; asr/batching.py halves it where memory does not suffice."""

SMALL, EXACT = "int8", "float32"
EXACT_GAIN = 1.25
"""How much faster float32 must be to be chosen: the types write different text, so that noise must not decide, and
int8 takes a quarter of the memory."""

EXACT_BYTES = 400_000_000
"""Larger weights are not tried in float32: they would take gigabytes, and loading them longer than all else here."""

BATCHES = (4, 8, 16)
NEAR_BEST = 1.05
"""The smallest batch within this of the best is taken: it takes least memory, and is full with the fewest calls."""

SECONDS = 10.0
"""Of measuring: nothing further is tried once they are over."""

STRIP_SECONDS = 8.0
STATES = 600
TOKENS = 12
"""What a trial hears: strips as asr/whisper.py makes them of calls, of which the first tokens are written."""

LOCK_SECONDS = 300.0
"""Measuring takes seconds; a process that holds the lock longer than this is stuck."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How to run Whisper. As a wish, "default" and 0 leave a choice open."""

    compute_type: str = DEFAULT
    threads: int = 0
    batch_size: int = 0

    @property
    def settled(self) -> bool:
        return self.compute_type != DEFAULT and self.threads > 0 and self.batch_size > 0


_REMEMBERED = TypeAdapter(dict[str, Fit])


def fitted(model_dir: Path, cache_dir: Path, *, device: str, wish: Fit) -> Fit:
    """The wish with its open choices made: on a CPU measured, or as they were measured here before.

    Raises:
        MissingPart: faster-whisper is not installed.
        BadSetting: CTranslate2 cannot load the folder, or not in that way on this machine.
    """
    if (best_device() if device == "auto" else device) != "cpu":
        return replace(wish, batch_size=wish.batch_size or GPU_BATCH)
    if wish.settled:
        return wish
    memory, key = cache_dir / "machine.json", _key(model_dir, wish)
    cache_dir.mkdir(parents=True, exist_ok=True)
    with FileLock(memory.with_suffix(".lock"), timeout=LOCK_SECONDS):  # two at once would slow each other down
        remembered = _remembered(memory)
        if key not in remembered:
            remembered[key] = _measured(model_dir, wish)
            _remember(memory, remembered)
    return remembered[key]


def thread_counts() -> list[int]:
    """What to try: a thread per core the system tells of, and a thread per real one where two share one."""
    try:
        import psutil  # type: ignore[import-untyped]  # noqa: PLC0415 - comes with the extra `whisper`
    except ImportError:
        return [cores()]
    told, real = psutil.cpu_count(), psutil.cpu_count(logical=False)
    shared = told and real and real < told
    return sorted({cores(), max(1, cores() * real // told)}) if shared else [cores()]


def smallest_near_best(seconds: Mapping[int, float]) -> int:
    """Of seconds per strip by batch size."""
    best = min(seconds.values())
    return min(size for size, taken in seconds.items() if taken <= best * NEAR_BEST)


def better_type(seconds: Mapping[str, float]) -> str:
    """Of seconds per strip by compute type: float32 only where it is clearly faster than int8."""
    if SMALL in seconds and EXACT in seconds:
        return EXACT if seconds[SMALL] > seconds[EXACT] * EXACT_GAIN else SMALL
    return min(seconds, key=lambda one: seconds[one])


def _measured(model_dir: Path, wish: Fit) -> Fit:
    began = time.monotonic()
    until = began + SECONDS
    first, *others = _types(model_dir) if wish.compute_type == DEFAULT else [wish.compute_type]
    counts = [wish.threads] if wish.threads else thread_counts()
    trial = _Trial(model_dir, first, max(counts))
    by_count = {count: trial.took(count, BATCHES[0]).clock for count in counts if len(counts) > 1}
    threads = min(by_count, key=lambda count: by_count[count]) if by_count else counts[0]
    by_size: dict[int, float] = {}
    for size in [wish.batch_size] if wish.batch_size else BATCHES:
        if not by_size or time.monotonic() + size * trial.latest < until:
            by_size[size] = trial.took(threads, size).processor
    batch = smallest_near_best(by_size)
    by_type = {first: by_size[batch]}
    del trial
    for other in others:
        if time.monotonic() < until:
            by_type[other] = _Trial(model_dir, other, threads).took(threads, batch).processor
    fit = Fit(better_type(by_type), threads, batch)
    log.info("measured", **asdict(fit), seconds=round(time.monotonic() - began, 1), **_told(by_type, by_count, by_size))
    return fit


def _types(model_dir: Path) -> list[str]:
    known = cpu_compute_types()
    light = (model_dir / "model.bin").stat().st_size <= EXACT_BYTES
    return [one for one in (SMALL, EXACT) if one in known and (one == SMALL or light or SMALL not in known)]


def _told(*tables: Mapping[Any, float]) -> dict[str, str]:
    """Milliseconds of each thing tried, for the log."""
    names = ("types", "counts", "batches")
    return {
        name: " ".join(f"{what}:{1000 * taken:.0f}ms" for what, taken in table.items())
        for name, table in zip(names, tables, strict=True)
        if table
    }


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds for a strip: the clock's tell of threads in each other's way, the processor's are as on an idle one."""

    clock: float
    processor: float


class _Trial:
    """A loaded model, and strips of noise for it. `latest` is what a strip took of a thread, by the clock, just now."""

    def __init__(self, model_dir: Path, compute_type: str, threads: int) -> None:
        self._model = SpeechModel(
            model_dir, device="cpu", compute_type=compute_type, copies=threads, threads=1, prompt=""
        )
        noise = np.random.default_rng(0).normal(0, 0.05, round(STRIP_SECONDS * WHISPER_RATE))
        self._sound = noise.astype(np.float32)
        (own,) = self._model.encode([self._sound])
        self._states: Samples = np.resize(own, (STATES, own.shape[1]))
        self._encoding: dict[int, Took] = {}
        self.latest = 0.0

    def took(self, threads: int, size: int) -> Took:
        """With so many threads, each at a batch of so many strips. They are encoded one by one, whatever the size."""
        if threads not in self._encoding:
            self._encoding[threads] = self._timed(lambda: self._model.encode([self._sound]), threads, 1)
        states = np.stack([self._states] * size)
        written = self._timed(
            lambda: self._model.write(states, beam=FIRST.beam, most=TOKENS, endless=True), threads, size
        )
        encoded = self._encoding[threads]
        return Took(encoded.clock + written.clock, encoded.processor + written.processor)

    def _timed(self, work: Callable[[], object], threads: int, strips: int) -> Took:
        with ThreadPoolExecutor(threads) as pool:
            clock, processor = time.perf_counter(), time.process_time()
            for future in [pool.submit(work) for _ in range(threads)]:
                future.result()
            clock, processor = time.perf_counter() - clock, time.process_time() - processor
        self.latest = clock / strips
        return Took(clock / (threads * strips), processor / (threads * strips))


def _key(model_dir: Path, wish: Fit) -> str:
    """What the measurement depends on, as text."""
    facts: Sequence[str | int] = (
        _cpu(),
        cores(),
        f"ctranslate2 {library_version()}",
        model_dir.name,
        (model_dir / "model.bin").stat().st_size,
        wish.compute_type,
        wish.threads,
        wish.batch_size,
    )
    return " | ".join(map(str, facts))


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _remembered(memory: Path) -> dict[str, Fit]:
    """Nothing where there is no such file or it is broken: it can be measured again."""
    try:
        return _REMEMBERED.validate_json(memory.read_bytes())
    except (OSError, ValidationError):
        return {}


def _remember(memory: Path, fits: Mapping[str, Fit]) -> None:
    working = memory.with_suffix(".new")
    told = {key: asdict(fit) for key, fit in fits.items()}
    working.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf8")
    working.replace(memory)
