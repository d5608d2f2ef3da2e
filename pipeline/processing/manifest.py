"""The manifest (清单): a CSV that says which call each recording is.

One row per recording; `file` is required, every other column may be missing or empty. Headings may be the
field names of `models.call.Metadata` or the Chinese ones in `HEADINGS`; other columns are kept as the centre's own.
UTF-8 (with or without BOM) and GB18030, which Excel writes in China, are read.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from models.call import METADATA_FIELDS, AgentStage, Direction, Metadata
from models.clock import CHINA_TIME
from models.errors import BadManifest
from models.reason import Fact, Reason

HEADINGS = {
    "录音文件": "file",
    "文件": "file",
    "文件名": "file",
    "座席工号": "agent_id",
    "工号": "agent_id",
    "座席姓名": "agent_name",
    "座席": "agent_name",
    "班组": "team",
    "座席阶段": "agent_stage",
    "呼叫方向": "direction",
    "业务类型": "call_type",
    "通话类型": "call_type",
    "通话时间": "started_at",
    "开始时间": "started_at",
    "客户号码": "customer_number",
    "满意度": "satisfaction",
    "是否转接": "transferred",
}

"""A time without a zone is China's: the only one call centres there write."""

STAGES = {"实习": "intern", "见习": "trainee", "试用": "probation", "试用期": "probation", "正式": "regular"}
DIRECTIONS = {"呼入": "inbound", "呼出": "outbound", "外呼": "outbound"}
YES_NO = {"true": True, "1": True, "yes": True, "是": True, "false": False, "0": False, "no": False, "否": False}
SATISFACTION = range(1, 6)


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """`line` is the line in the file, as an editor counts; `file` is as written."""

    line: int
    file: str
    metadata: Metadata


def read_manifest(path: Path) -> tuple[ManifestRow, ...]:
    """Every row, or every mistake.

    Raises:
        BadManifest: the file cannot be read, or any row is wrong; `details` names line and column of each mistake.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    problems: list[Reason] = []
    rows: list[ManifestRow] = []
    try:
        columns = _columns(path, next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows += _row(reader.line_num, columns, cells, problems)
    except csv.Error as error:
        problems.append(Reason("pipeline.manifest_csv", {"line": reader.line_num, "what": str(error)}))
    problems += _repeated(rows)
    if problems:
        raise BadManifest("pipeline.manifest_wrong", details=problems, file=path.name, count=len(problems))
    return tuple(rows)


def read_text(path: Path) -> str:
    """A CSV's text, in UTF-8 or in what Excel writes in China.

    Raises:
        BadManifest: it cannot be read, or is in another encoding.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadManifest("pipeline.manifest_unreadable", file=str(path), what=error.strerror or "") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadManifest("pipeline.manifest_encoding", file=path.name)


def _columns(path: Path, headings: list[str]) -> list[str]:
    columns = [HEADINGS.get(heading.strip(), heading.strip()) for heading in headings]
    if "file" not in columns:
        raise BadManifest("pipeline.manifest_no_file_column", file=path.name, headings=", ".join(headings))
    twice = sorted({c for c in columns if c and columns.count(c) > 1})
    if twice:
        raise BadManifest("pipeline.manifest_column_twice", file=path.name, column=twice[0])
    return columns


def _row(line: int, columns: list[str], cells: list[str], problems: list[Reason]) -> Iterator[ManifestRow]:
    if len(cells) != len(columns):
        problems.append(Reason("pipeline.manifest_cells", {"line": line, "cells": len(cells), "columns": len(columns)}))
        return
    cell = {column: text.strip() for column, text in zip(columns, cells, strict=True) if column}
    if not cell["file"]:
        problems.append(Reason("pipeline.manifest_no_file", {"line": line, "column": columns.index("file") + 1}))
        return
    fields: dict[str, Any] = {}
    for column in METADATA_FIELDS:
        text = cell.get(column, "")
        try:
            fields[column] = _READ.get(column, str)(text) if text else None
        except ValueError:
            where: dict[str, Fact] = {
                "line": line,
                "column": columns.index(column) + 1,
                "heading": column,
                "text": text,
            }
            problems.append(Reason(f"pipeline.manifest_{column}", where))
    if len(fields) == len(METADATA_FIELDS):
        extra = {c: text for c, text in cell.items() if c not in {"file", *METADATA_FIELDS} and text}
        yield ManifestRow(line, cell["file"], Metadata(**fields, extra=extra))


def _repeated(rows: list[ManifestRow]) -> Iterator[Reason]:
    first: dict[str, int] = {}
    for row in rows:
        if row.file in first:
            yield Reason("pipeline.manifest_twice", {"line": row.line, "file": row.file, "first": first[row.file]})
        first.setdefault(row.file, row.line)


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text.replace("/", "-"))
    return time if time.tzinfo else time.replace(tzinfo=CHINA_TIME)


def _satisfaction(text: str) -> int:
    if int(text) not in SATISFACTION:
        raise ValueError(text)
    return int(text)


def _yes_no(text: str) -> bool:
    try:
        return YES_NO[text.lower()]
    except KeyError:
        raise ValueError(text) from None


_READ: Mapping[str, Callable[[str], Any]] = {
    "agent_stage": lambda text: AgentStage(STAGES.get(text, text)),
    "direction": lambda text: Direction(DIRECTIONS.get(text, text)),
    "started_at": _time,
    "satisfaction": _satisfaction,
    "transferred": _yes_no,
}
