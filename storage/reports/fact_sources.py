"""What facts about calls are made from: the call, its shown score, the measures of its voice, its final score."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.tables import CallRow, FinalScoreRow, RecordingRow, ReviewRow, ScoreRow, TranscriptRow


@dataclass(frozen=True, slots=True)
class FactSource:
    """A scored call. `pre_score` and `final_body` are a `PreScore`, `voice` a `VoiceMeasures`, all as JSON."""

    call_id: int
    received_at: datetime
    started_at: datetime | None
    agent_id: str | None
    team: str | None
    call_type: str | None
    direction: str | None
    agent_stage: str | None
    satisfaction: int | None
    transferred: bool | None
    seconds: float | None
    total: float | None
    grade: str | None
    fatal: bool
    coverage: float
    pre_score: dict[str, Any] | None
    voice: dict[str, Any] | None
    final_total: float | None
    final_grade: str | None
    final_fatal: bool | None
    final_body: dict[str, Any] | None

    @property
    def day(self) -> date:
        return (self.started_at or self.received_at).astimezone(CHINA_TIME).date()


def sources(session: Session, call_ids: Sequence[int]) -> list[FactSource]:
    """Of those of some hundred calls that show a score, in the order of their ids."""
    of_call = [one.name for one in fields(FactSource) if hasattr(CallRow, one.name)]
    query = (
        select(
            CallRow.id.label("call_id"),
            RecordingRow.created_at.label("received_at"),
            *(getattr(CallRow, name) for name in of_call),
            RecordingRow.seconds,
            *(getattr(ScoreRow, name) for name in ("total", "grade", "fatal", "coverage")),
            ScoreRow.body["pre_score"].label("pre_score"),
            TranscriptRow.body["voice"].label("voice"),
            *(getattr(FinalScoreRow, name).label(f"final_{name}") for name in ("total", "grade", "fatal", "body")),
        )
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .join(ScoreRow, ScoreRow.id == CallRow.score_id)
        .join(TranscriptRow, TranscriptRow.id == ScoreRow.transcript_id)
        .outerjoin(ReviewRow, ReviewRow.call_id == CallRow.id)
        .outerjoin(FinalScoreRow, FinalScoreRow.id == ReviewRow.final_id)
        .where(CallRow.id.in_(call_ids))
        .order_by(CallRow.id)
    )
    return [FactSource(**row._mapping) for row in session.execute(query)]  # noqa: SLF001  the public name of its columns
