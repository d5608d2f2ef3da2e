"""Versions put in use and taken back, whoever else does so too; and one that cannot be read."""

import hashlib
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import BadDefinition, Conflict, NotFound
from models.learning import Level
from models.reason import Reason
from models.tables import ClassifierRow
from pipeline.learning import classifiers
from pipeline.learning.data import DATA_JSON
from pipeline.learning.examples import learnable
from pipeline.learning.in_use import FOLDER, load_in_use, machine_of, starter
from pipeline.learning.training import Training
from scoring.classifier.archive import to_bytes
from scoring.scorecard import parse_scorecard
from storage.learning.levels import add_level
from storage.reason import stored
from tests.batch.conftest import ROOT
from tests.pipeline.learning.taught import NOW, PAIR, PATIENCE, Taught

CARD_WITHOUT_SIGNS = parse_scorecard("""
scorecard: plain
version: 1
sections:
  - {id: manner, name: 态度, items: [{id: greeting, name: 开头语, points: 10, judge: human}]}
""")


def keep(training: Training, version: int, *, compared_with: int | None = None, refused: Reason | None = None) -> None:
    """A stored classifier, which is the starter under another name."""
    body = to_bytes(replace(starter(training.cache), version=str(version)))
    with training.writing.begin() as session:
        data = DATA_JSON.dump_python(learnable(session, PAIR), mode="json")
        session.add(
            ClassifierRow(
                version=version,
                sha256=hashlib.sha256(body).hexdigest(),
                data=data | {"compared_with": compared_with, "trained": [], "corpus": ""},
                report={},
                refused=None if refused is None else stored(refused),
                body=body,
                made_by="周主管",
                made_at=NOW,
            )
        )


def test_versions_come_into_use_and_go_back_with_reasons(taught: Taught, training: Training) -> None:
    lead = taught.person("周主管")
    keep(training, 1)
    keep(training, 2, compared_with=1)
    keep(training, 3, compared_with=None)
    keep(training, 4, refused=Reason("pipeline.classifier_not_compared", {"calls": 3}))

    def use(version: int | None, why: str = "试一试") -> None:
        with training.writing.begin() as session:
            classifiers.use(session, lead, version, why, NOW)

    for version, error in ((None, Conflict), (2, Conflict), (4, Conflict), (9, NotFound)):
        with pytest.raises(error):
            use(version)
    with pytest.raises(BadDefinition):
        use(1, " ")
    use(1)
    with pytest.raises(Conflict, match="in use already"):
        use(1)
    with pytest.raises(Conflict, match="compared with another"):
        use(3)
    use(2, "学得更多")
    use(1, "2 太严")
    use(None, "先用自带的")
    with training.reading() as session:
        assert [use.version for use in classifiers.history(session)] == [None, 1, 2, 1]
        assert [one.version for one in classifiers.versions(session) if one.in_use] == []
        assert load_in_use(session, training.cache).version is None


def test_of_two_who_put_one_in_use_at_once_one_is_told(taught: Taught, training: Training) -> None:
    lead = taught.person("周主管")
    keep(training, 1)
    told: list[str] = []

    def use() -> None:
        try:
            with training.writing.begin() as session:
                classifiers.use(session, lead, 1, "同时", NOW)
            told.append("used")
        except Conflict as error:
            told.append(error.reason.code)

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["pipeline.classifier_in_use", "used"]


@pytest.mark.parametrize("damage", ["bytes", "checksum"])
def test_a_classifier_that_cannot_be_read_leaves_the_starter_to_judge(
    taught: Taught, training: Training, damage: str
) -> None:
    lead = taught.person("周主管")
    keep(training, 1)
    with training.writing.begin() as session:
        classifiers.use(session, lead, 1, "启用", NOW)
    with training.writing.begin() as session:
        row = session.query(ClassifierRow).one()
        row.body = b"not a classifier"
        if damage == "bytes":
            row.sha256 = hashlib.sha256(row.body).hexdigest()
    with training.reading() as session:
        used = load_in_use(session, training.cache)
        assert (used.version, used.classifier.version[:8]) == (None, "starter-")
        assert used.broken == classifiers.broken(session)
        assert used.broken is not None
    with training.writing.begin() as session:
        add_level(session, PAIR[1], PATIENCE, Level.DECIDES, evidence={}, why=None, by=lead, now=NOW)
    with training.reading() as session:
        judging = machine_of(session, taught.card, training.cache)
        assert judging.levels == {PATIENCE: Level.SUGGESTS}, "the starter has not earned deciding"
    keep(training, 2, compared_with=None)
    with training.writing.begin() as session:
        classifiers.use(session, lead, 2, "重新训练的，跟起步模型比过", NOW)
    with training.reading() as session:
        assert load_in_use(session, training.cache).version == 2
    with pytest.raises(Conflict), training.writing.begin() as session:
        classifiers.use(session, lead, 1, "退回坏的", NOW)


def test_one_that_is_not_in_use_decides_nothing(taught: Taught, training: Training) -> None:
    with training.writing.begin() as session:
        add_level(session, PAIR[1], PATIENCE, Level.DECIDES, evidence={}, why=None, by=taught.person("周主管"), now=NOW)
    keep(training, 1)
    with training.reading() as session:
        found = {choice: machine_of(session, taught.card, training.cache, choice).levels for choice in ("starter", "1")}
    assert found == {"starter": {PATIENCE: Level.DECIDES}, "1": {PATIENCE: Level.SUGGESTS}}


def test_a_broken_starter_file_is_made_anew(training: Training, monkeypatch: pytest.MonkeyPatch) -> None:
    (kept,) = (training.cache / FOLDER).glob("starter-*.bin")
    whole = kept.read_bytes()
    made = starter(training.cache)
    kept.write_bytes(whole[: len(whole) // 2])
    monkeypatch.setattr("scoring.starter.starter.starter_classifier", lambda: made)
    assert starter(training.cache).version == made.version
    assert len(kept.read_bytes()) > len(whole) // 2
    assert not list(kept.parent.glob("*.part"))


def test_a_card_without_signs_loads_nothing(training: Training, tmp_path: Path) -> None:
    with training.reading() as session:
        assert machine_of(session, CARD_WITHOUT_SIGNS, tmp_path / "nothing").classifier is None
    assert not (tmp_path / "nothing").exists()


def test_commands_start_without_scikit_learn() -> None:
    code = (
        "import sys, batch.commands.batch, batch.commands.worker, batch.commands.train; print('sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
