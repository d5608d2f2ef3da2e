"""A classifier trained from people's verdicts, measured beside the one in use on the same folds, and stored.

Nothing is stored before all is done: killed anywhere, it is as if it had not begun. Two at once make two versions; of
one data folder the second is told that the first is still at it.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from sqlalchemy.orm import Session, sessionmaker

from models.errors import Conflict
from models.person import Viewer
from models.reason import Fact, Reason
from pipeline.learning.data import DATA_JSON, Data
from pipeline.learning.examples import Examples, Progress, examples
from pipeline.learning.in_use import FOLDER, InUse, load_in_use
from pipeline.learning.report import REPORT_JSON, Report, refusal, reported
from pipeline.learning.said import AT_MOST
from pipeline.rulebook.version import Pair
from storage.database import open_database, sessions
from storage.learning import classifiers as store
from storage.people.audit import record
from storage.reason import stored

if TYPE_CHECKING:
    from scoring.classifier.classifier import Classifier

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Training:
    """What a training needs: `pair` are the pack and the scorecard of the settings, `cache` the folder of caches."""

    writing: sessionmaker[Session]
    reading: sessionmaker[Session]
    cache: Path
    pair: Pair
    clock: Callable[[], datetime]
    limit: int = AT_MOST
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Trained:
    """The version stored, its report, and why it must not be put in use, if it must not."""

    version: int
    data: Data
    report: Report
    refused: Reason | None


def train(training: Training, viewer: Viewer, progress: Progress | None = None) -> Trained:
    """Train, compare and store; putting it in use is another step.

    Raises:
        Conflict: there are too few verdicts for every item, or another training of this data folder is running.
    """
    with _alone(training.cache):
        with training.reading() as session:
            read = examples(session, training.pair, training.limit, progress)
            if not read.data.is_enough:
                raise _too_few(read.data)
            current = load_in_use(session, training.cache)
        classifier, report = _fitted(read, current, training.seed)
        refused = refusal(report)
        version = _keep(training, viewer, classifier, read.data, report, refused)
    return Trained(version, read.data, report, refused)


def train_on(  # noqa: PLR0917  (as `Training` has them, but to be sent to another process)
    database: str, cache: Path, pair: Pair, viewer: Viewer, now: datetime, limit: int = AT_MOST, seed: int = 0
) -> int:
    """`train` as another process does it, with a database's address in its hands; the version stored."""
    engine = open_database(database)
    try:
        training = Training(sessions(engine), sessions(engine, reading=True), cache, pair, lambda: now, limit, seed)
        return train(training, viewer).version
    finally:
        engine.dispose()


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    folder = cache / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / "training.lock", blocking=False):
            yield
    except Timeout:
        raise Conflict("pipeline.training_runs") from None


def _too_few(data: Data) -> Conflict:
    """With what each item lacks that has any verdict at all; the machine's own items come first."""
    judged = sorted((item for item in data.items if item.calls), key=lambda item: not item.has_signs)
    said = [
        Reason("pipeline.learning_lacks", {"item": item.name, "calls": item.calls, "errors": item.errors})
        for item in judged
    ]
    return Conflict("pipeline.learning_nothing", details=said, calls=data.calls)


def _fitted(read: Examples, current: InUse, seed: int) -> tuple["Classifier", Report]:
    from scoring.classifier import training  # noqa: PLC0415  (scikit-learn)
    from scoring.classifier.crossvalidation import compare  # noqa: PLC0415
    from scoring.starter.corpus import starter_corpus  # noqa: PLC0415

    corpus = starter_corpus()
    comparison = compare(read.calls, read.cards, corpus, current.classifier, folds=FOLDS, seed=seed)
    satisfaction = current.classifier.satisfaction
    made = training.train(corpus, read.calls, read.cards, version="0", satisfaction=satisfaction, seed=seed)
    return made, reported(comparison, made, read.data, current.version)


def _keep(  # noqa: PLR0917  (what is stored)
    training: Training, viewer: Viewer, made: "Classifier", data: Data, report: Report, refused: Reason | None
) -> int:
    """Its number: the next one, or the one after where somebody was faster."""
    from scoring.classifier.archive import to_bytes  # noqa: PLC0415

    told = _told(made, data, report)
    while True:
        with training.reading() as session:
            version = store.next_version(session)
        body = to_bytes(replace(made, version=str(version)))
        now = training.clock()
        with training.writing.begin() as session:
            row = store.add_classifier(
                session,
                version,
                sha256=hashlib.sha256(body).hexdigest(),
                data=told,
                report=REPORT_JSON.dump_python(report, mode="json"),
                refused=None if refused is None else stored(refused),
                body=body,
                made_by=viewer.name,
                made_at=now,
            )
            if row is not None:
                facts: dict[str, Fact] = {"calls": data.calls, "refused": int(refused is not None)}
                record(session, viewer, "classifier.trained", now, target="classifier", target_id=version, facts=facts)
                return version


def _told(made: "Classifier", data: Data, report: Report) -> dict[str, Any]:
    trained = sorted(key for key, item in made.items.items() if item.cold is None)
    own = {"compared_with": report.compared_with, "trained": trained, "corpus": made.corpus}
    told: dict[str, Any] = DATA_JSON.dump_python(data, mode="json")
    return told | own
