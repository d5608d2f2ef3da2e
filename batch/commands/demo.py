"""`callqa demo`."""

from typing import Annotated

import typer
from rich.console import Console

from batch.batch import run_batch
from batch.commands.options import Home, Lang
from batch.commands.serve import serve_pages
from batch.demo_accounts import make_demo_accounts, print_demo_accounts
from batch.progress import RichProgress
from batch.report import print_summary
from batch.settings import read_settings
from batch.simulated_centre import check_simulable, make_simulated, print_simulated
from batch.wording import say
from batch.workplace import now, open_workplace
from sample_audio import CALLS, MANIFEST

CALLS_A_DAY = 250
SEED = "callqa"


def demo(
    *,
    weeks: Annotated[
        int,
        typer.Option(min=0, max=52, help="Weeks of a whole made-up centre on top of the sample calls; 0 makes none."),
    ] = 0,
    calls_a_day: Annotated[
        int, typer.Option(min=10, max=5000, help="Made-up calls of a usual working day.")
    ] = CALLS_A_DAY,
    seed: Annotated[str, typer.Option(help="Another seed makes up another centre.")] = SEED,
    serve: Annotated[bool, typer.Option(help="Serve the pages afterwards.")] = True,
    home: Home = None,
    port: Annotated[int | None, typer.Option(help="Port of the pages; 0 takes a free one.")] = None,
    lang: Lang = None,
) -> None:
    """From nothing: process the sample calls, show the scores, and serve the pages.

    With --weeks also a simulated centre: agents, inspectors and thousands of scored calls, marked as simulated.
    """
    settings = read_settings(home=home, port=port, language=lang)
    console = Console()
    with open_workplace(settings) as workplace:
        before = check_simulable(workplace, CALLS) if weeks else None
        with RichProgress(Console(stderr=True), settings.language) as progress:
            summary = run_batch(workplace, [CALLS], MANIFEST, progress)
        print_summary(console, summary, settings.language)
        console.print(say(settings.language, "demo_home", home=str(settings.home.absolute())))
        made = make_demo_accounts(workplace.sessions, settings.home, now())
        if weeks and not summary.interrupted:
            mark = before or make_simulated(workplace, weeks, calls_a_day, seed, now())
            print_simulated(console, mark, settings.language, before=before is not None)
        print_demo_accounts(console, made, settings.home, settings.language)
    if serve and not summary.interrupted:
        serve_pages(settings, console, with_worker=True)
    elif not serve:
        console.print(say(settings.language, "demo_serve"))
