"""What a list of calls is narrowed to, and the SQL of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, literal, select, text
from sqlalchemy.orm import Session

from models.ledger import RecordingState
from models.review import ReviewState
from models.tables import CallRow, FindingRow, RecordingRow, ReviewRow, ScoreRow
from storage.calls.file_names import named_like
from storage.calls.review_filter import Days, review_conditions, set_aside

WAITS = text("coalesce(reviews.state, '') IN ('queued', 'in_review')")
"""As BY_URGENCY, where other tables have a state too."""

RARE = 2000
"""Findings of a rule up to which they are looked up first."""


@dataclass(frozen=True, slots=True)
class CallFilter:
    """What a list is narrowed to; None asks nothing. `started_to` is exclusive, `rule` a finding's rule id.

    `review` are states of the call's review, `overdue_at` asks for reviews still waiting then though their time is
    over, `reason` is the code of one of the reviews' reasons. `days` bounds another time than the call's start.
    """

    agent_id: str | None = None
    team: str | None = None
    call_type: str | None = None
    direction: str | None = None
    grade: str | None = None
    state: RecordingState | None = None
    queued: bool | None = None
    rule: str | None = None
    min_total: float | None = None
    max_total: float | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None
    text: str | None = None
    fatal: bool | None = None
    review: frozenset[ReviewState] | None = None
    overdue_at: datetime | None = None
    reason: str | None = None
    days: Days | None = None


def call_conditions(session: Session, wanted: CallFilter) -> Iterator[ColumnElement[bool]]:
    """On a query of calls joined with their recordings and shown scores."""
    for column in (CallRow.agent_id, CallRow.team, CallRow.call_type, CallRow.direction, ScoreRow.grade):
        if (value := getattr(wanted, column.key)) is not None:
            yield column == value
    if wanted.state is not None:
        is_set_aside = wanted.state is RecordingState.QUARANTINED
        yield set_aside(session) if is_set_aside else RecordingRow.state == wanted.state.value
    if wanted.queued is not None:
        waits = exists().where(ReviewRow.call_id == CallRow.id, WAITS).correlate(CallRow)
        yield waits if wanted.queued else ~waits
    if wanted.fatal is not None:
        yield func.coalesce(ScoreRow.fatal, literal(value=False)) == wanted.fatal
    if wanted.rule is not None:
        yield _hit_by(session, wanted.rule)
    bounds = (
        (wanted.min_total, ScoreRow.total.__ge__),
        (wanted.max_total, ScoreRow.total.__le__),
        (wanted.started_from, CallRow.started_at.__ge__),
        (wanted.started_to, CallRow.started_at.__lt__),
    )
    yield from (within(bound) for bound, within in bounds if bound is not None)
    yield from review_conditions(
        session, states=wanted.review, overdue_at=wanted.overdue_at, reason=wanted.reason, days=wanted.days
    )
    if wanted.text:
        yield named_like(session, wanted.text)


def _hit_by(session: Session, rule: str) -> ColumnElement[bool]:
    """Calls of a rule with many hits are soon met on a walk through the list; those of a rare one are looked up."""
    some = select(FindingRow.id).where(FindingRow.rule == rule).limit(RARE).subquery()
    if (session.scalar(select(func.count()).select_from(some)) or 0) < RARE:
        return CallRow.score_id.in_(select(FindingRow.score_id).where(FindingRow.rule == rule))
    return exists().where(FindingRow.rule == rule, FindingRow.score_id == CallRow.score_id)
