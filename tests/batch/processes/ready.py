"""Python with the commands imported and the shipped pack and the sentences read, forked for each one that is run: more
than a second less each.

Usage: ready.py SOCKET — its number. A message is one run as JSON, with its standard streams; the answer is the number
of its process. A message with such a number as `process` is answered with its exit code: as soon as it has ended if
`waits`, else at once, with nothing where it still runs. What is run is a process like any other, but for what it need
not import and read.
"""

import gc
import json
import os
import runpy
import socket
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, get_args

from sqlalchemy.orm import configure_mappers

from batch.cli import COMMANDS
from models.reason import Language, sentences
from models.settings import Settings
from pipeline.rulebook.in_use import _card, _pack
from pipeline.rulebook.version import Version, shipped_version
from storage.rulebook.definitions import Kind

READS: Mapping[Kind, Callable[[Version], object]] = {"pack": _pack, "scorecard": _card}
SERVED = {"serve"}
"""Imports the pages, and is always started from nothing."""


def get_ready() -> None:
    for module, _ in (COMMANDS[name] for name in COMMANDS.keys() - SERVED):
        import_module(f"batch.commands.{module}")
    configure_mappers()
    for room in ("asr", "batch", "pipeline", "scoring", "storage"):
        for language in get_args(Language):
            sentences(room, language)
    for kind, read in READS.items():
        version = shipped_version(kind, Settings.model_fields[kind].default)
        assert version is not None
        read(version)
    gc.freeze()


def next_run(requests: socket.socket) -> dict[str, Any]:
    """What this process is to run: it is a child by then. The parent ends when nobody can ask any more."""
    while True:
        message, streams, _, _ = socket.recv_fds(requests, 1 << 20, 3)
        if not message:
            sys.exit()
        asked: dict[str, Any] = json.loads(message)
        if "process" in asked:
            ended, status = os.waitpid(asked["process"], 0 if asked["waits"] else os.WNOHANG)
            requests.send(json.dumps(os.waitstatus_to_exitcode(status) if ended else None).encode())
            continue
        child = os.fork()
        if child == 0:
            requests.close()
            for ours, given in enumerate(streams):
                os.dup2(given, ours)
                os.close(given)
            return asked
        for given in streams:
            os.close(given)
        requests.send(json.dumps(child).encode())


if __name__ == "__main__":
    get_ready()
    run = next_run(socket.socket(fileno=int(sys.argv[1])))
    os.chdir(run["folder"])
    os.environ.clear()
    os.environ.update(run["environment"])
    sys.path[0] = run["folder"]
    if run["script"] is None:
        sys.argv = ["batch", *run["arguments"]]
        runpy.run_module("batch", run_name="__main__", alter_sys=True)
    else:
        sys.argv = [run["script"], *run["arguments"]]
        runpy.run_path(run["script"], run_name="__main__")
