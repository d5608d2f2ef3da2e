"""Where a case came from: the machine's score, what people said, what came of an appeal, then and now."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.tables import CallRow, CaseRow, DefinitionRow, FinalScoreRow, RecordingRow, ReviewRow, ScoreRow
from storage.results import appeals, final_scores


@dataclass(frozen=True, slots=True)
class Version:
    name: str
    version: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """`machine_total` is the score's the case was last held against, `final_total` the final score's; each with when.

    `changed`: there are newer scores than those. `source` is the final score's (`models.final.FinalSource`);
    `appeal` an appeal's state.
    """

    file: str
    call_started_at: datetime | None
    sha256: str
    score_id: int | None
    machine_total: float | None
    machine_grade: str | None
    scored_at: datetime | None
    pack: Version | None
    card: Version | None
    classifier: str
    review_state: str | None
    final_id: int | None
    final_total: float | None
    final_grade: str | None
    final_source: str | None
    final_at: datetime | None
    final_by: str | None
    appeal: str | None
    changed: bool


def provenance(session: Session, row: CaseRow) -> Provenance:
    call = session.get_one(CallRow, row.call_id)
    recording = session.get_one(RecordingRow, call.recording_id)
    score = None if row.score_id is None else session.get_one(ScoreRow, row.score_id)
    final = None if row.final_id is None else session.get_one(FinalScoreRow, row.final_id)
    review = session.get(ReviewRow, row.review_id) if row.review_id is not None else None
    finals = () if final is None else final_scores.finals(session, final.review_id)
    appeal = appeals.of_final(session, [one.id for one in finals]) if finals else None
    now_final = None if review is None else review.final_id
    return Provenance(
        file=recording.file,
        call_started_at=call.started_at,
        sha256=recording.sha256,
        score_id=row.score_id,
        machine_total=None if score is None else score.total,
        machine_grade=None if score is None else score.grade,
        scored_at=None if score is None else score.created_at,
        pack=None if score is None else _version(session, score.pack_id),
        card=None if score is None else _version(session, score.scorecard_id),
        classifier="" if score is None else score.classifier,
        review_state=None if review is None else review.state,
        final_id=row.final_id,
        final_total=None if final is None else final.total,
        final_grade=None if final is None else final.grade,
        final_source=None if final is None else final.source,
        final_at=None if final is None else final.published_at,
        final_by=None if final is None else final.published_by,
        appeal=None if appeal is None else appeal.state,
        changed=call.score_id != row.score_id or now_final != row.final_id,
    )


def _version(session: Session, definition_id: int) -> Version:
    row = session.get_one(DefinitionRow, definition_id)
    return Version(row.name, row.version)
