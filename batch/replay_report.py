"""What a draft would change: for a person tables, for machines JSON."""

from collections.abc import Iterator
from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from batch.wording import say
from models.reason import Fact, Language
from pipeline.rulebook.replay import Agreement, Change, Gate, Replay, RuleReplay, ScoreReplay, ScoreShift
from scoring.wilson import Share

EXAMPLES_SHOWN = 3
AGENTS_SHOWN = 10
CALLS_SHOWN = 10


def print_replay(console: Console, replay: Replay, gate: Gate, language: Language) -> None:
    sources = "、".join(f"{name} × {calls}" for name, calls in replay.against.items()) or "—"
    facts: dict[str, Fact] = {"pack": replay.pack, "version": replay.pack_version, "calls": replay.calls}
    about = say(language, "replay_about", **facts, compared=replay.compared, against=sources)
    console.print(escape(about), soft_wrap=True, highlight=False)
    told = [rule for rule in replay.rules if _changes(rule) or rule.agreement_after]
    if told:
        console.print(_rules(told, language))
    for rule in told:
        for line in _examples(rule, language):
            console.print(line, soft_wrap=True, highlight=False)
    if replay.card is None:
        console.print(f"[yellow]![/] {escape(say(language, 'replay_no_card', pack=replay.pack))}", soft_wrap=True)
    if replay.scores and replay.scores.calls:
        for line in _scores(replay.scores, language):
            console.print(escape(line), soft_wrap=True, highlight=False)
        console.print(_agents(replay.scores, language))
        if replay.scores.largest:
            console.print(_shifts(replay.scores, language))
    if replay.unused_verdicts:
        sentence = say(language, "replay_unused", unused=replay.unused_verdicts)
        console.print(f"[yellow]![/] {escape(sentence)}", soft_wrap=True, highlight=False)
    _print_gate(console, gate, language)


def _print_gate(console: Console, gate: Gate, language: Language) -> None:
    sentence = escape(say(language, "gate_passed" if gate.passed else "gate_held"))
    console.print(f"{'[green]✓[/]' if gate.passed else '[red]✗[/]'} {sentence}", soft_wrap=True)
    for reason in gate.reasons:
        console.print(f"  [red]•[/] {escape(reason.say(language))}", soft_wrap=True, highlight=False)


def _changes(rule: RuleReplay) -> bool:
    return bool(rule.newly or rule.no_longer) or (rule.hits_before is None) != (rule.hits_after is None)


def _rules(rules: list[RuleReplay], language: Language) -> Table:
    columns = ["before", "after", "newly", "no_longer"]
    judged = any(rule.agreement_after for rule in rules)
    table = Table(box=SIMPLE)
    table.add_column(say(language, "column_rule"), overflow="fold")
    for column in [*columns, *(["precision", "recall"] if judged else [])]:
        table.add_column(say(language, f"replay_{column}"), justify="right", no_wrap=True)
    for rule in rules:
        counts = [_count(rule.hits_before), _count(rule.hits_after), _more("+", rule.newly), _more("−", rule.no_longer)]
        shares = _agreed(rule.agreement_after) if judged else []
        table.add_row(f"{escape(rule.name)} [dim]{escape(rule.rule)}[/]", *counts, *shares)
    return table


def _count(hits: int | None) -> str:
    return "—" if hits is None else str(hits)


def _more(sign: str, calls: int) -> str:
    return f"{sign}{calls}" if calls else ""


def _agreed(agreement: Agreement | None) -> list[str]:
    return [_interval(agreement.precision), _interval(agreement.recall)] if agreement else ["", ""]


def _interval(share: Share) -> str:
    if share.share is None:
        return "—"
    return f"{share.share:.0%} [dim]({share.low:.0%}–{share.high:.0%}, n={share.of})[/]"


def _examples(rule: RuleReplay, language: Language) -> Iterator[str]:
    for what, changes in (("newly", rule.newly_in), ("no_longer", rule.no_longer_in)):
        for change in changes[:EXAMPLES_SHOWN]:
            quote = f"“{change.quotes[0]}”" if change.quotes else ""
            where = say(language, "at_second", second=f"{change.start:.1f}") if change.start is not None else ""
            words = (say(language, f"replay_{what}"), f"/calls/{change.call}", change.file, where, quote)
            yield f"  {escape(rule.name)} [dim]{escape(' '.join(filter(None, words)))}[/]"


def _scores(scores: ScoreReplay, language: Language) -> Iterator[str]:
    before, after = scores.mean_before, scores.mean_after
    facts: dict[str, Fact] = {
        "calls": scores.calls,
        "before": "—" if before is None else f"{before:.1f}",
        "after": "—" if after is None else f"{after:.1f}",
        "raised": scores.raised,
        "lowered": scores.lowered,
        "grades": scores.grades_changed,
        "below": f"{scores.low_score:g}",
        "low_before": scores.low_before,
        "low_after": scores.low_after,
        "fatal": scores.fatal_newly,
        "fatal_gone": scores.fatal_no_longer,
    }
    yield say(language, "replay_scores", **facts)
    if scores.grades:
        moves = (f"{before or '—'} → {after or '—'} × {calls}" for (before, after), calls in scores.grades.items())
        yield say(language, "replay_grades", moves="，".join(moves))


