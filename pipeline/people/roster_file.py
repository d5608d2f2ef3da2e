"""The roster as a CSV, all of it or its first mistake-ridden draft with every mistake named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from models.call import AgentStage
from models.errors import BadManifest
from models.reason import Fact, Reason
from pipeline.csv_rows import CsvRow, read_rows
from pipeline.processing.manifest import STAGES, YES_NO

LONGEST = 60

HEADINGS = {
    **{name: name for name in ("agent_id", "name", "team", "stage", "joined_on", "active")},
    "工号": "agent_id",
    "座席工号": "agent_id",
    "姓名": "name",
    "座席姓名": "name",
    "班组": "team",
    "阶段": "stage",
    "座席阶段": "stage",
    "入职日期": "joined_on",
    "在岗": "active",
    "是否在岗": "active",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An agent as a line gives them: `given` are fields of `pipeline.people.roster.Details`."""

    agent_id: str
    given: Mapping[str, Any]


def read_roster(content: bytes, *, file: str = "roster.csv") -> tuple[Entry, ...]:
    """Every agent, or every mistake.

    Raises:
        BadManifest: the file cannot be read, or a line is wrong; `details` names line and column of each mistake.
    """
    rows, problems = read_rows(content, HEADINGS, ("agent_id",), file=file)
    entries = [_entry(row, problems) for row in rows]
    first: dict[str, int] = {}
    for row, entry in zip(rows, entries, strict=True):
        if entry.agent_id in first:
            facts: dict[str, Fact] = {"line": row.line, "id": entry.agent_id, "first": first[entry.agent_id]}
            problems.append(Reason("pipeline.roster_twice", facts))
        first.setdefault(entry.agent_id, row.line)
    if problems:
        told = sorted(problems, key=lambda problem: int(problem.facts["line"]))
        raise BadManifest("pipeline.roster_wrong", details=told, file=file, count=len(told))
    if not entries:
        raise BadManifest("pipeline.csv_no_rows", file=file)
    return tuple(entries)


def _entry(row: CsvRow, problems: list[Reason]) -> Entry:
    given: dict[str, Any] = {}
    for column, text in row.cells.items():
        if len(text) > LONGEST:
            problems.append(Reason("pipeline.csv_long", {"line": row.line, "column": column, "most": LONGEST}))
        elif column != "agent_id":
            try:
                given[column] = _READ.get(column, str)(text)
            except (KeyError, ValueError):
                problems.append(Reason(f"pipeline.roster_{column}", {"line": row.line, "text": text}))
    return Entry(row.cells["agent_id"], given)


def _day(text: str) -> date:
    return date.fromisoformat("-".join(part.zfill(2) for part in text.replace("/", "-").split("-")))


_READ: Mapping[str, Callable[[str], Any]] = {
    "stage": lambda text: AgentStage(STAGES.get(text, text)),
    "joined_on": _day,
    "active": lambda text: YES_NO[text.lower()],
}
