"""`callqa train`: a classifier from people's verdicts."""

import json
from getpass import getuser
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from batch.commands.calls_asked import bar
from batch.commands.options import AsJson, Home, Lang
from batch.exits import Exit
from batch.settings import read_settings
from batch.training_report import print_data, print_trained, print_versions, trained_json, versions_json
from batch.wording import say
from batch.workplace import Workplace, now, open_workplace
from models.errors import BadSetting
from models.person import UserRole, Viewer
from models.reason import Fact
from pipeline.learning import classifiers
from pipeline.learning.examples import learnable
from pipeline.learning.in_use import NONE, STARTER, read_choice
from pipeline.learning.said import AT_MOST
from pipeline.learning.training import Trained, Training
from pipeline.learning.training import train as train_classifier

Why = Annotated[str | None, typer.Option("--why", help="Why it is put in use; kept with it.")]


def train(
    *,
    publish: Annotated[bool, typer.Option("--publish", help="Put it in use where it is not refused.")] = False,
    why: Why = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Calls learned from: those judged last.")] = AT_MOST,
    seed: Annotated[int, typer.Option(min=0, help="Another one draws other folds.")] = 0,
    listed: Annotated[bool, typer.Option("--list", help="List the versions and what was in use when.")] = False,
    use: Annotated[
        str | None, typer.Option("--use", help="Put a trained version in use, or `starter`: back and forth.")
    ] = None,
    home: Home = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Train a classifier from people's verdicts, beside the one in use on the same folds. It is stored, not used.

    One that is worse than the one in use is refused, and says by how much. Exit codes: 0 done; 2 wrong use; 3 too few
    verdicts, or no such version; 6 database or disk failed; 8 trained, but refused.
    """
    _check_use(publish=publish, listed=listed, use=use, why=why)
    settings = read_settings(home=home, language=lang)
    with open_workplace(settings) as workplace:
        if listed:
            _list(workplace, as_json=as_json)
        elif use is not None:
            _use(workplace, use, why or "", as_json=as_json)
        else:
            _train(workplace, why if publish else None, limit=limit, seed=seed, as_json=as_json)


def _check_use(*, publish: bool, listed: bool, use: str | None, why: str | None) -> None:
    if sum((publish, listed, use is not None)) > 1:
        raise BadSetting("batch.train_one_thing")
    if (publish or use is not None) is not (why is not None):
        raise BadSetting("batch.train_why")


def _list(workplace: Workplace, *, as_json: bool) -> None:
    with workplace.reading() as session:
        versions, history = classifiers.versions(session), classifiers.history(session)
    language = workplace.settings.language
    if as_json:
        typer.echo(json.dumps(versions_json(versions, history, language), ensure_ascii=False, indent=2))
    else:
        print_versions(Console(), versions, history, language)


def _use(workplace: Workplace, asked: str, why: str, *, as_json: bool) -> None:
    choice = read_choice(asked)
    if choice == NONE:
        raise BadSetting("batch.train_use_none")
    _put_in_use(workplace, None if choice in {None, STARTER} else int(choice or 0), why, as_json=as_json)


def _put_in_use(workplace: Workplace, version: int | None, why: str, *, as_json: bool) -> None:
    with workplace.sessions.begin() as session:
        classifiers.use(session, _viewer(), version, why, now())
    if as_json:
        typer.echo(json.dumps({"in_use": version or STARTER}))
    else:
        code = "train_used" if version else "train_used_starter"
        Console().print(escape(say(workplace.settings.language, code, version=version or 0)), soft_wrap=True)


def _train(workplace: Workplace, why: str | None, *, limit: int, seed: int, as_json: bool) -> None:
    settings, console = workplace.settings, Console()
    pair = settings.pack, settings.scorecard
    if not as_json:
        with workplace.reading() as session:
            print_data(console, learnable(session, pair, limit), settings.language)
    training = Training(workplace.sessions, workplace.reading, settings.cache_dir, pair, now, limit, seed)
    trained = _with_bar(training, workplace)
    if why is not None and trained.refused is None:
        with workplace.sessions.begin() as session:
            classifiers.use(session, _viewer(), trained.version, why, now())
    used = why is not None and trained.refused is None
    if as_json:
        told: dict[str, Any] = trained_json(trained, settings.language) | {"in_use": used}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print_trained(console, trained, settings.language)
        _print_end(console, trained, workplace, used=used)
    raise typer.Exit(Exit.DONE if trained.refused is None else Exit.GATE)


def _with_bar(training: Training, workplace: Workplace) -> Trained:
    language = workplace.settings.language
    with bar() as shown:
        reading = shown.add_task(say(language, "train_reading"), total=None)

        def progress(done: int, total: int) -> None:
            shown.update(reading, completed=done, total=total)
            if done == total:
                shown.add_task(say(language, "train_fitting"), total=None)

        return train_classifier(training, _viewer(), progress)


def _print_end(console: Console, trained: Trained, workplace: Workplace, *, used: bool) -> None:
    code = "train_used" if used else "train_refused" if trained.refused else "train_kept"
    facts: dict[str, Fact] = {"version": trained.version}
    console.print(escape(say(workplace.settings.language, code, **facts)), soft_wrap=True)


def _viewer() -> Viewer:
    """Who may use the command line may do anything; the log says who it was, as far as the system knows."""
    try:
        who = getuser()
    except (KeyError, OSError):
        who = "-"
    return Viewer(None, f"callqa train ({who})", UserRole.ADMIN)
