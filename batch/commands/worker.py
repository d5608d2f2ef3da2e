"""`callqa worker`."""

import sys
import threading
from typing import Annotated

import structlog
import typer

from batch.batch import POLL_SECONDS, new_executor, release_dead
from batch.commands.options import Home, Model, Pack, Scorecard, Workers
from batch.due import Due
from batch.executor import Holder
from batch.following import Following
from batch.interrupt import stop_on_signal
from batch.settings import read_settings
from batch.workplace import now, open_workplace
from pipeline.processing.process import Outcome
from storage.owner import Owner

log = structlog.get_logger()


def worker(
    *,
    home: Home = None,
    pack: Pack = None,
    scorecard: Scorecard = None,
    model: Model = None,
    workers: Workers = None,
    with_parent: Annotated[
        bool, typer.Option(hidden=True, help="End when stdin closes: when the process that started this one is gone.")
    ] = False,
) -> None:
    """Process recordings as they come in, until stopped. Any number of workers may share a database.

    What is published meanwhile scores the recordings that are claimed from then on, within seconds.
    """
    settings = read_settings(home=home, pack=pack, scorecard=scorecard, model=model, workers=workers)
    with open_workplace(settings) as workplace, Owner(settings.locks_dir) as owner:
        following = Following(workplace, owner.name)
        holder = Holder(workplace.sessions, owner.name, now)
        due = Due(workplace)
        executor = new_executor(settings, following.bench, holder, _report)
        if with_parent:
            threading.Thread(target=_stop_with_parent, args=(executor.stop,), daemon=True).start()
        with stop_on_signal(executor.stop):
            while not executor.stop.is_set():
                release_dead(workplace)
                due.do()
                if not executor.drain():
                    executor.stop.wait(POLL_SECONDS)


def _stop_with_parent(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def _report(outcome: Outcome) -> None:
    why = outcome.reason.say("en") if outcome.reason else None
    log.info("recording_processed", recording=outcome.recording_id, file=outcome.file, state=outcome.state, why=why)
