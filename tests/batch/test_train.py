"""`callqa train`: too few verdicts, versions and rollback, wrong use. Training itself is tests/pipeline/learning's."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from models.tables import ClassifierRow
from pipeline.learning.data import DATA_JSON
from pipeline.learning.examples import learnable
from pipeline.learning.in_use import starter
from scoring.classifier.archive import to_bytes
from storage.database import open_database, sessions
from tests.batch.conftest import CallqaCommand
from tests.pipeline.learning.taught import NOW, PAIR, Taught


@pytest.fixture
def taught(callqa: CallqaCommand) -> Taught:
    """The centre whose data folder the commands use, with twelve judged calls."""
    assert callqa.run("db", "upgrade").returncode == 0
    home = Path(callqa.environment["CALLQA_HOME"])
    engine = open_database(f"sqlite:///{home / 'callqa.db'}")
    taught = Taught(sessions(engine))
    taught.judged(12)
    engine.dispose()
    return taught


def keep(taught: Taught, home: Path) -> None:
    body = to_bytes(replace(starter(home / "cache"), version="1"))
    with taught.make.begin() as session:
        data = DATA_JSON.dump_python(learnable(session, PAIR), mode="json")
        more = {"compared_with": None, "trained": [], "corpus": ""}
        values = {"data": data | more, "report": {}, "refused": None, "body": body, "made_by": "周主管", "made_at": NOW}
        session.add(ClassifierRow(version=1, sha256=sha256(body).hexdigest(), **values))


def test_too_few_verdicts_are_said_item_by_item(callqa: CallqaCommand, taught: Taught) -> None:
    done = callqa.run("train")
    assert done.returncode == 3
    assert "还不够：30 通里有 12 通" in done.stdout
    assert "耐心：判定 12 通" in done.stderr
    assert json.loads(callqa.run("train", "--list", "--json").stdout) == {
        "in_use": "starter",
        "versions": [],
        "history": [],
    }


def test_a_version_is_put_in_use_and_taken_back(callqa: CallqaCommand, taught: Taught) -> None:
    keep(taught, Path(callqa.environment["CALLQA_HOME"]))
    assert callqa.run("train", "--use", "1", "--why", "试用").returncode == 0
    again = callqa.run("train", "--use", "v1", "--why", "再试")
    assert (again.returncode, "已经在用" in again.stderr) == (3, True)

    rescored = json.loads(callqa.run("rescore", "--limit", "2", "--json").stdout)
    assert rescored["scored"] == 2
    assert json.loads(callqa.run("rescore", "--limit", "2", "--json", "--classifier", "starter").stdout)["scored"] == 2
    assert callqa.run("rescore", "--limit", "2", "--classifier", "7").returncode == 3

    assert callqa.run("train", "--use", "starter", "--why", "退回").returncode == 0
    listed = json.loads(callqa.run("train", "--list", "--json").stdout)
    assert listed["in_use"] == "starter"
    assert [(use["version"], use["why"]) for use in listed["history"]] == [("starter", "退回"), (1, "试用")]


def test_wrong_use_is_refused_before_anything_is_read(callqa: CallqaCommand) -> None:
    for wrong in (["--publish"], ["--use", "1"], ["--list", "--use", "1", "--why", "x"], ["--why", "x"]):
        assert callqa.run("train", *wrong).returncode == 2
