"""Complaints and praise from a CSV of another system: all of its rows, or none and every mistake.

Columns `key` (its number there), `kind` (投诉 or 表扬) and `text` are required. `source` says which system, unless the
command does; `call`, or `file`, names the call; else `agent_id`, `customer_number` and `happened_at` suggest some.
UTF-8 (with or without BOM) and GB18030 are read; other columns are passed over.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.errors import BadManifest
from models.feedback import FeedbackFacts, FeedbackKind
from models.person import Viewer
from models.reason import Fact, Reason
from pipeline.processing.manifest import read_text
from pipeline.results.verifying import LONGEST_TEXT, enter, is_same
from storage.calls.calls import AT_ONCE
from storage.calls.whole import calls_of_files, existing_calls
from storage.results import feedback

HEADINGS = {
    "编号": "key",
    "单号": "key",
    "工单号": "key",
    "类型": "kind",
    "类别": "kind",
    "内容": "text",
    "来源": "source",
    "通话": "call",
    "通话编号": "call",
    "call_id": "call",
    "录音文件": "file",
    "文件": "file",
    "座席工号": "agent_id",
    "工号": "agent_id",
    "客户号码": "customer_number",
    "时间": "happened_at",
    "发生时间": "happened_at",
    "通话时间": "happened_at",
}
REQUIRED = ("key", "kind", "text")
KINDS = {
    **dict.fromkeys(("complaint", "投诉"), FeedbackKind.COMPLAINT),
    **dict.fromkeys(("praise", "表扬", "感谢"), FeedbackKind.PRAISE),
}
CALL_NUMBER = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many entries of a file are `new`, how many were `known`; `untied` of the new ones need their call found."""

    new: int
    known: int
    untied: int


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    facts: FeedbackFacts


def import_feedback(
    session: Session, viewer: Viewer, path: Path, now: datetime, *, source: str | None = None
) -> Imported:
    """Enter a file's rows; one that was imported before changes nothing.

    Raises:
        BadManifest: the file cannot be read, or a row is wrong; `details` name line and column of each mistake.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    problems: list[Reason] = []
    rows: list[_Row] = []
    try:
        columns = _columns(path, next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows += _row(reader.line_num, columns, cells, source or path.stem, problems)
    except csv.Error as error:
        problems.append(Reason("pipeline.feedback_csv", {"line": reader.line_num, "what": str(error)}))
    problems += _repeated(rows)
    problems += _without_call(session, rows)
    problems += _otherwise(session, rows)
    if problems:
        problems.sort(key=lambda problem: int(problem.facts["line"]))
        raise BadManifest("pipeline.feedback_wrong", details=problems, file=path.name, count=len(problems))
    entered = [enter(session, viewer, row.facts, now) for row in rows]
    new = [entry for entry, is_new in entered if is_new]
    return Imported(len(new), len(entered) - len(new), sum(entry.call_id is None for entry in new))


def _columns(path: Path, headings: list[str]) -> list[str]:
    columns = [HEADINGS.get(heading.strip(), heading.strip()) for heading in headings]
    for column in REQUIRED:
        if column not in columns:
            listed = ", ".join(headings)
            raise BadManifest("pipeline.feedback_no_column", file=path.name, column=column, headings=listed)
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if twice:
        raise BadManifest("pipeline.manifest_column_twice", file=path.name, column=twice[0])
    return columns


def _row(line: int, columns: list[str], cells: list[str], source: str, problems: list[Reason]) -> Iterator[_Row]:
    if len(cells) != len(columns):
        problems.append(Reason("pipeline.feedback_cells", {"line": line, "cells": len(cells), "columns": len(columns)}))
        return
    cell = {column: text.strip() for column, text in zip(columns, cells, strict=True)}
    before = len(problems)
    problems += [_problem("empty", line, columns.index(c), heading=c) for c in REQUIRED if not cell[c]]
    kind = KINDS.get(cell["kind"].lower())
    if cell["kind"] and kind is None:
        problems.append(_problem("kind", line, columns.index("kind"), text=cell["kind"]))
    if len(cell["text"]) > LONGEST_TEXT:
        problems.append(_problem("long", line, columns.index("text"), most=LONGEST_TEXT))
    call = cell.get("call", "")
    if call and not CALL_NUMBER.fullmatch(call):
        problems.append(_problem("call", line, columns.index("call"), text=call))
    happened_at = _time(cell.get("happened_at", ""))
    if happened_at is None and cell.get("happened_at"):
        problems.append(_problem("time", line, columns.index("happened_at"), text=cell["happened_at"]))
    if len(problems) > before or kind is None:
        return
    yield _Row(
        line,
        FeedbackFacts(
            kind=kind,
            text=cell["text"],
            source=cell.get("source") or source,
            key=cell["key"],
            call_id=int(call) if call else None,
            file=cell.get("file") or None,
            agent_id=cell.get("agent_id") or None,
            customer_number=cell.get("customer_number") or None,
            happened_at=happened_at,
        ),
    )


def _problem(what: str, line: int, column: int, **facts: Fact) -> Reason:
    """`column` counts from 0, as people do not."""
    return Reason(f"pipeline.feedback_cell_{what}", {"line": line, "column": column + 1, **facts})


def _time(text: str) -> datetime | None:
    """A time without a zone is China's; None where it is none."""
    try:
        time = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
    if not 1990 <= time.year < 2200:
        return None
    return time if time.tzinfo else time.replace(tzinfo=CHINA_TIME)


def _repeated(rows: Sequence[_Row]) -> Iterator[Reason]:
    first: dict[tuple[str, str | None], int] = {}
    for row in rows:
        before = first.setdefault((row.facts.source, row.facts.key), row.line)
        if before != row.line:
            yield Reason("pipeline.feedback_twice", {"line": row.line, "key": row.facts.key or "", "first": before})


def _without_call(session: Session, rows: Sequence[_Row]) -> Iterator[Reason]:
    """Rows that name a call there is not, or a file that is none's or several calls'."""
    there = existing_calls(session, [row.facts.call_id for row in rows if row.facts.call_id is not None])
    named = list(dict.fromkeys(row.facts.file for row in rows if row.facts.file and row.facts.call_id is None))
    files = calls_of_files(session, named)
    for row in rows:
        facts = row.facts
        if facts.call_id is not None and facts.call_id not in there:
            yield Reason("pipeline.feedback_unknown_call", {"line": row.line, "call": facts.call_id})
        if facts.call_id is None and facts.file:
            count = len(files.get(facts.file, []))
            if count != 1:
                code = "pipeline.feedback_many_files" if count else "pipeline.feedback_unknown_file"
                yield Reason(code, {"line": row.line, "file": facts.file, "count": count})


def _otherwise(session: Session, rows: Sequence[_Row]) -> Iterator[Reason]:
    """Rows whose number was entered before with other words: nothing is overwritten."""
    keys: dict[str, list[_Row]] = {}
    for row in rows:
        keys.setdefault(row.facts.source, []).append(row)
    for source, theirs in keys.items():
        for start in range(0, len(theirs), AT_ONCE):
            some = theirs[start : start + AT_ONCE]
            known = feedback.known(session, source, [row.facts.key for row in some if row.facts.key])
            for row in some:
                stored = known.get(row.facts.key or "")
                if stored is not None and not is_same(stored, row.facts):
                    yield Reason("pipeline.feedback_otherwise", {"line": row.line, "key": row.facts.key or ""})
