"""What cases are made of. No function here commits."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.tables import CallRow, CaseRow, ReviewRow, TranscriptRow


def transcript(session: Session, recording_id: int, transcript_id: int | None) -> TranscriptRow | None:
    """That transcript of the recording, or its newest."""
    query = select(TranscriptRow).where(TranscriptRow.recording_id == recording_id)
    if transcript_id is not None:
        query = query.where(TranscriptRow.id == transcript_id)
    return session.scalar(query.order_by(TranscriptRow.id.desc()).limit(1))


def changed_calls(session: Session, states: Collection[str], limit: int) -> Sequence[int]:
    """Calls whose score or final score is no longer the one their cases in these states were held against."""
    review = ReviewRow.call_id == CaseRow.call_id
    query = (
        select(CaseRow.call_id)
        .join(CallRow, CallRow.id == CaseRow.call_id)
        .outerjoin(ReviewRow, review)
        .where(
            CaseRow.state.in_(states),
            or_(
                CallRow.score_id.is_distinct_from(CaseRow.score_id),
                ReviewRow.final_id.is_distinct_from(CaseRow.final_id),
            ),
        )
        .distinct()
        .order_by(CaseRow.call_id)
        .limit(limit)
    )
    return session.scalars(query).all()
