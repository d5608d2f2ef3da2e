"""What people heard in place of the machine's words. Append-only: the newest word on a place counts.

No function here commits.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import CorrectionRow


def add_correction(
    session: Session,
    *,
    call_id: int,
    transcript_id: int,
    turn: int,
    first: int,
    last: int,
    before: str,
    text: str,
    user_id: int | None,
    by: str,
    now: datetime,
) -> CorrectionRow:
    row = CorrectionRow(
        call_id=call_id,
        transcript_id=transcript_id,
        turn=turn,
        first=first,
        last=last,
        before=before,
        text=text,
        user_id=user_id,
        by=by,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def corrections_of(session: Session, transcript_id: int) -> tuple[CorrectionRow, ...]:
    """Every correction, the oldest first."""
    query = select(CorrectionRow).where(CorrectionRow.transcript_id == transcript_id).order_by(CorrectionRow.id)
    return tuple(session.scalars(query))
