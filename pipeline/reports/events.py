"""What happened beside calls in a period: calibrations, appeals, complaints and praise."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.appeal import AppealState, ItemOutcome
from models.clock import day_begins, day_ends
from models.feedback import FeedbackKind, FeedbackState
from models.tables import CalibrationCallRow
from pipeline.reports.span import DaySpan
from scoring.wilson import Share, share
from storage.reports import events as stored
from storage.reports.wanted import Wanted

POINTS = 5
"""A total at most so many points from the reference is right (design.md, section 10)."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A session that was closed in the period.

    `within` is the share of members' totals at most `POINTS` from the reference; `apart` their mean distance from it.
    """

    id: int
    title: str
    call_type: str | None
    closed_at: datetime | None
    members: int
    calls: int
    agreed: int
    within: Share
    apart: float | None


@dataclass(frozen=True, slots=True)
class Appeals:
    """`opened` in the period; `decided` in it, of which `overturned`, as are the `items` appealed against."""

    opened: int
    withdrawn: int
    decided: int
    overturned: Share
    items: Share


@dataclass(frozen=True, slots=True)
class Feedback:
    """Entered in the period: by kind (complaint, praise) and state (open, stands, unfounded)."""

    counts: Mapping[str, Mapping[str, int]]

    def of(self, kind: FeedbackKind, state: FeedbackState | None = None) -> int:
        found = self.counts.get(kind.value, {})
        return sum(found.values()) if state is None else found.get(state.value, 0)


def calibrations(session: Session, span: DaySpan) -> tuple[Calibration, ...]:
    """In the order they were closed."""
    rows = stored.closed_calibrations(session, span.start, span.end)
    ids = [row.id for row in rows]
    members = stored.members(session, ids)
    agreed: defaultdict[int, set[int]] = defaultdict(set)
    apart: defaultdict[int, list[float]] = defaultdict(list)
    for one in stored.referred(session, CalibrationCallRow.calibration_id.in_(ids)):
        agreed[one.calibration_id].add(one.call_id)
        right = (one.reference or {}).get("total")
        if right is not None and one.total is not None:
            apart[one.calibration_id].append(abs(one.total - right))
    calls = stored.calls_of(session, ids)
    return tuple(
        Calibration(
            id=row.id,
            title=row.title,
            call_type=row.call_type,
            closed_at=row.closed_at,
            members=members.get(row.id, 0),
            calls=calls.get(row.id, 0),
            agreed=len(agreed[row.id]),
            within=share(sum(one <= POINTS for one in apart[row.id]), len(apart[row.id])),
            apart=sum(apart[row.id]) / len(apart[row.id]) if apart[row.id] else None,
        )
        for row in rows
    )


def appeals(session: Session, wanted: Wanted) -> Appeals:
    start, end = day_begins(wanted.first), day_ends(wanted.last)
    whose = {"team": wanted.team, "agent_id": wanted.agent_id}
    opened = stored.appeal_states(session, start, end, **whose)
    decided = stored.appeal_outcomes(session, start, end, **whose)
    judged = [one for one in decided if one.state in {AppealState.UPHELD, AppealState.OVERTURNED}]
    items = [ItemOutcome.of(body).upheld for one in judged for body in one.outcome or ()]
    return Appeals(
        opened=sum(opened.values()),
        withdrawn=opened.get(AppealState.WITHDRAWN.value, 0),
        decided=len(judged),
        overturned=share(sum(one.state == AppealState.OVERTURNED for one in judged), len(judged)),
        items=share(len(items) - sum(items), len(items)),
    )


def feedback(session: Session, wanted: Wanted) -> Feedback:
    start, end = day_begins(wanted.first), day_ends(wanted.last)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind, state, count in stored.feedback_counts(session, start, end, wanted.team, wanted.agent_id):
        counts[kind][state] += count
    return Feedback(counts)
