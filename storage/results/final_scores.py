"""Final scores: appended to a review, never overwritten; and what is read to make and to show them.

No function here commits.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from models.person import Scope
from models.review import Purpose, ReviewState
from models.tables import (
    CallRow,
    DefinitionRow,
    FinalScoreRow,
    MoveRow,
    RecordingRow,
    ReviewRow,
    ScoreRow,
    UserRow,
    VerdictRow,
)
from storage.reports.facts import keep_facts
from storage.results import deductions
from storage.results.scope import PUBLISHED, of_scope

OPINIONS = (Purpose.REVIEW.value, Purpose.DOUBLE.value)
"""The verdicts a first final score is made from; those of calibrations never are, those of appeals later."""


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """A stored verdict without its items, and who gave it."""

    id: int
    review_id: int
    user_id: int
    by: str
    purpose: str
    total: float | None
    grade: str | None
    fatal: bool
    seconds: float | None
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A review whose verdicts are in; `machine_total` is that of the score it was picked by."""

    review_id: int
    call_id: int
    file: str
    customer_number: str | None
    seconds: float | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None
    submitted_at: datetime | None
    machine_total: float | None


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A published result as lists show it: the score in force, and the state of its review.

    What it came to is None where it is kept back from the reader.
    """

    final_id: int
    review_id: int
    call_id: int
    state: str
    source: str
    total: float | None
    grade: str | None
    fatal: bool | None
    scored_at: datetime
    published_at: datetime
    acknowledged_at: datetime | None
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    direction: str | None
    started_at: datetime | None
    seconds: float | None


_RESULT: dict[str, Any] = {
    "final_id": FinalScoreRow.id,
    "review_id": ReviewRow.id,
    "call_id": ReviewRow.call_id,
    "state": ReviewRow.state,
    **{name: getattr(FinalScoreRow, name) for name in ("source", "total", "grade", "fatal")},
    "scored_at": FinalScoreRow.published_at,
    "published_at": ReviewRow.published_at,
    "acknowledged_at": ReviewRow.acknowledged_at,
    "agent_id": ReviewRow.agent_id,
    "team": ReviewRow.team,
    **{name: getattr(CallRow, name) for name in ("agent_name", "call_type", "direction", "started_at")},
    "seconds": RecordingRow.seconds,
}


def locked_review(session: Session, review_id: int) -> ReviewRow | None:
    """The review as it is now, nobody else moving it until this transaction ends."""
    query = select(ReviewRow).where(ReviewRow.id == review_id).with_for_update(key_share=True)
    return session.scalar(query.execution_options(populate_existing=True))


def review_of_call(session: Session, call_id: int) -> ReviewRow | None:
    return session.scalar(select(ReviewRow).where(ReviewRow.call_id == call_id))


def waiting(session: Session, within: Scope, *, after: int | None, limit: int) -> tuple[WaitingLine, ...]:
    """Submitted reviews, those that have waited longest first; after the review `after`."""
    query = (
        select(
            ReviewRow.id.label("review_id"),
            ReviewRow.call_id,
            RecordingRow.file,
            CallRow.customer_number,
            RecordingRow.seconds,
            ReviewRow.agent_id,
            CallRow.agent_name,
            ReviewRow.team,
            CallRow.call_type,
            CallRow.started_at,
            ReviewRow.submitted_at,
            ScoreRow.total.label("machine_total"),
        )
        .join(CallRow, CallRow.id == ReviewRow.call_id)
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
        .outerjoin(ScoreRow, ScoreRow.id == ReviewRow.score_id)
        .where(ReviewRow.state == ReviewState.SUBMITTED.value, *of_scope(within))
    )
    if after is not None:
        query = query.where(ReviewRow.id > after)
    rows = session.execute(query.order_by(ReviewRow.id).limit(limit))
    return tuple(WaitingLine(**row._mapping) for row in rows)  # noqa: SLF001  the public name of a row's columns


def count_waiting(session: Session, within: Scope) -> int:
    query = select(func.count()).select_from(ReviewRow)
    return session.scalar(query.where(ReviewRow.state == ReviewState.SUBMITTED.value, *of_scope(within))) or 0


def submitted_before(session: Session, moment: datetime, *, after: int, limit: int) -> Sequence[int]:
    """Reviews that have waited for publication since then, by id."""
    query = select(ReviewRow.id).where(
        ReviewRow.state == ReviewState.SUBMITTED.value, ReviewRow.submitted_at <= moment, ReviewRow.id > after
    )
    return session.scalars(query.order_by(ReviewRow.id).limit(limit)).all()


def verdict_lines(
    session: Session, review_ids: Collection[int], purposes: Collection[str] = OPINIONS
) -> dict[int, list[VerdictLine]]:
    """By review, in the order of their assignments: the first opinion comes first."""
    own = ("id", "review_id", "user_id", "purpose", "total", "grade", "fatal", "seconds", "submitted_at")
    query = (
        select(*(getattr(VerdictRow, name) for name in own), UserRow.name.label("by"))
        .join(UserRow, UserRow.id == VerdictRow.user_id)
        .where(VerdictRow.review_id.in_(list(review_ids)), VerdictRow.purpose.in_(list(purposes)))
        .order_by(VerdictRow.assignment_id)
    )
    found: dict[int, list[VerdictLine]] = defaultdict(list)
    for row in session.execute(query):
        found[row.review_id].append(VerdictLine(**row._mapping))  # noqa: SLF001
    return found


def verdict(session: Session, verdict_id: int) -> VerdictRow | None:
    return session.get(VerdictRow, verdict_id)


def verdict_of_assignment(session: Session, assignment_id: int) -> VerdictRow | None:
    return session.scalar(select(VerdictRow).where(VerdictRow.assignment_id == assignment_id))


def append(session: Session, review: ReviewRow, **values: Any) -> FinalScoreRow:
    """Another final score of the review, in force from now on. `values` are the row's own columns."""
    row = FinalScoreRow(review_id=review.id, call_id=review.call_id, agent_id=review.agent_id, **values)
    session.add(row)
    session.flush()
    deductions.keep(session, row)
    review.final_id, review.final_at = row.id, row.published_at
    review.final_total, review.final_fatal = row.total, row.fatal
    keep_facts(session, review.call_id)
    return row


