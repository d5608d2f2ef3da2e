"""A pack's check: for a person lines and a table, for machines JSON."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from batch.checking import Check, PlacedFailure, RuleLine, is_listened_to
from batch.wording import say
from models.reason import Fact, Language
from scoring.lint import Level, Lint

MARKS = {Level.ERROR: "[red]✗[/]", Level.WARNING: "[yellow]![/]", Level.NOTE: "[dim]·[/]"}
SAID = 120
"""Characters of a case that are shown."""


def print_check(console: Console, check: Check, language: Language) -> None:
    names = {line.rule.id: line.rule.name for line in check.rules}
    told = [(one.failure.rule, one.line, _failure(one, check, language)) for one in check.failures]
    told += [(one.rule, one.line, _lint(one, check, language)) for one in check.lints]
    order = {rule: index for index, rule in enumerate(names)}
    told.sort(key=lambda one: (order.get(one[0], len(order)), one[1]))
    for rule, lines in groupby(told, key=itemgetter(0)):
        console.print(f"[bold]{escape(names.get(rule, rule))}[/] [dim]{escape(rule)}[/]")
        for _, _, line in lines:
            console.print(f"  {line}", soft_wrap=True, highlight=False)
    console.print(_coverage(check, language))
    console.print(_summary(check, language), soft_wrap=True, highlight=False)


def _failure(one: PlacedFailure, check: Check, language: Language) -> str:
    failure = one.failure
    facts: dict[str, Fact] = {
        "kind": failure.kind,
        "number": failure.number,
        "wanted": say(language, f"case_{failure.kind}"),
        "answer": say(language, f"answer_{failure.answer}"),
        "said": failure.said[:SAID],
    }
    sentence = say(language, "case_failed", **facts)
    if failure.quotes:
        sentence += say(language, "case_heard", quotes="、".join(failure.quotes))
    if failure.reason:
        sentence += " " + failure.reason.say(language)
    return f"{MARKS[Level.ERROR]} [cyan]{escape(check.file)}:{one.line}[/] {escape(sentence)}"


def _lint(one: Lint, check: Check, language: Language) -> str:
    file = check.card_file if one.of_card else check.file
    sentence = escape(one.reason.say(language))
    style = ("[dim]", "[/]") if one.level is Level.NOTE else ("", "")
    return f"{MARKS[one.level]} [cyan]{escape(file)}:{one.line}[/] {style[0]}{sentence}{style[1]}"


def _coverage(check: Check, language: Language) -> Table:
    columns = ["rule", "operator", "role", "fires", "silent", "cannot_judge"]
    columns += ["hits"] if check.calls else []
    columns += ["items"] if check.card else []
    table = Table(box=SIMPLE)
    for column in columns:
        right = column in {"fires", "silent", "cannot_judge", "hits"}
        table.add_column(say(language, f"check_{column}"), justify="right" if right else "left", overflow="fold")
    for line in check.rules:
        cells = [f"{escape(line.rule.name)}\n[dim]{line.rule.id}[/]", " ".join(line.operators)]
        cells.append(" ".join(say(language, f"role_{role}") for role in line.roles) or "—")
        cells += [_passed(*line.cases[kind]) for kind in ("fires", "silent", "cannot_judge")]
        cells += [f"{line.hits}"] if check.calls else []
        cells += [_items(line)] if check.card else []
        table.add_row(*cells)
    return table


def _passed(passed: int, cases: int) -> str:
    if not cases:
        return "[dim]—[/]"
    return f"{passed}/{cases}" if passed == cases else f"[red]{passed}/{cases}[/]"


def _items(line: RuleLine) -> str:
    if not is_listened_to(line):
        return "[yellow]—[/]"
    return escape("、".join(line.items or ())) or "[dim]—[/]"


def _summary(check: Check, language: Language) -> str:
    cases = sum(total for line in check.rules for _, total in line.cases.values())
    facts: dict[str, Fact] = {
        "pack": check.pack.name,
        "version": check.pack.version,
        "rules": len(check.rules),
        "cases": cases,
        "failed": len(check.failures),
        "errors": check.errors,
        "warnings": check.warnings,
        "notes": check.counts.get(Level.NOTE, 0),
        "calls": check.calls,
    }
    mark = MARKS[Level.ERROR] if check.errors else "[green]✓[/]"
    sentence = say(language, "check_summary", **facts)
    return f"{mark} {escape(sentence + say(language, 'check_calls', **facts) if check.calls else sentence)}"


def check_json(check: Check, language: Language) -> dict[str, Any]:
    """Keys are stable: docs/rules.md."""
    return {
        "pack": check.pack.name,
        "version": check.pack.version,
        "file": check.file,
        "scorecard": check.card and check.card.name,
        "errors": check.errors,
        "warnings": check.warnings,
        "notes": check.counts.get(Level.NOTE, 0),
        "calls": check.calls,
        "failures": [
            {
                "rule": one.failure.rule,
                "file": check.file,
                "line": one.line,
                "kind": one.failure.kind,
                "number": one.failure.number,
                "said": one.failure.said,
                "answer": one.failure.answer.value,
                "quotes": list(one.failure.quotes),
                "reason": one.failure.reason.say(language) if one.failure.reason else None,
            }
            for one in check.failures
        ],
        "lints": [
            {
                "level": one.level.value,
                "code": one.reason.code,
                "rule": one.rule,
                "file": check.card_file if one.of_card else check.file,
                "line": one.line,
                "sentence": one.reason.say(language),
            }
            for one in check.lints
        ],
        "rules": [
            {
                "rule": line.rule.id,
                "name": line.rule.name,
                "effect": line.rule.effect.value,
                "line": line.line,
                "operators": list(line.operators),
                "roles": list(line.roles),
                "cases": {kind: {"passed": p, "of": n} for kind, (p, n) in line.cases.items()},
                "hits": line.hits,
                "items": None if line.items is None else list(line.items),
            }
            for line in check.rules
        ],
    }
