"""The scores of calls as they are stored, and what the rules found in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import DefinitionRow, FindingRow, ScoreRow


@dataclass(frozen=True, slots=True)
class FindingCount:
    """How often a rule hit in the score `score_id`."""

    score_id: int
    rule: str
    name: str
    effect: str
    times: int


@dataclass(frozen=True, slots=True)
class ScoreVersion:
    """A stored score with what it was made from, without its items; `scorer` is the version of the scoring code.

    `classifier` names the classifier that spoke and what it might decide (`3/1f0a9c27`); empty where none did.
    """

    id: int
    total: float | None
    grade: str | None
    fatal: bool
    coverage: float
    pack: str
    pack_version: int
    scorecard: str
    scorecard_version: int
    scorer: int
    classifier: str
    created_at: datetime


def score_body(session: Session, score_id: int, *, recording_id: int) -> dict[str, Any] | None:
    """Of one of the recording's scores; None where it has none of that id."""
    return session.scalar(select(ScoreRow.body).filter_by(id=score_id, recording_id=recording_id))


def score_versions(session: Session, recording_id: int) -> tuple[ScoreVersion, ...]:
    """All scores of a recording, newest first."""
    pack, card = DefinitionRow.__table__.alias("pack"), DefinitionRow.__table__.alias("card")
    own = ("id", "total", "grade", "fatal", "coverage", "scorer", "classifier", "created_at")
    query = (
        select(
            *(getattr(ScoreRow, name) for name in own),
            pack.c.name.label("pack"),
            pack.c.version.label("pack_version"),
            card.c.name.label("scorecard"),
            card.c.version.label("scorecard_version"),
        )
        .join(pack, pack.c.id == ScoreRow.pack_id)
        .join(card, card.c.id == ScoreRow.scorecard_id)
        .where(ScoreRow.recording_id == recording_id)
        .order_by(ScoreRow.id.desc())
    )
    return tuple(ScoreVersion(**row._mapping) for row in session.execute(query))  # noqa: SLF001


def findings(session: Session, score_id: int) -> tuple[FindingRow, ...]:
    """In order of the second they point at."""
    query = select(FindingRow).where(FindingRow.score_id == score_id).order_by(FindingRow.start, FindingRow.id)
    return tuple(session.scalars(query))


def finding_counts(session: Session, score_ids: Iterable[int]) -> tuple[FindingCount, ...]:
    """Most frequent rules first."""
    of = (FindingRow.score_id, FindingRow.rule, FindingRow.name, FindingRow.effect)
    times = func.count().label("times")
    query = select(*of, times).where(FindingRow.score_id.in_(list(score_ids))).group_by(*of)
    query = query.order_by(times.desc(), FindingRow.rule)
    return tuple(FindingCount(**row._mapping) for row in session.execute(query))  # noqa: SLF001
