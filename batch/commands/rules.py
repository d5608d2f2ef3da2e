"""`callqa rules`: packs looked at, checked, and tried on stored calls."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Annotated

import typer
from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from batch.checking import CALLS_ASKED, check_pack
from batch.checking_report import check_json, print_check
from batch.commands.options import AsJson, Home, Lang, Scorecard
from batch.commands.replay import replay_pack
from batch.exits import Exit
from batch.fitting_card import find_card
from batch.given_transcripts import given_transcripts
from batch.named_pack import MEANINGS, every_pack, find_pack
from batch.reading import open_reading
from batch.settings import read_settings
from batch.wording import say
from models.call import Metadata
from models.errors import BadDefinition, CallqaError
from models.reason import Language
from models.settings import Settings
from models.transcript import Transcript
from pipeline.learning.in_use import cases_model
from pipeline.processing.stored_calls import stored_calls
from scoring.pack import Pack

app = typer.Typer(no_args_is_help=True, help="Rule packs: what they hold, whether they do what they say.")

app.command("replay")(replay_pack)

PackArgument = Annotated[str, typer.Argument(metavar="PACK", help=MEANINGS)]


@app.command()
def check(
    pack: PackArgument,
    *,
    scorecard: Scorecard = None,
    on: Annotated[
        list[str] | None, typer.Option("--on", help="Try the rules on these transcripts: files or folders.")
    ] = None,
    stored: Annotated[bool, typer.Option("--stored", help="Try the rules on the stored calls, too.")] = False,
    strict: Annotated[bool, typer.Option(help="Warnings count as errors.")] = False,
    home: Home = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Whether a pack's rules do what their own cases say, and what in them is dubious.

    Exit codes: 0 fine; 2 wrong use; 3 the pack or the scorecard cannot be read; 7 cases fail, or a rule cannot work
    (with --strict: or there are warnings).
    """
    settings = read_settings(home=home, language=lang)
    console, errors, language = Console(), Console(stderr=True), settings.language
    try:
        rules, file = find_pack(pack, settings)
        card = find_card(rules, settings, scorecard)
    except BadDefinition as error:
        if as_json:
            found = [
                {**reason.facts, "code": reason.code, "sentence": reason.say(language)} for reason in error.details
            ]
            typer.echo(json.dumps({"mistakes": found}, ensure_ascii=False))
        raise
    card_file = card.definition.file if card else ""
    unusable: list[str] = []
    with _calls(_given(on or [], errors, language, unusable) if on else None, settings, stored=stored) as calls:
        model = cases_model(rules, settings.cache_dir)
        found_out = check_pack(rules, card, file=file, card_file=card_file, calls=calls, model=model)
    if as_json:
        typer.echo(json.dumps(check_json(found_out, language), ensure_ascii=False))
    else:
        print_check(console, found_out, language)
        if card is None:
            console.print(escape(say(language, "check_no_card", pack=rules.name)))
    failed = found_out.errors or (strict and found_out.warnings)
    raise typer.Exit(Exit.CHECK if failed else Exit.INPUT if unusable else Exit.DONE)


@contextmanager
def _calls(
    given: Iterator[tuple[Transcript, Metadata]] | None, settings: Settings, *, stored: bool
) -> Iterator[Iterator[tuple[Transcript, Metadata]] | None]:
    """Those given, and the newest of those stored; None where none were asked for."""
    if stored:
        with open_reading(settings) as session:
            heard = ((call.transcript, call.metadata) for call in stored_calls(session, limit=CALLS_ASKED))
            yield chain(given or (), heard)
    else:
        yield given


def _given(
    paths: list[str], errors: Console, language: Language, unusable: list[str]
) -> Iterator[tuple[Transcript, Metadata]]:
    """Those that can be read; the names of the others go to `unusable`."""
    for file, given in given_transcripts(paths):
        if isinstance(given, CallqaError):
            unusable.append(file)
            errors.print(f"[red]✗[/] {escape(given.say(language))}", soft_wrap=True)
        else:
            yield given.transcript, given.metadata


@app.command("list")
def list_rules(
    pack: Annotated[str | None, typer.Argument(metavar="[PACK]", help=MEANINGS)] = None,
    *,
    home: Home = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """The packs there are, in all their versions; or the rules of one."""
    settings = read_settings(home=home, language=lang)
    if pack is None:
        _list_packs(settings, as_json=as_json)
    else:
        _list_rules(find_pack(pack, settings).pack, settings.language, as_json=as_json)


def _list_packs(settings: Settings, *, as_json: bool) -> None:
    language = settings.language
    columns = ("rules_pack", "rules_version", "rules_origin", "rules_count", "rules_title")
    table = Table(*(say(language, column) for column in columns), box=SIMPLE)
    for one in every_pack(settings):
        pack, version = one.pack, one.version
        origin = version.origin if version else "shipped"
        retired = version is not None and version.retired_at is not None
        if as_json:
            content = {"pack": pack.name, "version": pack.version, "title": pack.title, "origin": origin}
            facts = {"in_use": one.in_use, "retired": retired, "by": version and version.by, "rules": len(pack.rules)}
            typer.echo(json.dumps(content | facts, ensure_ascii=False))
            continue
        said = say(language, f"origin_{origin}")
        if one.in_use or retired:
            said = say(language, "origin_in_use" if one.in_use else "origin_retired", origin=said)
        table.add_row(pack.name, str(pack.version), said, str(len(pack.rules)), escape(pack.title))
    if not as_json:
        Console().print(table)


def _list_rules(pack: Pack, language: Language, *, as_json: bool) -> None:
    columns = ("check_rule", "rules_effect", "check_role", "rules_why")
    title = escape(f"{pack.title} {pack.name}@{pack.version}")
    table = Table(*(say(language, column) for column in columns), box=SIMPLE, title=title)
    for rule in pack.rules:
        roles = tuple(dict.fromkeys(role for one in rule.when.walk() if (role := getattr(one, "role", None))))
        if as_json:
            line = {"rule": rule.id, "name": rule.name, "effect": rule.effect.value, "roles": roles, "why": rule.why}
            typer.echo(json.dumps(line, ensure_ascii=False))
            continue
        table.add_row(
            f"{escape(rule.name)}\n[dim]{rule.id}[/]",
            say(language, f"effect_{rule.effect}"),
            " ".join(say(language, f"role_{role}") for role in roles) or "—",
            escape(rule.why),
        )
    if not as_json:
        Console().print(table)
