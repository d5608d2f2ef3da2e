"""Calls that a calibration could be about, with what the machine and people said of them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.review import AssignmentState, Purpose, ReviewState
from models.tables import (
    AssignmentRow,
    CalibrationCallRow,
    CalibrationRow,
    CallRow,
    DefinitionRow,
    RecordingRow,
    ReviewRow,
    ScoreRow,
    UserRow,
    VerdictDraftRow,
    VerdictRow,
)

WAITING = (ReviewState.QUEUED.value, ReviewState.IN_REVIEW.value)


@dataclass(frozen=True, slots=True)
class Candidate:
    """`body` is the shown score's `Scored` as JSON."""

    call_id: int
    file: str
    customer_number: str | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None
    seconds: float | None
    card: str
    total: float | None
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said of a call in its review."""

    total: float | None
    fatal: bool


def candidates(
    session: Session,
    *,
    card: str,
    call_type: str | None,
    members: Collection[int],
    only: Collection[ColumnElement[bool]],
    limit: int,
) -> tuple[Candidate, ...]:
    """The newest calls by the card of which none of the members has heard anything, in no session yet.

    Calls that wait for review are left out: whoever hears them in a session cannot review them any more.
    """
    in_session = exists().where(
        CalibrationCallRow.call_id == CallRow.id,
        CalibrationRow.id == CalibrationCallRow.calibration_id,
        CalibrationRow.state != CalibrationState.CANCELLED,
    )
    waits = exists().where(ReviewRow.call_id == CallRow.id, ReviewRow.state.in_(WAITING))
    query = _candidates().where(DefinitionRow.name == card, ~in_session, ~waits, *only)
    if call_type is not None:
        query = query.where(CallRow.call_type == call_type)
    if members:
        query = query.where(~_heard_by(members), ~_own_team_of(members))
    rows = session.execute(query.order_by(CallRow.started_at.desc(), CallRow.id.desc()).limit(limit))
    return tuple(Candidate(**row._mapping) for row in rows)  # noqa: SLF001  the public name of a row's columns


def candidate(session: Session, call_id: int) -> Candidate | None:
    """One call; None where it is not there or has no score."""
    row = session.execute(_candidates().where(CallRow.id == call_id)).one_or_none()
    return None if row is None else Candidate(**row._mapping)  # noqa: SLF001


def said(session: Session, call_ids: Collection[int]) -> dict[int, list[Said]]:
    """By call, what people said in its review, the first first."""
    query = select(VerdictRow.call_id, VerdictRow.total, VerdictRow.fatal).where(
        VerdictRow.call_id.in_(call_ids), VerdictRow.purpose != Purpose.CALIBRATION
    )
    found: dict[int, list[Said]] = defaultdict(list)
    for call_id, total, fatal in session.execute(query.order_by(VerdictRow.id)):
        found[call_id].append(Said(total, fatal))
    return found


def call_types(session: Session, card: str) -> tuple[str, ...]:
    """Of calls that the card has judged."""
    query = (
        select(CallRow.call_type)
        .join(ScoreRow, ScoreRow.id == CallRow.score_id)
        .join(DefinitionRow, DefinitionRow.id == ScoreRow.scorecard_id)
        .where(DefinitionRow.name == card, CallRow.call_type.is_not(None))
    )
    return tuple(sorted(kind for kind in session.scalars(query.distinct()) if kind is not None))


def _candidates() -> Any:
    return (
        select(
            CallRow.id.label("call_id"),
            RecordingRow.file,
            CallRow.customer_number,
            CallRow.agent_id,
            CallRow.agent_name,
            CallRow.team,
            CallRow.call_type,
            CallRow.started_at,
            RecordingRow.seconds,
            DefinitionRow.name.label("card"),
            ScoreRow.total,
            ScoreRow.body,
        )
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .join(ScoreRow, ScoreRow.id == CallRow.score_id)
        .join(DefinitionRow, DefinitionRow.id == ScoreRow.scorecard_id)
    )


def _heard_by(members: Collection[int]) -> ColumnElement[bool]:
    drafted = exists().where(VerdictDraftRow.assignment_id == AssignmentRow.id, VerdictDraftRow.user_id.in_(members))
    return exists().where(
        AssignmentRow.call_id == CallRow.id,
        AssignmentRow.state != AssignmentState.CANCELLED,
        or_(AssignmentRow.user_id.in_(members), drafted),
    )


def _own_team_of(members: Collection[int]) -> ColumnElement[bool]:
    own = or_(UserRow.team == CallRow.team, UserRow.agent_id == CallRow.agent_id)
    return exists().where(UserRow.id.in_(members), own)
