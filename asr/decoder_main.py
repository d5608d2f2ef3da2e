"""The process behind asr/decoder.py: reads requests, decodes, answers; imports only what decoding needs.

It must not outlive its parent. Its input closes when the parent ends, by whatever means: a thread that waits for that
ends the process at once. Should a codec hang so hard that no thread runs, the kernel's alarm does it.
"""

import json
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from asr.decode import write_samples
from asr.playback import outline, write_wav
from asr.scratch import ScratchFull
from models.errors import BadRecording

Request = Mapping[str, Any]

LEEWAY = 5.0
"""Seconds past its patience after which the parent is surely gone."""


def _samples(request: Request) -> dict[str, Any]:
    with Path(request["scratch"]).open("r+b") as scratch:
        _nameless(request["scratch"])
        return write_samples(Path(request["path"]), scratch, name=request["name"], max_seconds=request["max_seconds"])


def _playable(request: Request) -> None:
    write_wav(Path(request["path"]), Path(request["target"]), name=request["name"])


def _outline(request: Request) -> list[list[float]]:
    return outline(Path(request["path"]), request["per_second"], name=request["name"])


JOBS: Mapping[str, Callable[[Request], Any]] = {"samples": _samples, "playable": _playable, "outline": _outline}


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not pass for an answer
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()
    answer: dict[str, Any] = {"ready": os.getpid()}
    while True:
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()
        request = requests.get()
        _alarm(request["seconds"] + LEEWAY)
        answer = _answer(request)
        _alarm(0)


def _read(requests: "queue.SimpleQueue[Request]") -> None:
    for line in sys.stdin.buffer:
        requests.put(json.loads(line))
    os._exit(0)


def _answer(request: Request) -> dict[str, Any]:
    try:
        return {"done": JOBS[request["job"]](request)}
    except BadRecording as error:
        return {"bad": error.reason.code, "facts": dict(error.reason.facts)}
    except ScratchFull as error:
        return {"system": [error.number, error.what]}
    except Exception:  # noqa: BLE001 - told to the parent, where it is raised again
        return {"failed": traceback.format_exc()}


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _nameless(path: str) -> None:
    """So that no sound is left lying about, whoever is killed."""
    if os.name == "posix":
        Path(path).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
