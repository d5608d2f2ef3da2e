"""A folder of recordings in, pre-scored and routed calls out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from batch.executor import Executor, Holder
from batch.interrupt import stop_on_signal
from batch.workplace import Workplace, now, open_bench, open_processing, recordings_at_once
from models.errors import BadRecording
from models.ledger import OPEN_STATES
from models.reason import Reason
from models.settings import Settings
from pipeline.processing.folder import Matched, find_files, match
from pipeline.processing.intake import TakenIn, take_in
from pipeline.processing.manifest import read_manifest
from pipeline.processing.overview import BatchLine, overview
from pipeline.processing.process import Outcome, Workbench
from storage.calls import ledger
from storage.owner import Owner, is_alive

POLL_SECONDS = 1.0
"""How often to look whether another worker has finished what it holds."""


class Progress(Protocol):
    """What a batch tells about itself while it runs."""

    def taking_in(self, done: int, total: int) -> None: ...
    def processing(self, sizes: dict[int, int]) -> None: ...
    def finished(self, outcome: Outcome) -> None: ...


@dataclass(slots=True)
class Summary:
    """`lines` are the given files' recordings, each once; `notes` what a person should know about the input.

    `refused` are files that could not even be read. Seconds of audio and of work are this run's.
    """

    files: int = 0
    new: int = 0
    lines: list[BatchLine] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    refused: list[Reason] = field(default_factory=list)
    processed: int = 0
    audio_seconds: float = 0.0
    seconds: float = 0.0
    interrupted: bool = False


def run_batch(
    workplace: Workplace,
    paths: Sequence[Path],
    manifest: Path | None,
    progress: Progress,
    *,
    retry_quarantined: bool = False,
) -> Summary:
    """Take the files in, process what is open, and say what became of each. Run again, it goes on where it stopped.

    Raises:
        CallqaError: nothing was started: the manifest, a path, a setting or a definition is wrong.
    """
    rows = read_manifest(manifest) if manifest else ()
    matched = match(find_files(paths), rows)
    processing = open_processing(workplace)
    with Owner(workplace.settings.locks_dir) as owner:
        bench = open_bench(workplace, processing, owner.name)
        summary = Summary(files=len(matched.files), notes=list(matched.notes))
        taken = _take_in(bench, matched, progress, summary)
        if retry_quarantined:
            with workplace.sessions.begin() as session:
                ledger.retry(session, [one.sha256 for one in taken], now())
        recording_ids = [one.recording_id for one in taken]
        _work(workplace, bench, recording_ids, progress, summary)
    with workplace.sessions() as session:
        summary.lines = list(overview(session, recording_ids))
    return summary


def _take_in(bench: Workbench, matched: Matched, progress: Progress, summary: Summary) -> list[TakenIn]:
    """Each file in a transaction of its own; the recordings, each once."""
    taken: dict[int, TakenIn] = {}
    for number, (file, metadata) in enumerate(matched.files, 1):
        progress.taking_in(number, len(matched.files))
        try:
            with bench.sessions.begin() as session:
                one = take_in(
                    session,
                    file.path,
                    name=file.name,
                    metadata=metadata,
                    settings_key=bench.processing.settings_key,
                    audio_dir=bench.processing.audio_dir,
                    now=bench.clock(),
                )
        except BadRecording as error:
            summary.refused.append(error.reason)
            continue
        summary.new += one.is_new
        if one.first_file is not None:
            summary.notes.append(Reason("pipeline.same_content", {"file": file.name, "first": one.first_file}))
        taken.setdefault(one.recording_id, one)
    return list(taken.values())


def _work(
    workplace: Workplace, bench: Workbench, recording_ids: list[int], progress: Progress, summary: Summary
) -> None:
    """Drain the ledger, and wait for what others hold of ours."""
    began = time.monotonic()

    def report(outcome: Outcome) -> None:
        summary.processed += outcome.state not in OPEN_STATES and not outcome.lost
        summary.audio_seconds += outcome.seconds
        progress.finished(outcome)

    holder = Holder(bench.sessions, bench.owner, bench.clock)
    executor = new_executor(workplace.settings, lambda: bench, holder, report)
    with stop_on_signal(executor.stop):
        progress.processing(_open_sizes(workplace, recording_ids))
        while not executor.stop.is_set():
            release_dead(workplace)
            if not executor.drain():
                if not _open_sizes(workplace, recording_ids):
                    break
                executor.stop.wait(POLL_SECONDS)
        summary.interrupted = executor.stop.is_set()
    summary.seconds = time.monotonic() - began


def new_executor(
    settings: Settings, bench: Callable[[], Workbench | None], holder: Holder, report: Callable[[Outcome], None]
) -> Executor:
    """This machine's executor, as the settings say."""
    return Executor(
        bench=bench,
        holder=holder,
        at_once=recordings_at_once(settings),
        lease_seconds=settings.lease_seconds,
        max_attempts=settings.max_attempts,
        report=report,
    )


def release_dead(workplace: Workplace) -> None:
    """Free what workers held that were killed on this machine."""
    locks = workplace.settings.locks_dir
    with workplace.sessions.begin() as session:
        ledger.release_dead(session, lambda name: is_alive(locks, name))


def _open_sizes(workplace: Workplace, recording_ids: list[int]) -> dict[int, int]:
    """Bytes of each recording with work left to do."""
    with workplace.sessions() as session:
        return ledger.open_sizes(session, recording_ids)
