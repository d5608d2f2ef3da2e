"""`callqa feedback import` and `callqa publish --due`."""

import json
from pathlib import Path

from storage.database import open_database, sessions
from tests.batch.conftest import CallqaCommand
from tests.pipeline.judged import Desk

HEAD = "编号,类型,内容,工号\n"


def test_a_file_is_imported_all_or_nothing_and_once(callqa: CallqaCommand, tmp_path: Path) -> None:
    good, wrong = tmp_path / "crm.csv", tmp_path / "wrong.csv"
    good.write_text(HEAD + "C-1,投诉,让我自己去找厂家,6603\nP-2,表扬,很耐心,6603\n", "gb18030")
    wrong.write_text(HEAD + "C-3,投诉,…,6603\nC-4,建议,…,6603\n", "utf8")

    refused = callqa.run("feedback", "import", wrong, "--lang", "zh")
    assert refused.returncode == 3
    assert "第 3 行第 2 列：“建议”不是类型" in refused.stderr

    done = callqa.run("feedback", "import", good, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"new": 2, "known": 0, "untied": 2})
    again = callqa.run("feedback", "import", good, "--lang", "en")
    assert again.stdout.startswith("0 entered, 2 known before")


def test_what_has_waited_long_enough_is_published(callqa: CallqaCommand) -> None:
    assert callqa.run("publish", "--lang", "en").returncode == 2, "it says what to publish"
    assert callqa.run("db", "upgrade").returncode == 0
    engine = open_database(f"sqlite:///{Path(callqa.environment['CALLQA_HOME']) / 'callqa.db'}")
    with sessions(engine).begin() as session:
        Desk(session).reviewed()  # long before or after the real now, which is what decides
    engine.dispose()
    told = callqa.run("publish", "--due", "--lang", "en")
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("Nothing is published by itself")
