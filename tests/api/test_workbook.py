"""Workbooks and files of calls: what comes from data stays text, and comes out as it went in."""

import csv
import json
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import openpyxl
import pytest

from api.reports.call_rows import COLUMNS, written
from api.workbook import Column, Sheet, workbook
from models.facts import CallFactLine

EVIL = ("=1+1", "+86138", "-2+3", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "http://example.com", "007")


def book(*sheets: Sheet) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(workbook(sheets, title="周报", made_by="质检主管")))


def test_text_that_looks_like_a_formula_stays_text() -> None:
    page = book(Sheet("座席", [Column("座席")], [[one] for one in EVIL])).active
    cells = [page.cell(row, 1) for row in range(2, 2 + len(EVIL))]
    assert [cell.value for cell in cells] == [one.replace("\r", "") for one in EVIL]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_headers_are_frozen_filtered_and_wide_enough_and_numbers_keep_their_kind() -> None:
    columns = [Column("班组"), Column("平均分", "points"), Column("致命差错率", "share"), Column("日期", "day")]
    rows = [["服务一组", 86.25, 0.031, date(2026, 11, 5)], ["服务二组", None, None, None]]
    found = book(Sheet("班组和座席：[2026/11]", columns, rows, note="机器预评分，全部通话"))
    assert found.sheetnames == ["班组和座席： 2026 11"]
    page = found.active
    assert page["A1"].value == "机器预评分，全部通话"
    assert [cell.value for cell in page[2]] == ["班组", "平均分", "致命差错率", "日期"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("B3", "A2:D4")
    assert (page["B3"].value, page["B3"].number_format) == (86.25, "0.0")
    assert (page["C3"].value, page["C3"].number_format) == (0.031, "0.0%")
    assert page["D3"].value.date() == date(2026, 11, 5)
    assert [cell.value for cell in page[4]] == ["服务二组", None, None, None]
    assert page.column_dimensions["C"].width >= 2 * len("致命差错率")


LINE = CallFactLine(
    call_id=7,
    day=date(2026, 11, 5),
    started_at=datetime(2026, 11, 5, 1, tzinfo=UTC),
    agent_id="=cmd|' /C calc'!A0",
    agent_name="王小北",
    team="服务,一组",
    call_type="投诉",
    seconds=61.5,
    total=62.5,
    grade="合格",
    fatal=True,
    critical=5,
    final_total=None,
    final_grade=None,
    final_fatal=None,
    final_critical=None,
    lost=10.0,
)


def test_calls_as_csv_are_safe_in_a_spreadsheet() -> None:
    text = b"".join(written([[LINE], [LINE]], "csv"))
    assert text.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(StringIO(text.decode("utf-8-sig")))
    assert tuple(head) == COLUMNS
    assert len(rows) == 2
    said = dict(zip(head, rows[0], strict=True))
    assert said["agent_id"] == "'=cmd|' /C calc'!A0"
    assert (said["team"], said["fatal"], said["final_total"]) == ("服务,一组", "true", "")
    assert said["critical"] == "customer_critical compliance_critical"


@pytest.mark.parametrize("lines", [0, 1, 3])
def test_calls_as_json_are_one_array(lines: int) -> None:
    found = json.loads(b"".join(written([[LINE] * lines], "json")))
    assert len(found) == lines
    assert all(one["agent_name"] == "王小北" and one["critical"][0] == "customer_critical" for one in found)


def test_calls_as_parquet_keep_their_types() -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(BytesIO(b"".join(written([[LINE], []], "parquet"))))
    assert table.column_names == list(COLUMNS)
    (row,) = table.to_pylist()
    assert (row["day"], row["total"], row["fatal"], row["final_fatal"]) == (date(2026, 11, 5), 62.5, True, None)
    assert row["agent_id"] == LINE.agent_id