def finals(session: Session, review_id: int) -> tuple[FinalScoreRow, ...]:
    """All final scores of a review, oldest first."""
    query = select(FinalScoreRow).where(FinalScoreRow.review_id == review_id)
    return tuple(session.scalars(query.order_by(FinalScoreRow.id)))


def results(
    session: Session, within: Scope, *, after: int | None, limit: int, state: str | None = None
) -> tuple[ResultLine, ...]:
    """Published results, the last scored first; those scored before the final score `after`."""
    query = _results().where(*of_scope(within), ReviewRow.state.in_(PUBLISHED))
    # An agent's own are few: found, sorted, and only a page of them looked up elsewhere. Others' are walked.
    made = FinalScoreRow.id if within.agent_id is None else ReviewRow.final_id
    if state is not None:
        query = query.where(ReviewRow.state == state)
    if after is not None:
        query = query.where(made < after)
    rows = session.execute(query.order_by(made.desc()).limit(limit))
    return tuple(ResultLine(**row._mapping) for row in rows)  # noqa: SLF001


def result_lines(session: Session, *wanted: ColumnElement[bool], limit: int) -> tuple[ResultLine, ...]:
    """The results of the reviews of which this is true, the last scored first."""
    rows = session.execute(_results().where(*wanted).order_by(ReviewRow.final_id.desc()).limit(limit))
    return tuple(ResultLine(**row._mapping) for row in rows)  # noqa: SLF001


def result_of_call(session: Session, call_id: int) -> ResultLine | None:
    """The call's published result; None before it is published."""
    query = _results().where(ReviewRow.call_id == call_id, ReviewRow.state.in_(PUBLISHED))
    row = session.execute(query).one_or_none()
    return ResultLine(**row._mapping) if row else None  # noqa: SLF001


def moves(session: Session, review_id: int) -> tuple[MoveRow, ...]:
    return tuple(session.scalars(select(MoveRow).where(MoveRow.review_id == review_id).order_by(MoveRow.id)))


def publisher(session: Session, review_id: int) -> int | None:
    """Who published the review's first final score; None for a machine."""
    query = select(MoveRow.user_id).where(MoveRow.review_id == review_id, MoveRow.after == ReviewState.PUBLISHED.value)
    return session.scalar(query.order_by(MoveRow.id).limit(1))


def card_text(session: Session, scorecard_id: int) -> str:
    """The scorecard's YAML."""
    return session.get_one(DefinitionRow, scorecard_id).body


def to_finish(session: Session, *, published: datetime, decided: datetime, after: int, limit: int) -> Sequence[int]:
    """Reviews published before the one and not appealed, or whose appeal was decided before the other; by id."""
    published_states = (ReviewState.PUBLISHED.value, ReviewState.ACKNOWLEDGED.value)
    decided_states = (ReviewState.UPHELD.value, ReviewState.OVERTURNED.value)
    query = select(ReviewRow.id).where(
        ReviewRow.id > after,
        (ReviewRow.state.in_(published_states) & (ReviewRow.published_at < published))
        | (ReviewRow.state.in_(decided_states) & (ReviewRow.updated_at < decided)),
    )
    return session.scalars(query.order_by(ReviewRow.id).limit(limit)).all()


def _results() -> Select[Any]:
    """Joined so that a list in the order of final scores is read in that order, without sorting all reviews."""
    return (
        select(*(column.label(name) for name, column in _RESULT.items()))
        .select_from(ReviewRow)
        .join(FinalScoreRow, (FinalScoreRow.review_id == ReviewRow.id) & (FinalScoreRow.id == ReviewRow.final_id))
        .join(CallRow, CallRow.id == ReviewRow.call_id)
        .join(RecordingRow, RecordingRow.id == CallRow.recording_id)
    )
