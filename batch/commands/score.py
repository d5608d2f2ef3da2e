"""`callqa score`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from batch.commands.options import AsJson, Classifier, Home, Lang, Pack, Scorecard
from batch.exits import Exit
from batch.fitting_card import find_card
from batch.given_transcripts import GivenTranscript, given_transcripts
from batch.named_machine import find_machine
from batch.named_pack import find_pack
from batch.opinions import Told, opinion_lines, opinions_json, opinions_told
from batch.scored import explained, scored_json
from batch.settings import read_settings
from batch.wording import say
from models.errors import CallqaError
from models.finding import Answer, Evidence, RuleResult
from models.reason import Fact, Language
from models.score import ItemScore, ItemState, PreScore
from pipeline.learning.in_use import Machine, read_choice
from pipeline.processing.scoring_call import score_call
from scoring import scorecard as cards
from scoring.evaluate import evaluate
from scoring.explain import explain_section, explain_total
from scoring.pack import Pack as RulePack


def score(
    transcripts: Annotated[
        list[str], typer.Argument(help="Transcripts as JSON, folders or patterns of them, or - for stdin.")
    ],
    *,
    pack: Pack = None,
    scorecard: Scorecard = None,
    classifier: Classifier = None,
    home: Home = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Check transcripts against a rule pack and score them on a scorecard, without storing anything.

    With --json each transcript is a line of its own, printed as soon as it is done. Without --scorecard the shipped one
    of the pack's name is taken, else the one of the settings; where neither fits the pack there are findings alone. A
    card whose items declare signs asks the classifier too, as does a pack with rules that name some; the first time its
    starter is trained, which takes seconds.
    Exit codes: 0 all scored; 2 wrong use; 3 wrong pack or scorecard, or some of the transcripts were unusable.
    """
    settings = read_settings(home=home, pack=pack, language=lang)
    rules = find_pack(settings.pack, settings).pack
    card = find_card(rules, settings, scorecard)
    machine = find_machine(card, rules, settings, read_choice(classifier))
    console, errors = Console(), Console(stderr=True)
    if card is None:
        errors.print(f"[yellow]•[/] {escape(say(settings.language, 'no_card_fits', pack=rules.name))}", soft_wrap=True)
    unusable = 0
    for file, given in given_transcripts(transcripts):
        if isinstance(given, CallqaError):
            unusable += 1
            errors.print(f"[red]✗[/] {escape(given.say(settings.language))}", soft_wrap=True)
            continue
        results, scored, told = _scored(rules, card, machine, given)
        if as_json:
            opinions = opinions_json(told, given.turn_in_file, settings.language)
            content = scored_json(file, given.as_in_file(results), opinions, scored, settings.language)
            line = json.dumps(content, ensure_ascii=False)
            console.file.write(line + "\n")
            console.file.flush()
        else:
            _print(console, given, results, told, scored, settings.language)
    raise typer.Exit(Exit.INPUT if unusable else Exit.DONE)


def _scored(
    rules: RulePack, card: cards.Scorecard | None, machine: Machine, given: GivenTranscript
) -> tuple[tuple[RuleResult, ...], PreScore | None, tuple[Told, ...]]:
    transcript = given.transcript
    if card is None:
        return evaluate(rules, transcript, given.metadata, machine.model), None, ()
    scored, _ = score_call(
        rules, card, transcript, given.metadata, classifier=machine.classifier, levels=machine.levels
    )
    told = opinions_told(machine, rules, card, transcript, scored.results, scored.pre_score)
    return scored.results, scored.pre_score, told


def _print(  # noqa: PLR0917  (what is shown, in that order)
    console: Console,
    given: GivenTranscript,
    results: Sequence[RuleResult],
    told: Sequence[Told],
    score: PreScore | None,
    language: Language,
) -> None:
    name = Path(given.file).name
    if score is None:
        console.print(escape(say(language, "score_line_without", file=name)))
    else:
        total = "—" if score.total is None else f"{score.total:.0f}"
        facts: dict[str, Fact] = {"total": total, "grade": score.grade or "—", "percent": round(100 * score.coverage)}
        console.print(escape(say(language, "score_line", file=name, **facts)))
    table = Table(*(say(language, f"column_{column}") for column in ("rule", "answer", "second", "quote")))
    for result in results:
        if result.answer in {Answer.HIT, Answer.CANNOT_JUDGE}:
            for row in _rows(result, language):
                table.add_row(*map(escape, row))
    if table.row_count:
        console.print(table)
    _print_opinions(console, told, language)
    if score is not None:
        _print_items(console, score, results, language)


def _print_opinions(console: Console, told: Sequence[Told], language: Language) -> None:
    """What the classifier found or could not decide, by which turns and words."""
    columns = ("item", "opinion", "second", "said_and_why")
    table = Table(*(say(language, f"column_{column}") for column in columns))
    for row in opinion_lines(told, language):
        table.add_row(*map(escape, row))
    if table.row_count:
        console.print(table)


def _rows(result: RuleResult, language: Language) -> list[tuple[str, str, str, str]]:
    answer = say(language, f"answer_{result.answer}")
    why = result.reason.say(language) if result.reason else ""
    if not result.evidence:
        return [(result.name, answer, "", why)]
    return [(result.name, answer, f"{one.start:.1f}", _heard(one, language) or why) for one in result.evidence]


def _heard(one: Evidence, language: Language) -> str:
    if not one.quote or not one.meant:
        return one.quote
    return say(language, "listened" if one.listened else "sounds_like", quote=one.quote, meant=one.meant)


def _print_items(console: Console, score: PreScore, results: Sequence[RuleResult], language: Language) -> None:
    """How the items came by their points, where that is not simply all of them."""
    by_rule = {result.rule: result for result in results}
    for section in score.sections:
        moved = [item for item in section.items if _is_told(item)]
        whole = explain_section(section)
        if moved or whole:
            points = say(language, "points", got=f"{section.got:g}", points=f"{section.points:g}")
            console.print(f"[bold]{escape(section.name)}[/] [dim]{escape(points)}[/]")
            _print_why(console, [reason.say(language) for reason in whole], indent=2)
        for item in moved:
            got = "—" if item.got is None else f"{item.got:g}"
            points = say(language, "points", got=got, points=f"{item.points:g}")
            console.print(f"  {escape(item.name)} [dim]{escape(points)}[/]")
            _print_why(console, explained(item, by_rule, language))
    _print_why(console, [reason.say(language) for reason in explain_total(score)], indent=0)


def _is_told(item: ItemScore) -> bool:
    return item.state is ItemState.UNJUDGED or bool(item.rules) or item.fatal


def _print_why(console: Console, sentences: Sequence[str], *, indent: int = 4) -> None:
    for sentence in sentences:
        console.print(f"{' ' * indent}[dim]・{escape(sentence)}[/]", highlight=False)
