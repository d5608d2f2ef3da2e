"""A batch's progress on the terminal: calls, minutes of audio, speed, time left."""

import threading
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn

from batch.wording import say
from models.ledger import OPEN_STATES
from models.reason import Language
from pipeline.processing.process import Outcome


class RichProgress:
    """The bar counts bytes, which are known before a recording is decoded, so that the time left is steady."""

    def __init__(self, console: Console, language: Language) -> None:
        self._language = language
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[facts]}"),
            TimeRemainingColumn(),
            console=console,
            transient=not console.is_terminal,
        )
        self._task: TaskID = self._bar.add_task(say(language, "taking_in"), total=None, facts="")
        self._sizes: dict[int, int] = {}
        self._calls = self._set_aside = 0
        self._audio = 0.0
        self._began = time.monotonic()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()

    def taking_in(self, done: int, total: int) -> None:
        self._bar.update(self._task, total=total, completed=done, facts=f"{done}/{total}")

    def processing(self, sizes: dict[int, int]) -> None:
        self._sizes, self._began = sizes, time.monotonic()
        self._bar.remove_task(self._task)
        # An empty file has no bytes, and still is something to do.
        total = sum(max(1, size) for size in sizes.values())
        self._task = self._bar.add_task(say(self._language, "processing"), total=total, facts=self._facts())

    def finished(self, outcome: Outcome) -> None:
        if outcome.state in OPEN_STATES:
            return
        with self._lock:
            self._calls += 1
            self._set_aside += outcome.reason is not None
            self._audio += outcome.seconds
            advance = max(1, self._sizes.get(outcome.recording_id, 1))
            self._bar.update(self._task, advance=advance, facts=self._facts())

    def _facts(self) -> str:
        elapsed = max(1e-3, time.monotonic() - self._began)
        return say(
            self._language,
            "progress",
            calls=self._calls,
            total=len(self._sizes),
            minutes=f"{self._audio / 60:.1f}",
            speed=f"{self._audio / elapsed:.1f}",
            set_aside=self._set_aside,
        )
