"""Batches on the sample calls, with the scripted transcriber where Whisper is not the point."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import pytest

from sample_audio import CALLS, MANIFEST, TRUTH
from tests.starter_kept import keep_starter

ROOT = Path(__file__).parents[2]
READY = Path(__file__).parent / "processes" / "ready.py"
PATIENCE = 300.0


class ReadyPython:
    """Runs commands in processes of their own that need not import them first (processes/ready.py)."""

    def __init__(self) -> None:
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._requests.settimeout(PATIENCE)
        with theirs:
            command = [sys.executable, str(READY), str(theirs.fileno())]
            environment = _without_settings() | {"PYTHONPATH": str(ROOT)}
            self._process = subprocess.Popen(command, env=environment, pass_fds=[theirs.fileno()])

    def start(
        self, command: "CallqaCommand", *arguments: str, typed: str = "", script: Path | None = None
    ) -> "ReadyCommand":
        run = {
            "script": None if script is None else str(script),
            "arguments": arguments,
            "folder": str(command.folder),
            "environment": dict(command.environment),
        }
        given, out, err = TemporaryFile(), TemporaryFile(), TemporaryFile()  # noqa: SIM115  (until it has ended)
        with given:
            given.write(typed.encode())
            given.seek(0)
            socket.send_fds(self._requests, [json.dumps(run).encode()], [one.fileno() for one in (given, out, err)])
        return ReadyCommand(self, self._answer(), out, err)

    def ended(self, process: int, *, waits: bool) -> int | None:
        """The exit code of what was started; None while it runs."""
        self._requests.send(json.dumps({"process": process, "waits": waits}).encode())
        code: int | None = self._answer()
        return code

    def _answer(self) -> Any:
        return json.loads(self._requests.recv(16))

    def close(self) -> None:
        self._requests.close()
        self._process.wait(PATIENCE)


@dataclass
class ReadyCommand:
    """One that was started, with the methods of `subprocess.Popen` that tests use."""

    ready: ReadyPython
    process: int
    out: IO[bytes]
    err: IO[bytes]
    returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self.ready.ended(self.process, waits=False)
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.process, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, timeout: float = PATIENCE) -> tuple[str, str]:
        del timeout  # of `ReadyPython`
        if self.returncode is None:
            self.returncode = self.ready.ended(self.process, waits=True)
        return _text(self.out), _text(self.err)


def _text(stream: IO[bytes]) -> str:
    with stream:
        stream.seek(0)
        return stream.read().decode()


def _without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("CALLQA_")}


@pytest.fixture(scope="session")
def ready_python() -> Iterator[ReadyPython]:
    ready = ReadyPython()
    yield ready
    ready.close()


@dataclass(frozen=True)
class CallqaCommand:
    """The command line in a process of its own, as users run it, in an empty folder."""

    folder: Path
    environment: dict[str, str]
    ready: ReadyPython

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """From nothing, to be spoken to while it runs."""
        return subprocess.Popen(
            [sys.executable, "-m", "batch", *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def start_ready(self, *arguments: str | Path, typed: str = "", script: Path | None = None) -> ReadyCommand:
        """As `start`, two seconds sooner."""
        return self.ready.start(self, *map(str, arguments), typed=typed, script=script)

    def run(self, *arguments: str | Path, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Until it ends; `typed` is what stands in its input."""
        return _done(self.start_ready(*arguments, typed=typed), arguments)

    def run_script(self, script: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """A program of our own in place of the command."""
        return _done(self.start_ready(*arguments, script=script), arguments)

    def batch_json(self, *arguments: str | Path) -> dict[str, Any]:
        done = self.run("batch", "--json", *arguments)
        assert done.returncode in (0, 5), done.stderr
        summary: dict[str, Any] = json.loads(done.stdout)
        return summary


def _done(started: ReadyCommand, arguments: tuple[str | Path, ...]) -> subprocess.CompletedProcess[str]:
    out, err = started.communicate()
    assert started.returncode is not None
    return subprocess.CompletedProcess(arguments, started.returncode, out, err)


def callqa_in(folder: Path, ready: ReadyPython, **environment: str) -> CallqaCommand:
    """Its data folder has nothing in it but a starter, which any command that scores would train otherwise."""
    keep_starter(folder / "home")
    ours = {
        "CALLQA_HOME": str(folder / "home"),
        "CALLQA_TRANSCRIBER": "scripted",
        "CALLQA_SCRIPT_DIR": str(TRUTH),
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "200",
    }
    return CallqaCommand(folder, _without_settings() | ours | environment, ready)


@pytest.fixture
def callqa(tmp_path: Path, ready_python: ReadyPython) -> CallqaCommand:
    return callqa_in(tmp_path, ready_python)


@dataclass(frozen=True, slots=True)
class SampleBatch:
    """A batch of all sample calls that nothing disturbed: its data folder and what it said."""

    home: Path
    done: subprocess.CompletedProcess[str]

    def copy_to(self, home: Path) -> None:
        shutil.copytree(self.home, home, dirs_exist_ok=True)


@pytest.fixture(scope="session")
def sample_batch(tmp_path_factory: pytest.TempPathFactory, ready_python: ReadyPython) -> SampleBatch:
    """Only to be read or copied."""
    command = callqa_in(tmp_path_factory.mktemp("samples"), ready_python)
    done = command.run("batch", CALLS, "--manifest", MANIFEST, "--json")
    return SampleBatch(command.folder / "home", done)
