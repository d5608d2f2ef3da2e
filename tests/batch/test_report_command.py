"""`callqa report`: figures in the terminal and as files, and what it says where it cannot."""

import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from batch.commands.report import span_of
from models.errors import BadInput, BadSetting
from pipeline.reports.span import DaySpan, parse_span
from storage.database import open_database, sessions
from storage.reports.facts import fill_missing
from tests.batch.conftest import CallqaCommand
from tests.pipeline.sampled_centre import Said, SampledCentre

NOW = datetime(2026, 11, 18, 17, tzinfo=UTC)  # already the 19th in China, a Thursday


@pytest.mark.parametrize(
    ("kind", "of", "days"),
    [
        ("daily", None, "2026-11-18"),
        ("weekly", None, "2026-W46"),
        ("monthly", None, "2026-10"),
        ("weekly", "2026-W45", "2026-11-02..2026-11-08"),
        ("range", "2026-11-01..2026-11-20", "2026-11-01..2026-11-20"),
    ],
)
def test_without_days_it_is_about_the_last_whole_ones(kind: str, of: str | None, days: str) -> None:
    assert span_of(kind, of, NOW) == parse_span(days)
    assert isinstance(span_of(kind, of, NOW), DaySpan)


def test_days_that_are_no_week_are_refused() -> None:
    with pytest.raises(BadSetting):
        span_of("weekly", "2026-11", NOW)
    with pytest.raises(BadSetting):
        span_of("range", None, NOW)
    with pytest.raises(BadInput):
        span_of("daily", "yesterday", NOW)


def test_a_week_in_the_terminal_and_as_files(callqa: CallqaCommand) -> None:
    assert callqa.run("db", "upgrade").returncode == 0
    engine = open_database(f"sqlite:///{Path(callqa.environment['CALLQA_HOME']) / 'callqa.db'}")
    with sessions(engine).begin() as session:
        began = datetime(2026, 11, 3, 2, tzinfo=UTC)
        SampledCentre(session).add(Said(agent=str(8000 + n % 3), started_at=began) for n in range(12))
    with sessions(engine).begin() as session:
        assert fill_missing(session) == 12
    engine.dispose()
    week = ("report", "weekly", "--of", "2026-W45")

    shown = callqa.run(*week)
    assert (shown.returncode, "质检周报" in shown.stdout, "机器预评分均值" in shown.stdout) == (0, True, True)
    told = json.loads(callqa.run(*week, "--format", "json").stdout)
    assert told["parts"]["totals"]["calls"] == 12
    assert len(callqa.run(*week, "--format", "csv").stdout.splitlines()) == 13
    for kind in ("xlsx", "html"):
        assert callqa.run(*week, "--format", kind, "--out", f"week.{kind}").returncode == 0
    book = openpyxl.load_workbook(callqa.folder / "week.xlsx")
    assert len(list(book["通话"].iter_rows(min_row=3))) == 12
    page = (callqa.folder / "week.html").read_text("utf8")
    assert "<svg" in page
    assert [part for part in ("<a ", "<script", "<link", 'src="/') if part in page] == []

    assert callqa.run("report", "range").returncode == 2
    assert callqa.run("report", "daily", "--of", "2026-13-01").returncode == 3
    assert "No calls were scored" in callqa.run("report", "daily", "--of", "2025-01-01", "--lang", "en").stdout
