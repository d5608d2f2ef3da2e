"""Trained classifiers in all their versions: reading them, putting one in use, going back to another.

A version never changes, and neither does what was in use when. No function here commits.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.errors import CallqaError, Conflict, NotFound
from models.person import Viewer
from models.reason import Fact, Reason
from models.tables import ClassifierRow
from pipeline.learning.data import DATA_JSON, Data
from pipeline.learning.in_use import load_version, opened
from pipeline.learning.report import REPORT_JSON, Report
from pipeline.rulebook.drafts import grounds
from storage.learning import classifiers as store
from storage.learning.classifiers import UseLine
from storage.people.audit import record
from storage.reason import restored

LISTED = 100
"""Versions and uses shown: the newest."""


@dataclass(frozen=True, slots=True)
class Version:
    """A stored classifier. `compared_with` was in use when it was trained, None being the starter.

    `refused`: why it must not be put in use. `trained`: the items, as (card, item), it learned from verdicts.
    """

    version: int
    sha256: str
    data: Data
    compared_with: int | None
    trained: tuple[tuple[str, str], ...]
    refused: Reason | None
    made_by: str
    made_at: datetime
    in_use: bool
    was_used: bool

    @property
    def is_refused(self) -> bool:
        return self.refused is not None


def versions(session: Session) -> tuple[Version, ...]:
    """Newest first."""
    used, known = store.used_version(session), {use.version for use in store.uses(session, LISTED)}
    return tuple(_version(row, used, known) for row in store.classifiers(session, LISTED))


def find_version(session: Session, version: int) -> Version:
    """Raises NotFound where there is none of that number."""
    row = store.find_classifier(session, version)
    if row is None:
        raise NotFound("pipeline.no_classifier", version=version)
    return _version(row, store.used_version(session), {version} if store.was_used(session, version) else set())


def find_report(session: Session, version: int) -> Report:
    """How the version did in cross-validation; raises NotFound where there is none of that number."""
    row = store.find_classifier(session, version, whole=True)
    if row is None:
        raise NotFound("pipeline.no_classifier", version=version)
    report: Report = REPORT_JSON.validate_python(row.report)
    return report


def broken(session: Session) -> Reason | None:
    """Why the version that was put in use cannot be read, and the starter judges instead; None where all is well."""
    used = store.used_version(session)
    if used is None:
        return None
    try:
        load_version(session, used)
    except CallqaError as error:
        return error.reason
    return None


def history(session: Session) -> tuple[UseLine, ...]:
    """What was in use from when on, by whom and why, newest first."""
    return store.uses(session, LISTED)


def use(session: Session, viewer: Viewer, version: int | None, why: str, now: datetime) -> None:
    """From now on this version judges, or the starter (None): publishing a new one, or going back to an older one.

    Calls scored before keep their scores until they are scored again.

    Raises:
        NotFound: there is no such version.
        Conflict: it is in use, was refused, cannot be read, or was never used and was compared with another one than
            is in use now.
        BadDefinition: no grounds are given.
    """
    said = grounds(why)
    store.choosing(session)
    before = store.used_version(session)
    if before == version:
        raise Conflict(
            "pipeline.starter_in_use" if version is None else "pipeline.classifier_in_use", version=version or 0
        )
    row = None if version is None else store.find_classifier(session, version, whole=True)
    if version is not None and row is None:
        raise NotFound("pipeline.no_classifier", version=version)
    if row is not None:
        _check(session, row, before)
    store.add_use(session, row, viewer, said, now)
    facts: dict[str, Fact] = {"version": version or 0, "before": before or 0, "why": said}
    record(session, viewer, "classifier.used", now, target="classifier", target_id=version or 0, facts=facts)


def _check(session: Session, row: ClassifierRow, before: int | None) -> None:
    if row.refused is not None:
        raise Conflict("pipeline.classifier_refused", details=(restored(row.refused),), version=row.version)
    if not store.was_used(session, row.version) and row.data["compared_with"] != _judging(session, before):
        raise Conflict("pipeline.classifier_compared_before", version=row.version)
    opened(row)


def _judging(session: Session, used: int | None) -> int | None:
    """What judges in fact: the starter (None) where the one put in use cannot be read."""
    if used is None:
        return None
    try:
        load_version(session, used)
    except CallqaError:
        return None
    return used


def _version(row: ClassifierRow, used: int | None, known: set[int | None]) -> Version:
    return Version(
        version=row.version,
        sha256=row.sha256,
        data=DATA_JSON.validate_python(row.data),
        compared_with=row.data["compared_with"],
        trained=tuple((card, item) for card, item in row.data["trained"]),
        refused=None if row.refused is None else restored(row.refused),
        made_by=row.made_by,
        made_at=row.made_at,
        in_use=row.version == used,
        was_used=row.version in known,
    )
