"""Classifiers: what there is to learn from, training, their versions, and which one is in use."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from api.apart import Apart
from api.classifier_answers import ClassifierReportAnswer, ClassifiersAnswer, UseAnswer
from api.database import ReadSession, WriteSession
from api.language import ReaderLanguage
from api.problems import declared
from api.viewer import CurrentViewer
from models.person import Viewer
from models.reason import Language
from models.settings import Settings
from pipeline.learning import classifiers
from pipeline.learning.examples import learnable
from pipeline.learning.said import AT_MOST
from pipeline.learning.training import train_on

router = APIRouter(prefix="/v1", tags=["classifiers"], responses=declared(401, 403, 422, 503))

LONGEST = 900.0
"""Seconds a training may take: thousands of calls on a busy machine."""

MOST_CALLS = 100_000

VersionNumber = Annotated[int, Path(ge=1, lt=2**31, description="Number of the classifier.")]


class Training(BaseModel):
    """What to train from."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(AT_MOST, ge=1, le=MOST_CALLS, description="Calls learned from: those judged last.")
    seed: int = Field(0, ge=0, lt=2**31, description="Another one draws other folds.")


class Using(BaseModel):
    """Which one judges from now on: a new one, or an older one again."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = Field(ge=1, lt=2**31, description="Null for the starter.")
    why: str = Field(min_length=1, max_length=2000, description="Kept with it.")


@router.get("/classifiers")
def list_classifiers(request: Request, session: ReadSession, language: ReaderLanguage) -> ClassifiersAnswer:
    """Every version, what was in use when, and what there is to learn from now."""
    data = learnable(session, pair(request))
    versions, history = classifiers.versions(session), classifiers.history(session)
    return ClassifiersAnswer.of(versions, history, data, classifiers.broken(session), language)


@router.post("/classifiers", status_code=201, responses=declared(409))
def train(request: Request, viewer: CurrentViewer, language: ReaderLanguage, asked: Training) -> ClassifierReportAnswer:
    """Train from verdicts and compare with the one in use on the same folds. It is stored; it is not put in use.

    The answer comes when it is done, after some tens of seconds; whoever does not wait finds it in the list.
    """
    version = trained(request, viewer, asked)
    with request.app.state.reading() as session:
        return _reported(session, version, language)


@router.post("/classifiers/use", responses=declared(404, 409))
def use(session: WriteSession, viewer: CurrentViewer, asked: Using) -> UseAnswer:
    """Put a version in use, or the starter. Calls keep their scores until they are scored again."""
    classifiers.use(session, viewer, asked.version, asked.why, datetime.now(UTC))
    return UseAnswer.model_validate(classifiers.history(session)[0])


@router.get("/classifiers/{version}", responses=declared(404))
def read_classifier(session: ReadSession, language: ReaderLanguage, version: VersionNumber) -> ClassifierReportAnswer:
    """A version with what it was trained from, and how it did in cross-validation."""
    return _reported(session, version, language)


def trained(request: Request, viewer: Viewer, asked: Training) -> int:
    """The version, trained in another process: minutes of work would hold up everybody else.

    Raises:
        Conflict: too few verdicts, another training is running, or it takes too long.
    """
    settings: Settings = request.app.state.settings
    apart: Apart = request.app.state.apart
    what = (settings.database, settings.cache_dir, pair(request), viewer, datetime.now(UTC))
    return apart.ask(LONGEST, train_on, *what, asked.limit, asked.seed)


def pair(request: Request) -> tuple[str, str]:
    settings: Settings = request.app.state.settings
    return settings.pack, settings.scorecard


def _reported(session: ReadSession, version: int, language: Language) -> ClassifierReportAnswer:
    found, report = classifiers.find_version(session, version), classifiers.find_report(session, version)
    return ClassifierReportAnswer.of_report(found, report, language)
