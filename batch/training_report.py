"""What training had to go by and what came of it: as tables, and as JSON."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from batch.wording import say
from models.reason import Language, Reason
from pipeline.learning.classifiers import Version
from pipeline.learning.data import DATA_JSON, Data
from pipeline.learning.in_use import STARTER
from pipeline.learning.report import REPORT_JSON, ItemReport
from pipeline.learning.training import Trained
from scoring.classifier.metrics import Measure
from scoring.wilson import share
from storage.learning.classifiers import UseLine

MEASURES = ("precision", "recall", "pr_auc", "brier", "ece")


def print_data(console: Console, data: Data, language: Language) -> None:
    """Per item that has verdicts: how many, and what is missing."""
    line = say(language, "train_data", calls=data.calls, labels=data.labels, people=data.people)
    console.print(escape(line), soft_wrap=True)
    if data.left_out:
        console.print(escape(say(language, "train_left_out", calls=data.left_out)), soft_wrap=True)
    judged = [item for item in data.items if item.calls]
    if not judged:
        return
    table = Table(*_columns(language, ("item", "calls", "errors", "noise", "enough")))
    for item in judged:
        lacks = _lacks(item.lacks, language)
        noise = _noise(item.differ, item.twice, language)
        table.add_row(*map(escape, (item.name, str(item.calls), str(item.errors), noise, lacks)))
    console.print(table)


def _columns(language: Language, names: Sequence[str]) -> list[Column]:
    """Narrow terminals wrap what they have no room for."""
    return [Column(say(language, f"train_{name}"), overflow="fold") for name in names]


def _noise(differ: int, twice: int, language: Language) -> str:
    """Of the calls judged by more than one person, those they do not agree on, with Wilson's interval."""
    if not twice:
        return say(language, "train_never_twice")
    told = share(differ, twice)
    return say(
        language, "train_differ", differ=differ, twice=twice, low=round(100 * told.low), high=round(100 * told.high)
    )


def _lacks(why: Reason | None, language: Language) -> str:
    """`还不够：30 通里有 12 通`; the sentence itself is too long for a table."""
    if why is None:
        return say(language, "train_enough_yes")
    return say(language, f"train_{why.code.rpartition('.')[2]}", **why.facts)


def print_trained(console: Console, trained: Trained, language: Language) -> None:
    report = trained.report
    columns = ("item", "calls", "errors", *MEASURES, "beside")
    table = Table(*_columns(language, columns), title=say(language, "train_validated"))
    for item in report.items:
        measures = [_measure(getattr(item.new, name), language) for name in MEASURES]
        table.add_row(
            *map(escape, (item.name, str(item.new.n), str(item.new.errors), *measures, _beside(item, language)))
        )
    console.print(table)
    facts = {"new": _measure(report.new, language), "current": _measure(report.current, language)}
    version = f"v{report.compared_with}" if report.compared_with else say(language, "train_starter")
    console.print(escape(say(language, "train_compared", **facts, version=version)), soft_wrap=True)
    console.print(escape(say(language, f"train_verdict_{report.verdict}")), soft_wrap=True)
    if trained.refused is not None:
        console.print(f"[red]✗[/] {escape(trained.refused.say(language))}", soft_wrap=True)


def _measure(measure: Measure, language: Language) -> str:
    """`0.81 [0.74, 0.88]`, or what is missing for it."""
    if measure.value is None:
        return say(language, "train_insufficient", **measure.insufficient.facts) if measure.insufficient else "–"
    if measure.low is None or measure.high is None:
        return f"{measure.value:.2f}"
    return f"{measure.value:.2f} [{measure.low:.2f}, {measure.high:.2f}]"


def _beside(item: ItemReport, language: Language) -> str:
    """Whether it is better than the one in use on this item, and by how much."""
    if item.lacks is not None:
        return _lacks(item.lacks, language)
    word = say(language, f"train_item_{item.verdict}")
    if item.difference is None or item.difference.value is None:
        return word
    return f"{word} {item.difference.value:+.3f}"


def print_versions(
    console: Console, versions: Sequence[Version], history: Sequence[UseLine], language: Language
) -> None:
    if not versions:
        console.print(escape(say(language, "train_no_versions")), soft_wrap=True)
    else:
        table = Table(*_columns(language, ("version", "calls", "items", "made", "state")))
        for one in versions:
            made = f"{one.made_at:%Y-%m-%d %H:%M} {one.made_by}"
            table.add_row(
                *map(
                    escape, (f"v{one.version}", str(one.data.calls), str(len(one.trained)), made, _state(one, language))
                )
            )
        console.print(table)
    for use in history:
        name = f"v{use.version}" if use.version else say(language, "train_starter")
        console.print(escape(f"{use.at:%Y-%m-%d %H:%M} {name} · {use.by}：{use.why}"), soft_wrap=True)


def _state(one: Version, language: Language) -> str:
    state = "in_use" if one.in_use else "refused" if one.refused else "was_used" if one.was_used else "kept"
    said = say(language, f"train_state_{state}")
    return f"{said}：{one.refused.say(language)}" if one.refused else said


def trained_json(trained: Trained, language: Language) -> dict[str, Any]:
    report: dict[str, Any] = REPORT_JSON.dump_python(trained.report, mode="json")
    return {
        "version": trained.version,
        "refused": None if trained.refused is None else _said(trained, language),
        "data": DATA_JSON.dump_python(trained.data, mode="json"),
        "report": report,
    }


def _said(trained: Trained, language: Language) -> dict[str, str]:
    assert trained.refused is not None
    return {"code": trained.refused.code, "sentence": trained.refused.say(language)}


def versions_json(versions: Sequence[Version], history: Sequence[UseLine], language: Language) -> dict[str, Any]:
    return {
        "in_use": next((one.version for one in versions if one.in_use), STARTER),
        "versions": [
            {
                "version": one.version,
                "calls": one.data.calls,
                "trained": [f"{card}/{item}" for card, item in one.trained],
                "compared_with": one.compared_with or STARTER,
                "refused": None if one.refused is None else one.refused.say(language),
                "made_by": one.made_by,
                "made_at": one.made_at.isoformat(),
                "in_use": one.in_use,
            }
            for one in versions
        ],
        "history": [
            {"version": use.version or STARTER, "by": use.by, "why": use.why, "at": use.at.isoformat()}
            for use in history
        ],
    }
