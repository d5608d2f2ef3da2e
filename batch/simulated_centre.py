"""`callqa demo --weeks`: a whole made-up centre on top of the sample calls (docs/simulation.md)."""

import hashlib
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from batch.wording import say
from batch.workplace import Workplace, in_use, routing_plan
from models.clock import CHINA_TIME
from models.reason import Fact, Language
from pipeline.simulated.mark import Mark
from pipeline.simulated.reviewing import Rules
from pipeline.simulated.simulate import Asked, check_home, simulate


def check_simulable(workplace: Workplace, samples: Path) -> Mark | None:
    """The mark of what was made here before, None where nothing was; `samples` is the sample calls' folder.

    Raises:
        Conflict: there are real calls.
    """
    with workplace.reading() as session:
        return check_home(session, [_hash(file) for file in sorted(samples.iterdir()) if file.is_file()])


def make_simulated(workplace: Workplace, weeks: int, calls_a_day: int, seed: str, now: datetime) -> Mark:
    """The whole centre in one transaction: who is killed has made nothing, and may begin again."""
    settings = workplace.settings
    pack, card = in_use(workplace)
    rules = Rules(settings.double_tolerance, settings.appeal_days, settings.appeal_decide_days)
    asked = Asked(weeks, calls_a_day, seed, now, pack, card, routing_plan(settings), rules)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    with progress:
        task = progress.add_task(say(settings.language, "demo_simulating"), total=None)
        with workplace.sessions.begin() as session:
            return simulate(session, asked, lambda done, of: progress.update(task, completed=done, total=of))


def print_simulated(console: Console, mark: Mark, language: Language, *, before: bool) -> None:
    """`before`: it was there, and nothing was done."""
    made = mark.now.astimezone(CHINA_TIME)
    facts: dict[str, Fact] = {"calls": mark.calls, "weeks": mark.weeks, "seed": mark.seed, "day": f"{made:%Y-%m-%d}"}
    console.print(say(language, "demo_simulated_before" if before else "demo_simulated", **facts))


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
