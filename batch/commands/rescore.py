"""`callqa rescore`."""

import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from batch.commands.calls_asked import (
    Agent,
    CallType,
    Direction,
    Grade,
    Limit,
    Rule,
    Since,
    Team,
    Until,
    bar,
    began,
)
from batch.commands.options import AsJson, Classifier, Home, Lang, Pack, Scorecard
from batch.exits import Exit
from batch.interrupt import stop_on_signal
from batch.settings import read_settings
from batch.wording import say
from batch.workplace import Workplace, in_use, now, open_machine, open_workplace, routing_plan
from models.errors import BadSetting
from models.reason import Fact, Language
from pipeline.learning.in_use import Machine, read_choice
from pipeline.processing.rescore import Rescored, ScoreBrief, choose, rescore
from scoring import scorecard as cards
from scoring.pack import Pack as RulePack
from storage.calls.call_filter import CallFilter

AT_ONCE = 40
"""Calls between two looks whether somebody asked to stop."""

LISTED = 50
"""Calls listed in the table; --json has them all."""


def rescore_calls(
    *,
    call: Annotated[list[int] | None, typer.Option("--call", help="A call's number; may be given often.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All calls, where nothing else narrows them.")] = False,
    agent: Agent = None,
    team: Team = None,
    call_type: CallType = None,
    direction: Direction = None,
    grade: Grade = None,
    rule: Rule = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = None,
    home: Home = None,
    pack: Pack = None,
    scorecard: Scorecard = None,
    classifier: Classifier = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Score stored calls again with the versions in use now, beside their old scores. Nothing is listened to again.

    Stopped at any moment, the same command goes on from there. Exit codes: 0 all scored; 2 wrong use; 3 the pack or the
    scorecard is wrong; 5 some calls could not be scored; 6 database or disk failed; 130 interrupted.
    """
    settings = read_settings(home=home, pack=pack, scorecard=scorecard, language=lang)
    wanted = replace(
        began(since, until), agent_id=agent, team=team, call_type=call_type, direction=direction, grade=grade, rule=rule
    )
    if not call and wanted == CallFilter() and not every and limit is None:
        raise BadSetting("batch.rescore_what")
    stop = threading.Event()
    with open_workplace(settings) as workplace, stop_on_signal(stop):
        rules, card = in_use(workplace)
        machine = open_machine(workplace, rules, card, read_choice(classifier))
        with workplace.reading() as session:
            chosen = call or choose(session, wanted, limit=limit)
        told = _rescore(workplace, chosen, rules, card, machine, stop)
    if as_json:
        typer.echo(json.dumps(_as_json(told, rules, card, settings.language), ensure_ascii=False, indent=2))
    else:
        _print(Console(), told, rules, card, settings.language)
    if len(told) < len(set(chosen)):
        raise typer.Exit(Exit.INTERRUPTED)
    raise typer.Exit(Exit.QUARANTINED if any(one.new is None for one in told) else Exit.DONE)


def _rescore(  # noqa: PLR0917  (what is scored, then what scores)
    workplace: Workplace,
    chosen: Sequence[int],
    rules: RulePack,
    card: cards.Scorecard,
    machine: Machine,
    stop: threading.Event,
) -> list[Rescored]:
    """With a bar on stderr, until `stop`."""
    calls, plan = list(dict.fromkeys(chosen)), routing_plan(workplace.settings)
    told: list[Rescored] = []
    with bar() as shown:
        task = shown.add_task(say(workplace.settings.language, "rescoring"), total=len(calls))
        for start in range(0, len(calls), AT_ONCE):
            if stop.is_set():
                break
            some = calls[start : start + AT_ONCE]
            told += rescore(
                workplace.sessions,
                some,
                rules,
                card,
                plan,
                now=now(),
                classifier=machine.classifier,
                levels=machine.levels,
                since=machine.since,
            )
            shown.update(task, completed=len(told))
    return told


def _as_json(told: Sequence[Rescored], rules: RulePack, card: cards.Scorecard, language: Language) -> dict[str, Any]:
    return {
        "pack": {"name": rules.name, "version": rules.version},
        "scorecard": {"name": card.name, "version": card.version},
        "scored": sum(one.is_new for one in told),
        "known": sum(one.new is not None and not one.is_new for one in told),
        "not_scored": sum(one.new is None for one in told),
        "calls": [
            {
                "call_id": one.call_id,
                "old": _score(one.old),
                "new": _score(one.new),
                "is_new": one.is_new,
                "why": None if one.reason is None else {"code": one.reason.code, "sentence": one.reason.say(language)},
            }
            for one in told
        ],
    }


def _score(score: ScoreBrief | None) -> dict[str, Any] | None:
    if score is None:
        return None
    return {name: getattr(score, name) for name in ("id", "total", "grade", "fatal", "coverage")}


def _print(
    console: Console, told: Sequence[Rescored], rules: RulePack, card: cards.Scorecard, language: Language
) -> None:
    """The calls whose score moved or could not be made, then how many there were of each."""
    moved = [one for one in told if one.new is None or one.old is None or _told(one.old) != _told(one.new)]
    if moved:
        table = Table(*(say(language, f"rescore_{name}") for name in ("call", "old", "new")))
        for one in moved[:LISTED]:
            new = _told(one.new) if one.reason is None else one.reason.say(language)
            table.add_row(str(one.call_id), _told(one.old), escape(new))
        console.print(table)
        if len(moved) > LISTED:
            console.print(escape(say(language, "more_lines", count=len(moved) - LISTED)))
    facts: dict[str, Fact] = {
        "calls": len(told),
        "pack": f"{rules.name} v{rules.version}",
        "card": f"{card.name} v{card.version}",
        "scored": sum(one.is_new for one in told),
        "moved": sum(one.new is not None for one in moved),
        "not_scored": sum(one.new is None for one in told),
    }
    console.print(escape(say(language, "rescored", **facts)), soft_wrap=True)


def _told(score: ScoreBrief | None) -> str:
    if score is None or score.total is None:
        return "—"
    return f"{score.total:.0f} {score.grade or ''}".strip()
