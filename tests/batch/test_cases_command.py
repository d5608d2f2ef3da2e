"""`callqa cases suggest`, and the worker who does it by itself when a month is over."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from batch.suggested_cases import tend_cases
from batch.workplace import Workplace
from models.settings import Settings
from models.tables import CentreMarkRow
from storage.database import sessions
from tests.batch.conftest import CallqaCommand


def test_a_month_is_suggested_for_from_the_command_line(callqa: CallqaCommand) -> None:
    assert callqa.run("db", "upgrade").returncode == 0
    done = callqa.run("cases", "suggest", "--month", "2026-10", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"month": "2026-10", "suggested": 0, "alike": 0})
    refused = callqa.run("cases", "suggest", "--month", "2026-13", "--lang", "zh")
    assert (refused.returncode, "2026-10" in refused.stderr) == (3, True)


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_a_worker_suggests_for_each_month_once_it_is_over(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Workplace(Settings(home=tmp_path), sessions(engine), sessions(engine, reading=True))
    told: list[str] = []
    for moment in (datetime(2026, 11, 30, 15, tzinfo=UTC), datetime(2026, 11, 30, 17, tzinfo=UTC)):
        monkeypatch.setattr("batch.suggested_cases.now", lambda moment=moment: moment)
        tend_cases(place)
        with sessions(engine)() as session:
            mark = session.get_one(CentreMarkRow, "cases_suggested")
        told.append(mark.body["month"])
    assert told == ["2026-10-01", "2026-11-01"], "in China the month ends eight hours earlier"
