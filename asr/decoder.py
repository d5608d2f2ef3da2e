"""Decoders at arm's length: child processes, since nothing can catch a crash or a hang inside a codec in our own.

A child is spawned once, never forked, and serves recording after recording: what it costs to start is paid once. It
speaks one line of JSON each way; samples go through a scratch file that both map into memory. It ends with whoever
started it, however that one ends (asr/decoder_main.py).
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from models.errors import BadRecording
from models.reason import Fact

PATIENCE = 60.0
"""Seconds any recording may take; the smallest must live through a machine that is very busy."""

PATIENCE_PER_MEGABYTE = 20.0
"""The slowest codec here takes under a second for a megabyte on one idle core."""

PATIENCE_TO_START = 120.0

AT_ONCE = max(2, os.cpu_count() or 1)
"""Children at work at the same time; who comes later waits for one."""

TRIES = 2
"""A child may be killed for what is not the recording's doing, such as a machine out of memory."""


class _Ended(Exception):
    """The child is gone: of itself, or `hung`, by our hand."""

    def __init__(self, *, hung: bool) -> None:
        super().__init__()
        self.hung = hung


class _Child:
    """One process that decodes, for one caller at a time."""

    def __init__(self) -> None:
        room = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(part for part in (room, os.environ.get("PYTHONPATH", "")) if part)
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-m", f"{__package__}.decoder_main"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C is for us, who then end it
        )
        self._expired = False
        try:
            self._line_within(PATIENCE_TO_START)
        except BaseException as error:
            self.close()
            if isinstance(error, _Ended):
                raise ChildProcessError("the decoder's process does not start") from error
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Its answer to a request.

        Raises:
            _Ended: it died, or did not answer in time.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise _Ended(hung=False) from error
        answer: dict[str, Any] = json.loads(self._line_within(seconds))
        return answer

    def close(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:  # a request it never read
                continue
        self._process.wait()

    def _line_within(self, seconds: float) -> bytes:
        assert self._process.stdout is not None
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        if not line.endswith(b"\n"):
            raise _Ended(hung=self._expired)
        return line

    def _expire(self) -> None:
        self._expired = True
        self._process.kill()


class _Children:
    """Those at rest, ready for the next recording; at most AT_ONCE in all."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._resting: list[_Child] = []

    @contextmanager
    def lend(self) -> Iterator[_Child]:
        with self._places:
            child = self._rested() or _Child()
            try:
                yield child
            except BaseException:
                child.close()
                raise
            with self._lock:
                self._resting.append(child)

    def close(self) -> None:
        with self._lock:
            resting, self._resting = self._resting, []
        for child in resting:
            child.close()

    def _rested(self) -> _Child | None:
        while True:
            with self._lock:
                child = self._resting.pop() if self._resting else None
            if child is None or child.alive:
                return child
            child.close()


class _Decoders:
    """This process's children; one that was forked off has none of them."""

    def __init__(self) -> None:
        self.children = _Children()
        atexit.register(self._close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forget)

    def _close(self) -> None:
        self.children.close()

    def _forget(self) -> None:
        self._parents = self.children  # kept, so that nothing of the parent's is closed here
        self.children = _Children()


_DECODERS = _Decoders()


def ask(job: str, facts: Mapping[str, Fact], *, name: str, size: int) -> Any:
    """What a decoder answers about a recording of `size` bytes.

    Raises:
        BadRecording: it cannot be used, or was the end of its decoder.
        OSError: no room for what is written, or no process could be started: not the recording's fault.
    """
    with ask_for_bulk(job, facts, name=name, size=size) as (answer, _):
        return answer


@contextmanager
def ask_for_bulk(job: str, facts: Mapping[str, Fact], *, name: str, size: int) -> Iterator[tuple[Any, IO[bytes]]]:
    """As `ask`, with the scratch file into which the decoder has written what is too much for an answer.

    The file has no name by then: it is gone when the last one lets go of it.
    """
    for tries_left in reversed(range(TRIES)):
        scratch, path = tempfile.mkstemp(prefix="callqa-sound-")
        with os.fdopen(scratch, "r+b") as file:
            try:
                answer = _answer({**facts, "job": job, "name": name, "scratch": path}, name, size)
            except _Ended as error:
                if tries_left:
                    continue
                raise BadRecording("asr.decoder_crashed", file=name) from error
            finally:
                Path(path).unlink(missing_ok=True)
            yield answer, file
            return


def _answer(request: dict[str, Fact], name: str, size: int) -> Any:
    seconds = PATIENCE + PATIENCE_PER_MEGABYTE * size / 1e6
    try:
        with _DECODERS.children.lend() as child:
            answer = child.ask({**request, "seconds": seconds}, seconds)
    except _Ended as error:
        if error.hung:
            raise BadRecording("asr.decoder_hung", file=name, seconds=round(seconds)) from error
        raise
    match answer:
        case {"done": done}:
            return done
        case {"bad": code, "facts": facts}:
            raise BadRecording(code, **facts)
        case {"system": [number, what]}:
            raise OSError(number, what)
    raise RuntimeError(answer["failed"])
