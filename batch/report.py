"""A batch's summary: for a person a table, for machines JSON."""

from typing import Any

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from batch.batch import Summary
from batch.exits import Exit
from batch.wording import say
from models.ledger import OPEN_STATES, RecordingState
from models.reason import Language, Reason
from pipeline.processing.overview import BatchLine

GRADE_STYLE = {"优秀": "green", "良好": "cyan", "合格": "yellow", "不合格": "red"}
FIGURE_COLUMNS = ("score", "grade", "coverage", "length", "agent")

REASONS_SHOWN = 3

LINES_SHOWN = 50
"""More lines than this do not help on a terminal: the pages and `--json` have them all."""


def exit_code(summary: Summary) -> Exit:
    if summary.interrupted:
        return Exit.INTERRUPTED
    set_aside = any(line.state == RecordingState.QUARANTINED for line in summary.lines)
    return Exit.QUARANTINED if set_aside or summary.refused else Exit.DONE


def print_summary(console: Console, summary: Summary, language: Language) -> None:
    """The calls, what was set aside and why, what did not fit, and the figures."""
    console.print(_calls(summary, language))
    for note in summary.notes:
        console.print(f"[yellow]•[/] {escape(note.say(language))}")
    for refused in summary.refused:
        console.print(f"[red]✗[/] {escape(refused.say(language))}")
    facts = figures(summary)
    console.print(say(language, "figures", **facts))
    if summary.interrupted:
        console.print(say(language, "interrupted", left=facts["open"]))


def _calls(summary: Summary, language: Language) -> Table:
    """Figures first and the words last, so that a narrow terminal folds only the words."""
    hidden = len(summary.lines) - LINES_SHOWN
    table = Table(box=SIMPLE, caption=say(language, "more_lines", count=hidden) if hidden > 0 else None)
    for column in FIGURE_COLUMNS:
        right = column in {"score", "coverage", "length"}
        table.add_column(say(language, f"column_{column}"), justify="right" if right else "left", no_wrap=True)
    table.add_column(say(language, "column_call"), overflow="fold")
    for line in sorted(summary.lines, key=_urgency)[:LINES_SHOWN]:
        table.add_row(*_cells(line, language))
    return table


def _urgency(line: BatchLine) -> tuple[bool, bool, float]:
    return (line.state == RecordingState.QUARANTINED, not line.queued, line.total if line.total is not None else -1)


def _cells(line: BatchLine, language: Language) -> tuple[str, ...]:
    style = GRADE_STYLE.get(line.grade or "", "dim")
    state = say(language, f"state_{line.state}") if line.grade is None else line.grade
    return (
        "—" if line.total is None else f"{line.total:.0f}",
        f"[{style}]{escape(state)}[/]",
        "—" if line.coverage is None else f"{line.coverage:.0%}",
        "—" if line.seconds is None else f"{int(line.seconds // 60)}:{int(line.seconds % 60):02d}",
        escape(line.agent or "—"),
        "\n".join([f"[bold]{escape(line.file)}[/]", *_why(line, language)]),
    )


def _why(line: BatchLine, language: Language) -> list[str]:
    """Why a person should hear it, or why it was set aside; nothing for a call that is neither."""
    if not line.queued and line.state != RecordingState.QUARANTINED:
        return []
    said = [f"[dim]・{escape(reason.say(language))}[/]" for reason in line.why[:REASONS_SHOWN]]
    more = len(line.why) - REASONS_SHOWN
    return [*said, f"[dim]・{say(language, 'more_reasons', count=more)}[/]"] if more > 0 else said


def figures(summary: Summary) -> dict[str, int | float]:
    """Counts, and this run's seconds of audio per second."""
    states = [line.state for line in summary.lines]
    return {
        "files": summary.files,
        "new": summary.new,
        "recordings": len(summary.lines),
        "scored": states.count(RecordingState.SCORED),
        "queued": sum(line.queued for line in summary.lines),
        "quarantined": states.count(RecordingState.QUARANTINED),
        "refused": len(summary.refused),
        "open": sum(state in OPEN_STATES for state in states),
        "processed": summary.processed,
        "audio_seconds": round(summary.audio_seconds, 1),
        "seconds": round(summary.seconds, 1),
        "speed": round(summary.audio_seconds / summary.seconds, 1) if summary.seconds else 0.0,
    }


def summary_json(summary: Summary, language: Language) -> dict[str, Any]:
    """The same for machines; reasons as code, facts and sentence."""
    return {
        **figures(summary),
        "interrupted": summary.interrupted,
        "calls": [
            {
                "call_id": line.call_id,
                "file": line.file,
                "agent": line.agent,
                "seconds": line.seconds,
                "state": line.state,
                "total": line.total,
                "grade": line.grade,
                "coverage": line.coverage,
                "fatal": line.fatal,
                "queued": line.queued,
                "why": [_reason(reason, language) for reason in line.why],
            }
            for line in summary.lines
        ],
        "notes": [_reason(note, language) for note in summary.notes],
        "refused_files": [_reason(reason, language) for reason in summary.refused],
    }


def _reason(reason: Reason, language: Language) -> dict[str, Any]:
    return {"code": reason.code, "facts": dict(reason.facts), "sentence": reason.say(language)}
