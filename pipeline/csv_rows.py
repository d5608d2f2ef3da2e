"""Reading a CSV that somebody made in Excel: encoding, headings, cells, and where it is wrong."""

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from models.errors import BadManifest
from models.reason import Reason

ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """`line` as an editor counts; `cells` by column, stripped, without the empty ones."""

    line: int
    cells: Mapping[str, str]


def read_rows(
    content: bytes, headings: Mapping[str, str], required: Collection[str], *, file: str
) -> tuple[tuple[CsvRow, ...], list[Reason]]:
    """The rows and what is wrong with lines; `headings` name the columns, other columns are mistakes.

    Raises:
        BadManifest: the encoding or the headings cannot be used.
    """
    reader = csv.reader(io.StringIO(_text(content, file), newline=""), strict=True)
    rows: list[CsvRow] = []
    problems: list[Reason] = []
    try:
        columns = _columns(next(reader, []), headings, required, file)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                facts = {"line": reader.line_num, "cells": len(cells), "columns": len(columns)}
                problems.append(Reason("pipeline.manifest_cells", facts))
                continue
            named = {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}
            missing = [column for column in required if not named[column]]
            problems += [Reason("pipeline.csv_empty", {"line": reader.line_num, "column": c}) for c in missing]
            if not missing:
                rows.append(CsvRow(reader.line_num, {name: cell for name, cell in named.items() if name and cell}))
    except csv.Error as error:
        problems.append(Reason("pipeline.manifest_csv", {"line": reader.line_num, "what": str(error)}))
    return tuple(rows), problems


def _text(content: bytes, file: str) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadManifest("pipeline.manifest_encoding", file=file)


def _columns(given: list[str], headings: Mapping[str, str], required: Collection[str], file: str) -> list[str]:
    columns = [headings.get(heading.strip(), heading.strip()) for heading in given]
    known = set(headings.values())
    if missing := [column for column in required if column not in columns]:
        raise BadManifest("pipeline.csv_no_column", file=file, column=missing[0], headings=", ".join(given)[:200])
    if unknown := [column for column in columns if column and column not in known]:
        raise BadManifest(
            "pipeline.csv_unknown_column", file=file, column=unknown[0][:60], known=", ".join(sorted(known))
        )
    if twice := [column for column in columns if column and columns.count(column) > 1]:
        raise BadManifest("pipeline.manifest_column_twice", file=file, column=twice[0])
    return columns
