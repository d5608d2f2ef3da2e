"""People's verdicts on rules, from a CSV: columns `rule`, `hit`, and one of `call`, `sha256` and `file`.

UTF-8 (with or without BOM) and GB18030 are read; other columns are passed over.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from models.errors import BadManifest
from models.reason import Fact, Reason
from pipeline.processing.manifest import read_text
from pipeline.rulebook.replayed import Verdict
from storage.calls.whole import calls_of_content, calls_of_files, existing_calls

HEADINGS = {
    "通话": "call",
    "通话编号": "call",
    "call_id": "call",
    "录音文件": "file",
    "文件": "file",
    "规则": "rule",
    "命中": "hit",
    "是否命中": "hit",
}
WHICH = ("call", "sha256", "file")
"""How a row may say which call it is about, the surest first."""
CALL_NUMBER = re.compile(r"[0-9]{1,18}")
YES_NO = {
    **dict.fromkeys(("yes", "true", "1", "hit", "是", "命中", "对"), True),
    **dict.fromkeys(("no", "false", "0", "clean", "否", "未命中", "没命中", "错"), False),
}


@dataclass(frozen=True, slots=True)
class _Row:
    """`column` (from 0) is where `name` stands, which is of the kind `which`."""

    line: int
    column: int
    which: str
    name: str
    rule: str
    hit: bool


def read_verdicts(session: Session, path: Path) -> tuple[Verdict, ...]:
    """Every verdict, or every mistake.

    Raises:
        BadManifest: the file cannot be read, or a row is wrong; `details` name line and column.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    problems: list[Reason] = []
    rows: list[_Row] = []
    try:
        columns = _columns(path, next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows += _row(reader.line_num, columns, cells, problems)
    except csv.Error as error:
        problems.append(Reason("pipeline.verdicts_csv", {"line": reader.line_num, "what": str(error)}))
    verdicts = tuple(_verdicts(rows, _calls(session, rows), problems))
    if problems:
        problems.sort(key=lambda problem: int(problem.facts["line"]))
        raise BadManifest("pipeline.verdicts_wrong", details=problems, file=path.name, count=len(problems))
    return verdicts


def _columns(path: Path, headings: list[str]) -> list[str]:
    columns = [HEADINGS.get(heading.strip(), heading.strip()) for heading in headings]
    missing = [column for column in ("rule", "hit") if column not in columns]
    if not any(column in columns for column in WHICH):
        missing.append("/".join(WHICH))
    if missing:
        listed = ", ".join(headings)
        raise BadManifest("pipeline.verdicts_no_column", file=path.name, column=missing[0], headings=listed)
    return columns


def _row(line: int, columns: list[str], cells: list[str], problems: list[Reason]) -> Iterator[_Row]:
    if len(cells) != len(columns):
        problems.append(Reason("pipeline.verdicts_cells", {"line": line, "cells": len(cells), "columns": len(columns)}))
        return
    cell = {column: text.strip() for column, text in zip(columns, cells, strict=True)}
    which = next((column for column in WHICH if cell.get(column)), None)
    lacking = [column for column in ("rule", "hit") if not cell[column]]
    if which is None:
        lacking.append(next(column for column in WHICH if column in columns))
    problems.extend(_problem("empty", line, columns.index(column), heading=column) for column in lacking)
    if lacking or which is None:
        return
    hit = YES_NO.get(cell["hit"].lower())
    if hit is None:
        problems.append(_problem("hit", line, columns.index("hit"), text=cell["hit"]))
        return
    if which == "call" and not CALL_NUMBER.fullmatch(cell[which]):
        problems.append(_problem("call", line, columns.index(which), text=cell[which]))
        return
    yield _Row(line, columns.index(which), which, cell[which], cell["rule"], hit)


def _problem(what: str, line: int, column: int, **facts: Fact) -> Reason:
    """`column` counts from 0, as people do not."""
    return Reason(f"pipeline.verdicts_{what}", {"line": line, "column": column + 1, **facts})


def _calls(session: Session, rows: Sequence[_Row]) -> Mapping[tuple[str, str], list[int]]:
    """(kind, name) → the calls it may mean."""
    named = {which: list(dict.fromkeys(row.name for row in rows if row.which == which)) for which in WHICH}
    there = existing_calls(session, [int(name) for name in named["call"]])
    found = {("call", name): [int(name)] for name in named["call"] if int(name) in there}
    found |= {("sha256", name): ids for name, ids in calls_of_content(session, named["sha256"]).items()}
    return found | {("file", name): ids for name, ids in calls_of_files(session, named["file"]).items()}


def _verdicts(
    rows: Sequence[_Row], calls: Mapping[tuple[str, str], list[int]], problems: list[Reason]
) -> Iterator[Verdict]:
    first: dict[tuple[int, str], _Row] = {}
    for row in rows:
        ids = calls.get((row.which, row.name), [])
        if len(ids) != 1:
            code = "many" if ids else "unknown"
            problems.append(_problem(code, row.line, row.column, text=row.name, count=len(ids)))
            continue
        before = first.setdefault((ids[0], row.rule), row)
        if before.hit != row.hit:
            problems.append(Reason("pipeline.verdicts_both", {"line": row.line, "first": before.line}))
        elif before is row:
            yield Verdict(ids[0], row.rule, row.hit)
