"""The calls behind a figure as a file for machines and spreadsheets: CSV, JSON or Parquet, written as they are read."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from io import StringIO
from tempfile import TemporaryFile
from typing import IO, Any, Literal

from models.errors import MissingPart
from models.facts import CRITICAL_BITS, CallFactLine

Format = Literal["csv", "json", "parquet"]
Batches = Iterable[Sequence[CallFactLine]]

MEDIA: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
COLUMNS = tuple(field.name for field in fields(CallFactLine))
CRITICAL = ("critical", "final_critical")
"""Sums of bits in the tables; names here."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula when a cell begins with it."""

BLOCK = 1 << 16


def written(batches: Batches, format_: Format) -> Iterator[bytes]:
    """The file's bytes, piece by piece.

    Raises:
        MissingPart: Parquet is asked for where its library is not installed; before the first piece.
    """
    ways: dict[Format, Callable[[Batches], Iterator[bytes]]] = {"csv": _csv, "json": _json, "parquet": _parquet}
    if format_ == "parquet":
        check_parquet()
    return ways[format_](batches)


def check_parquet() -> None:
    """Raise where Parquet cannot be written.

    Raises:
        MissingPart: its library is not installed.
    """
    with suppress(ImportError):
        import pyarrow.parquet  # noqa: F401, PLC0415 - an extra that not every centre has

        return
    raise MissingPart("api.no_parquet")


def row_of(line: CallFactLine) -> dict[str, Any]:
    """By column; the classes of critical errors by name."""
    row = {name: getattr(line, name) for name in COLUMNS}
    for name in CRITICAL:
        row[name] = None if row[name] is None else [one for one, bit in CRITICAL_BITS.items() if row[name] & bit]
    return row


def safe(text: str) -> str:
    """The text, with a mark before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _csv(batches: Batches) -> Iterator[bytes]:
    """With the mark by which Excel knows UTF-8."""
    yield b"\xef\xbb\xbf" + _line(COLUMNS)
    for batch in batches:
        yield b"".join(_line([_cell(cell) for cell in row_of(line).values()]) for line in batch)


def _cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list):
        return " ".join(cell)
    return safe(cell) if isinstance(cell, str) else str(cell)


def _line(cells: Sequence[str]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()


def _json(batches: Batches) -> Iterator[bytes]:
    """One array, a call on each line."""
    begin = b"[\n"
    for batch in batches:
        for line in batch:
            yield begin + json.dumps(row_of(line), ensure_ascii=False, default=str).encode()
            begin = b",\n"
    yield b"[]\n" if begin == b"[\n" else b"\n]\n"


def _parquet(batches: Batches) -> Iterator[bytes]:
    """Through a file without a name, since its end says where its columns are."""
    with TemporaryFile() as file:
        _write_parquet(batches, file)
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


def _write_parquet(batches: Batches, file: IO[bytes]) -> None:
    import pyarrow as pa  # noqa: PLC0415 - as above
    import pyarrow.parquet as pq  # noqa: PLC0415

    text, names = pa.string(), pa.list_(pa.string())
    types = {
        "call_id": pa.int64(),
        "day": pa.date32(),
        "started_at": pa.timestamp("us", tz="UTC"),
        **dict.fromkeys(("fatal", "final_fatal", "hidden"), pa.bool_()),
        **dict.fromkeys(("seconds", "total", "final_total", "lost"), pa.float64()),
        **dict.fromkeys(CRITICAL, names),
    }
    schema = pa.schema([(name, types.get(name, text)) for name in COLUMNS])
    with pq.ParquetWriter(file, schema) as writer:
        for batch in batches:
            if batch:
                writer.write_table(pa.Table.from_pylist([row_of(line) for line in batch], schema=schema))
