"""Who is compared, each in a process of its own: what a process takes is then what its contender takes."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import file_digest
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

import psutil  # type: ignore[import-untyped]
from faster_whisper import BatchedInferencePipeline, WhisperModel, decode_audio

from asr.engine import Asked, Engine
from asr.whisper import PROMPT, WhisperTranscriber
from models.errors import BadRecording

Texts = dict[int, list[str]]
"""What was heard on each channel: turns or segments, in order."""

Hear = Callable[[Sequence["Call"]], dict[str, Texts]]
"""The texts of many calls, by stem."""

SAMPLE_SECONDS = 0.1
"""Between two looks at how much memory a contender and its children take."""

MAX_SECONDS = 24 * 3600

CALLS_AT_ONCE = 4 * len(os.sched_getaffinity(0))
"""Of ours, as the product has them: while some are heard, others are decoded."""


@dataclass(frozen=True, slots=True)
class Call:
    """A recording to hear, with what is known of it beforehand. `kind` is the codec, as asr/decode.py names it."""

    stem: str
    path: Path
    stereo: bool
    kind: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """What a block of calls took: seconds by the clock and of processor (children too), and what was heard."""

    clock: float
    processor: float
    texts: Mapping[str, Texts]


def ours(model: Path) -> Hear:
    """The product: what it does with a folder, it does here with a block."""
    transcriber = WhisperTranscriber(model, device="cpu")
    engine = Engine(transcriber, agent_channel="left", max_seconds=MAX_SECONDS, at_once=CALLS_AT_ONCE)

    def hear(calls: Sequence[Call]) -> dict[str, Texts]:
        heard: dict[str, Texts] = {call.stem: {} for call in calls}
        for asked, answer in engine.transcripts(map(_asked, calls)):
            if isinstance(answer, BadRecording):
                print(f"{asked.file}: {answer}", flush=True)
                continue
            for turn in answer.turns:
                heard[asked.path.stem].setdefault(turn.channel, []).append(turn.text)
        return heard

    return hear


def _asked(call: Call) -> Asked:
    with call.path.open("rb") as file:
        return Asked(call.path, call.path.name, file_digest(file, "sha256").hexdigest())


def sequential(model: Path) -> Hear:
    """faster-whisper as its README begins, with its VAD: all else as it comes."""
    whisper = _plain(model)
    return _by_channel(
        lambda sound: whisper.transcribe(sound, language="zh", beam_size=5, vad_filter=True, initial_prompt=PROMPT)
    )


def batched(model: Path, *, beam: int, words: bool = False) -> Hear:
    """BatchedInferencePipeline, with its VAD, eight windows at a time."""
    pipeline = BatchedInferencePipeline(_plain(model))
    return _by_channel(
        lambda sound: pipeline.transcribe(
            sound, language="zh", batch_size=8, beam_size=beam, initial_prompt=PROMPT, word_timestamps=words
        )
    )


OURS = "ours"
BASELINE = "batched, beam 5"
BASELINE_WITH_WORDS = "batched, beam 5, word times"
CONTENDERS: Mapping[str, tuple[Callable[..., Hear], Mapping[str, Any]]] = {
    OURS: (ours, {}),
    BASELINE: (batched, {"beam": 5}),
    BASELINE_WITH_WORDS: (batched, {"beam": 5, "words": True}),
    "batched, beam 1": (batched, {"beam": 1}),
    "sequential, beam 5": (sequential, {}),
}


def _plain(model: Path) -> WhisperModel:
    """One model over all cores, which is what the baselines are fastest with."""
    return WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=len(os.sched_getaffinity(0)))


def _by_channel(segments_of: Callable[[Any], tuple[Any, Any]]) -> Hear:
    def hear(call: Call) -> Texts:
        sounds = decode_audio(str(call.path), split_stereo=True) if call.stereo else (decode_audio(str(call.path)),)
        return {at: [one.text for one in segments_of(sound)[0]] for at, sound in enumerate(sounds)}

    return lambda calls: {call.stem: hear(call) for call in calls}


class Contender:
    """A contender at work in its process. `peak` is the most memory it and its children held at once, in bytes."""

    def __init__(self, name: str, model: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, end = context.Pipe()
        self._worker = context.Process(target=_serve, args=(name, model, end), name=name)
        self._worker.start()
        end.close()
        self._done = threading.Event()
        self._sampled = 0
        threading.Thread(target=self._sample, daemon=True).start()
        self._pipe.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._pipe.send(None)
        self._worker.join()

    def hear(self, calls: Sequence[Call]) -> Work:
        """Ends early, with EOFError, if the process does."""
        busy, began = self._processor_seconds(), time.perf_counter()
        self._pipe.send(list(calls))
        texts = self._pipe.recv()
        clock = time.perf_counter() - began
        return Work(clock, self._processor_seconds() - busy, texts)

    @property
    def peak(self) -> int:
        status = Path(f"/proc/{self._worker.pid}/status").read_text("utf8")
        (own,) = (int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
        return max(own, self._sampled)

    def _sample(self) -> None:
        while not self._done.wait(SAMPLE_SECONDS):
            self._sampled = max(self._sampled, sum(self._each(lambda process: process.memory_info().rss)))

    def _processor_seconds(self) -> float:
        """Of the process, its children, and the children they have buried."""
        return float(sum(self._each(lambda process: sum(process.cpu_times()[:4]))))

    def _each(self, of: Callable[[psutil.Process], float]) -> list[Any]:
        found = []
        for process in (self._process, *self._process.children(recursive=True)):
            try:
                found.append(of(process))
            except psutil.NoSuchProcess:  # a child that has just ended; its time is its parent's now
                continue
        return found

    @cached_property
    def _process(self) -> psutil.Process:
        return psutil.Process(self._worker.pid)


def _serve(name: str, model: Path, pipe: Connection) -> None:
    make, options = CONTENDERS[name]
    hear = make(model, **options)
    pipe.send("ready")
    while (calls := pipe.recv()) is not None:
        pipe.send(hear(calls))