def _agents(scores: ScoreReplay, language: Language) -> Table:
    """Those whose mean moves most, either way."""
    table = Table(box=SIMPLE)
    table.add_column(say(language, "column_agent"))
    for column in ("calls", "before", "after", "shift"):
        table.add_column(say(language, f"replay_{column}"), justify="right")
    for one in sorted(scores.agents, key=lambda agent: -abs(agent.shift))[:AGENTS_SHOWN]:
        mean = (f"{one.mean_before:.1f}", f"{one.mean_after:.1f}", f"{one.shift:+.1f}")
        table.add_row(escape(one.agent or "—"), str(one.calls), *mean)
    return table


def _shifts(scores: ScoreReplay, language: Language) -> Table:
    table = Table(box=SIMPLE)
    for column in ("call", "before", "after", "shift"):
        table.add_column(say(language, f"replay_{column}"), justify="left" if column == "call" else "right")
    for one in scores.largest[:CALLS_SHOWN]:
        old = f"{one.total_before:.0f} {one.grade_before or '—'}"
        new = f"{one.total_after:.0f} {one.grade_after or '—'}"
        table.add_row(f"/calls/{one.call} {escape(one.file)}", escape(old), escape(new), f"{one.shift or 0:+.1f}")
    return table


def replay_json(replay: Replay, gate: Gate, language: Language) -> dict[str, Any]:
    """Keys are stable: docs/rules.md."""
    return {
        "pack": replay.pack,
        "version": replay.pack_version,
        "scorecard": replay.card,
        "scorecard_version": replay.card_version,
        "calls": replay.calls,
        "compared": replay.compared,
        "against": dict(replay.against),
        "cases": {"of": replay.cases, "failed": replay.failed_cases},
        "verdicts": {"used": replay.verdicts, "unused": replay.unused_verdicts},
        "rules": [_rule_json(rule) for rule in replay.rules],
        "scores": None if replay.scores is None else _scores_json(replay.scores),
        "gate": gate_json(gate, language),
    }


def gate_json(gate: Gate, language: Language) -> dict[str, Any]:
    return {
        "passed": gate.passed,
        "reasons": [
            {"code": one.code, "facts": dict(one.facts), "sentence": one.say(language)} for one in gate.reasons
        ],
        "figures": gate.figures,
    }


def _rule_json(rule: RuleReplay) -> dict[str, Any]:
    return {
        "rule": rule.rule,
        "name": rule.name,
        "effect": rule.effect.value,
        "hits_before": rule.hits_before,
        "hits_after": rule.hits_after,
        "cannot_judge_before": rule.unjudged_before,
        "cannot_judge_after": rule.unjudged_after,
        "newly": rule.newly,
        "no_longer": rule.no_longer,
        "newly_in": [_change_json(one) for one in rule.newly_in],
        "no_longer_in": [_change_json(one) for one in rule.no_longer_in],
        "agreement_before": _agreement_json(rule.agreement_before),
        "agreement_after": _agreement_json(rule.agreement_after),
    }


def _change_json(change: Change) -> dict[str, Any]:
    return {
        "call": change.call,
        "url": f"/calls/{change.call}",
        "file": change.file,
        "agent": change.agent,
        "quotes": list(change.quotes),
        "start": change.start,
    }


def _agreement_json(agreement: Agreement | None) -> dict[str, Any] | None:
    if agreement is None:
        return None
    return {"precision": _share_json(agreement.precision), "recall": _share_json(agreement.recall)}


def _share_json(share: Share) -> dict[str, Any]:
    value = None if share.share is None else round(share.share, 4)
    low, high = round(share.low, 4), round(share.high, 4)
    return {"hits": share.hits, "of": share.of, "share": value, "low": low, "high": high}


def _scores_json(scores: ScoreReplay) -> dict[str, Any]:
    return {
        "calls": scores.calls,
        "mean_before": scores.mean_before,
        "mean_after": scores.mean_after,
        "raised": scores.raised,
        "lowered": scores.lowered,
        "low_score": scores.low_score,
        "low_before": scores.low_before,
        "low_after": scores.low_after,
        "grades_changed": scores.grades_changed,
        "grades": [{"before": old, "after": new, "calls": calls} for (old, new), calls in scores.grades.items()],
        "spread": [{"from": bound, "calls": calls} for bound, calls in scores.spread.items()],
        "fatal_newly": scores.fatal_newly,
        "fatal_no_longer": scores.fatal_no_longer,
        "fatal_unconfirmed": scores.fatal_unconfirmed,
        "fatal_newly_in": [_shift_json(one) for one in scores.fatal_newly_in],
        "largest": [_shift_json(one) for one in scores.largest],
        "agents": [
            {
                "agent": one.agent,
                "calls": one.calls,
                "mean_before": round(one.mean_before, 3),
                "mean_after": round(one.mean_after, 3),
                "shift": round(one.shift, 3),
            }
            for one in scores.agents
        ],
    }


def _shift_json(shift: ScoreShift) -> dict[str, Any]:
    return {
        "call": shift.call,
        "url": f"/calls/{shift.call}",
        "file": shift.file,
        "agent": shift.agent,
        "total_before": shift.total_before,
        "total_after": shift.total_after,
        "grade_before": shift.grade_before,
        "grade_after": shift.grade_after,
        "fatal": list(shift.fatal),
    }
