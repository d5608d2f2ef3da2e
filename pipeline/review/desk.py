"""What a person has before them and what waits for anybody: lists of assignments as people see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.person import Viewer
from models.reason import Reason
from models.review import AssignmentState, Purpose, ReviewState
from models.tables import AssignmentRow
from pipeline.browse import masked_text
from pipeline.people.visibility import hidden_calls
from pipeline.review.assignment import user_id
from pipeline.review.reviewing import TELL_NOTHING
from pipeline.review.sharing import day_began
from storage.reason import restored
from storage.review import assignment_lines as store
from storage.review import workload
from storage.review.assignment_lines import AssignmentFilter, Place

__all__ = ["AssignmentFilter", "Place"]

ON_A_DESK = 100
COUNTED = 1000
"""Waiting calls are counted up to here."""


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    """An assignment in a list. `started_at` is the call's, `draft_at` when this person last saved theirs.

    `reasons` leaves out what would tell of a call before it is judged, and so does `priority`, which comes from them.
    `held`: somebody has it now.
    """

    id: int
    review_id: int
    call_id: int
    slot: int
    file: str
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None
    seconds: float | None
    purpose: Purpose
    state: AssignmentState
    review_state: ReviewState
    priority: float | None
    user_id: int | None
    user_name: str | None
    held: bool
    lease_until: datetime | None
    due_at: datetime | None
    overdue: bool
    reasons: tuple[Reason, ...]
    draft_at: datetime | None
    submitted_at: datetime | None
    revision: int


@dataclass(frozen=True, slots=True)
class DoneLine:
    """A verdict in its writer's list; `seconds` is the time spent, `call_seconds` the call's length."""

    assignment_id: int
    call_id: int
    file: str
    agent_id: str | None
    agent_name: str | None
    call_seconds: float | None
    seconds: float | None
    total: float | None
    grade: str | None
    fatal: bool
    purpose: Purpose
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """`waiting` is how many calls nobody has, counted up to `COUNTED`."""

    mine: tuple[AssignmentLine, ...]
    done: tuple[DoneLine, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """`next` is where the following page begins, None on the last."""

    lines: tuple[AssignmentLine, ...]
    next: Place | None


def desk(session: Session, viewer: Viewer, now: datetime) -> Desk:
    """What this person has to do, did today (in China), and how much waits besides."""
    person = user_id(viewer)
    mine = store.own_lines(session, person, now, limit=ON_A_DESK)
    done = store.done_since(session, person, day_began(now), limit=ON_A_DESK)
    waiting = workload.count_waiting(session, now, at_most=COUNTED)
    return Desk(_shown(session, viewer, mine, now), tuple(map(_done, done)), waiting)


def to_do(
    session: Session, viewer: Viewer, wanted: AssignmentFilter, now: datetime, *, after: Place | None, limit: int
) -> AssignmentPage:
    """What is open or begun, the most urgent first.

    Places leave here without the priority, which would tell why a call was picked.
    """
    if after is not None:
        last = session.get(AssignmentRow, after.id)
        after = Place(0.0 if last is None else last.priority, after.id)
    found, place = store.to_do_lines(session, wanted, now, after=after, limit=limit, drafts_of=viewer.user_id)
    return AssignmentPage(_shown(session, viewer, found, now), None if place is None else Place(0.0, place.id))


def over(
    session: Session, viewer: Viewer, wanted: AssignmentFilter, now: datetime, *, after: Place | None, limit: int
) -> AssignmentPage:
    """Of one state, or of any, the newest first."""
    last = None if after is None else after.id
    found, before = store.other_lines(session, wanted, now, after=last, limit=limit)
    return AssignmentPage(_shown(session, viewer, found, now), None if before is None else Place(0.0, before))


def count_to_do(session: Session, wanted: AssignmentFilter, now: datetime) -> int:
    """Counted up to `COUNTED`."""
    return store.count_to_do(session, wanted, now, at_most=COUNTED)


def line(session: Session, viewer: Viewer, assignment_id: int, now: datetime) -> AssignmentLine:
    """One assignment as a list shows it; it must be there."""
    (shown,) = _shown(session, viewer, tuple(store.lines_of(session, [assignment_id]).values()), now)
    return shown


def lines(session: Session, viewer: Viewer, assignment_ids: list[int], now: datetime) -> dict[int, AssignmentLine]:
    found: list[store.Line] = []
    for start in range(0, len(assignment_ids), 500):
        found += store.lines_of(session, assignment_ids[start : start + 500]).values()
    return {one.id: one for one in _shown(session, viewer, tuple(found), now)}


def _shown(
    session: Session, viewer: Viewer, found: tuple[store.Line, ...], now: datetime
) -> tuple[AssignmentLine, ...]:
    hidden = hidden_calls(session, viewer, {one.call_id for one in found})
    return tuple(_line(one, now, blind=one.call_id in hidden) for one in found)


def _line(one: store.Line, now: datetime, *, blind: bool) -> AssignmentLine:
    reasons = tuple(restored(body) for body in one.reasons)
    to_do = one.state in {AssignmentState.OPEN, AssignmentState.STARTED}
    return AssignmentLine(
        id=one.id,
        review_id=one.review_id,
        call_id=one.call_id,
        slot=one.slot,
        file=masked_text(one.file, one.customer_number),
        agent_id=one.agent_id,
        agent_name=one.agent_name,
        team=one.team,
        call_type=one.call_type,
        started_at=one.started_at,
        seconds=one.seconds,
        purpose=Purpose(one.purpose),
        state=AssignmentState(one.state),
        review_state=ReviewState(one.review_state),
        priority=None if blind else one.priority,
        user_id=one.user_id,
        user_name=one.user_name,
        held=to_do and one.user_id is not None and (one.lease_until is None or one.lease_until > now),
        lease_until=one.lease_until,
        due_at=one.due_at,
        overdue=to_do and one.due_at is not None and one.due_at < now,
        reasons=tuple(reason for reason in reasons if not blind or reason.code in TELL_NOTHING),
        draft_at=one.draft_at,
        submitted_at=one.submitted_at,
        revision=one.revision,
    )


def _done(one: store.Done) -> DoneLine:
    return DoneLine(
        assignment_id=one.assignment_id,
        call_id=one.call_id,
        file=masked_text(one.file, one.customer_number),
        agent_id=one.agent_id,
        agent_name=one.agent_name,
        call_seconds=one.call_seconds,
        seconds=one.seconds,
        total=one.total,
        grade=one.grade,
        fatal=one.fatal,
        purpose=Purpose(one.purpose),
        submitted_at=one.submitted_at,
    )
