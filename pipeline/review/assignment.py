"""Who hears which call: fetching the next one, holding it, giving it back, and a lead's changes.

A call that somebody works on is theirs until a lease ends that every sign of life renews. A closed browser so gives
it back by itself; what was filled in stays with who wrote it, who may go on if nobody else has taken the call.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.clock import CHINA_TIME
from models.errors import BadInput, Conflict, Forbidden, NotFound, Stale
from models.person import RIGHTS, Right, UserRole, Viewer
from models.reason import Fact, Reason
from models.review import JUDGEMENT_JSON, AssignmentState, Judgement, Purpose, ReviewState
from models.tables import AssignmentRow, ReviewRow, UserRow
from pipeline.review.absences import return_absent
from storage.people.audit import record
from storage.review import assignments as shelf
from storage.review import reviews, verdicts
from storage.review.assignments import LEASE, is_free, is_own_team, lock_users, locked_assignment, take

EMPTY = JUDGEMENT_JSON.dump_python(Judgement(()), mode="json")
OPINIONS = frozenset({Purpose.REVIEW, Purpose.DOUBLE})
"""The hearings a review waits for; appeals and calibrations have their own ends."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of a lead's change: `refused` says why not, by assignment."""

    done: tuple[int, ...]
    refused: tuple[tuple[int, Reason], ...]


def next_assignment(
    session: Session, viewer: Viewer, now: datetime, *, lease: timedelta = LEASE
) -> AssignmentRow | None:
    """The next call for this person, theirs for the length of a lease; None where there is nothing they may hear.

    What they began comes first, then what they were given, then the most urgent of what nobody has.
    """
    return_absent(session, now)
    return shelf.claim(session, viewer, now, lease)


def coming(session: Session, viewer: Viewer, now: datetime) -> AssignmentRow | None:
    """What `next_assignment` would answer now, without taking it."""
    return shelf.peek(session, viewer, now)


def start(
    session: Session, viewer: Viewer, assignment_id: int, now: datetime, *, lease: timedelta = LEASE
) -> AssignmentRow:
    """Begin, or go on, where nobody else has it; from here on the review is going on.

    Raises:
        NotFound: there is no such assignment.
        Conflict: somebody else has it, or it is submitted or cancelled.
        Forbidden: it is a call of their own team, one they have heard already, or one they were not given.
    """
    lock_users(session, [user_id(viewer)])
    review, row = locked_assignment(session, assignment_id)
    check_open(session, viewer, row, now)
    changes_hands = row.user_id != viewer.user_id
    take(session, row, viewer, now, lease)
    if row.state == AssignmentState.OPEN or changes_hands:
        row.state = AssignmentState.STARTED
        row.started_at = now
    if review.state == ReviewState.QUEUED and row.purpose in OPINIONS:
        reviews.move(session, review, ReviewState.IN_REVIEW, viewer, now)
    verdicts.sign_of_life(verdicts.open_draft(session, row.id, user_id(viewer), EMPTY, now), now)
    session.flush()
    return row


def hold(
    session: Session, viewer: Viewer, assignment_id: int, now: datetime, *, lease: timedelta = LEASE
) -> AssignmentRow:
    """A sign of life: the lease begins anew, and the time since the last sign counts as spent.

    Raises:
        NotFound, Conflict, Forbidden: as `start`; it is then no longer theirs.
    """
    return start(session, viewer, assignment_id, now, lease=lease)


def give_back(session: Session, viewer: Viewer, assignment_id: int, now: datetime, *, why: str = "") -> AssignmentRow:
    """Let somebody else have it. What was filled in stays; the call is not offered to this person again.

    Raises:
        NotFound: there is no such assignment.
        Conflict: it is not theirs, or no longer open; or it is of a calibration, in which nobody stands in for others.
    """
    review, row = locked_assignment(session, assignment_id)
    check_open(session, viewer, row, now)
    _check_not_calibration(row)
    verdicts.open_draft(session, row.id, user_id(viewer), EMPTY, now, given_back=True)
    if row.user_id == viewer.user_id:
        to_pool(session, viewer, review, row, now)
    facts: dict[str, Fact] = {"call": row.call_id, "why": why}
    record(session, viewer, "assignment.given_back", now, target="assignment", target_id=row.id, facts=facts)
    return row


def assign(
    session: Session,
    viewer: Viewer,
    assignment_id: int,
    to: int | None,
    now: datetime,
    *,
    revision: int | None = None,
    why: str = "",
) -> AssignmentRow:
    """Give it to that person, or to whoever comes next, also while somebody works on it: their draft stays theirs.

    Raises:
        NotFound: there is no such assignment or person.
        Conflict: it is submitted, cancelled or of a calibration, the person is not at work or may not hear the call.
        Stale: another lead changed it since `revision`.
    """
    if to is not None:
        lock_users(session, [to])
    review, row = locked_assignment(session, assignment_id)
    if revision is not None and row.revision != revision:
        raise Stale("pipeline.assignment_stale", id=row.id, revision=row.revision)
    _check_to_do(session, row)
    _check_not_calibration(row)
    before = row.user_id
    if to is not None:
        check_can_have(session, row, to)
    to_pool(session, viewer, review, row, now)
    row.user_id = to
    row.revision += 1
    names = {"from": verdicts.user_name(session, before), "to": verdicts.user_name(session, to)}
    facts: dict[str, Fact] = {"call": row.call_id, **names, "why": why}
    record(session, viewer, "assignment.assigned", now, target="assignment", target_id=row.id, facts=facts)
    session.flush()
    return row


def reassign(
    session: Session, viewer: Viewer, assignment_ids: Collection[int], to: int | None, now: datetime, *, why: str = ""
) -> Assigned:
    """Give all of them to that person, or to whoever comes next; those that cannot be are told and left as they are."""
    done: list[int] = []
    refused: list[tuple[int, Reason]] = []
    for assignment_id in sorted(set(assignment_ids)):
        try:
            with session.begin_nested():
                assign(session, viewer, assignment_id, to, now, why=why)
        except (Conflict, NotFound, Forbidden) as error:
            refused.append((assignment_id, error.reason))
        else:
            done.append(assignment_id)
    return Assigned(tuple(done), tuple(refused))


def cancel(session: Session, viewer: Viewer, assignment_id: int, why: str, now: datetime) -> AssignmentRow:
    """Nobody is to hear it. Without another hearing of the call its review ends; with one, that one decides.

    Raises:
        NotFound: there is no such assignment.
        Conflict: it is submitted or cancelled already, or of a calibration.
        BadInput: no reason is given.
    """
    if not why.strip():
        raise BadInput("pipeline.cancel_without_why")
    review, row = locked_assignment(session, assignment_id)
    _check_to_do(session, row)
    _check_not_calibration(row)
    row.state = AssignmentState.CANCELLED
    row.lease_until = None
    row.revision += 1
    session.flush()
    if row.purpose in OPINIONS:
        reason = Reason("pipeline.review_cancelled", {"by": viewer.name, "why": why})
        settle(session, viewer, review, now, why=reason)
    facts: dict[str, Fact] = {"call": row.call_id, "why": why}
    record(session, viewer, "assignment.cancelled", now, target="assignment", target_id=row.id, facts=facts)
    return row


def settle(session: Session, viewer: Viewer, review: ReviewRow, now: datetime, *, why: Reason | None = None) -> None:
    """Submitted once every opinion asked for is in; back with the machine's score where none is asked for any more."""
    states = [row.state for row in _opinions(session, review)]
    if review.state not in reviews.WAITING:
        return
    if not states:
        reviews.withdraw(session, review, viewer, now, why)
    elif all(state == AssignmentState.SUBMITTED for state in states):
        if review.state == ReviewState.QUEUED:
            reviews.move(session, review, ReviewState.IN_REVIEW, viewer, now)
        reviews.move(session, review, ReviewState.SUBMITTED, viewer, now, why)


def to_pool(session: Session, viewer: Viewer, review: ReviewRow, row: AssignmentRow, now: datetime) -> None:
    """For whoever comes next; where nobody else has begun, the review waits again."""
    row.state = AssignmentState.OPEN
    row.user_id = row.lease_until = row.started_at = None
    session.flush()
    begun = any(one.state != AssignmentState.OPEN for one in _opinions(session, review))
    if review.state == ReviewState.IN_REVIEW and not begun:
        reviews.move(session, review, ReviewState.QUEUED, viewer, now)


def check_open(session: Session, viewer: Viewer, row: AssignmentRow, now: datetime) -> None:
    """Whether this person may work on it now.

    Raises:
        Conflict, Forbidden: as `start`.
    """
    _check_to_do(session, row)
    if not is_free(row, viewer, now):
        name = verdicts.user_name(session, row.user_id)
        if row.lease_until is None:
            raise Conflict("pipeline.given_to", who=name, call=row.call_id)
        since = row.started_at or row.created_at
        raise Conflict("pipeline.held_by", who=name, call=row.call_id, since=moment(since))
    _check_fair(session, row, user_id(viewer), viewer.agent_id, is_own=is_own_team(row, viewer))
    _check_fetched(session, viewer, row)


def user_id(viewer: Viewer) -> int:
    """Whose work it is.

    Raises:
        Forbidden: a machine's; people hear calls.
    """
    if viewer.user_id is None:
        raise Forbidden("storage.people_hear")
    return viewer.user_id


def moment(at: datetime) -> str:
    """A time as sentences say it, in China: 11-20 09:30."""
    return f"{at.astimezone(CHINA_TIME):%m-%d %H:%M}"


def _check_to_do(session: Session, row: AssignmentRow) -> None:
    if row.state == AssignmentState.SUBMITTED:
        who = verdicts.user_name(session, row.user_id)
        at = moment(row.submitted_at) if row.submitted_at else ""
        raise Conflict("pipeline.submitted_by", who=who, call=row.call_id, at=at)
    if row.state == AssignmentState.CANCELLED:
        raise Conflict("pipeline.assignment_cancelled", call=row.call_id)


def _check_fair(session: Session, row: AssignmentRow, person: int, agent_id: str | None, *, is_own: bool) -> None:
    if is_own:
        raise Forbidden("pipeline.own_team", call=row.call_id, team=row.team or "")
    if agent_id is not None and reviews.find_review(session, row.review_id).agent_id == agent_id:
        raise Forbidden("pipeline.own_call", call=row.call_id)
    if shelf.heard_before(session, row, person):
        raise Forbidden("pipeline.heard_before", call=row.call_id)


def _check_fetched(session: Session, viewer: Viewer, row: AssignmentRow) -> None:
    """Calls come to people, who could else pick the easy ones by their numbers; who shares out work may take any."""
    if row.user_id == viewer.user_id or viewer.may(Right.ASSIGN):
        return
    draft = verdicts.find_draft(session, row.id, user_id(viewer))
    if draft is None or draft.given_back:
        raise Forbidden("pipeline.not_fetched", call=row.call_id)


def _check_not_calibration(row: AssignmentRow) -> None:
    """Who hears which call of a session is the session's to say (pipeline/calibration)."""
    if row.purpose == Purpose.CALIBRATION:
        raise Conflict("pipeline.calibration_assigned", call=row.call_id)


def check_can_have(session: Session, row: AssignmentRow, to: int) -> None:
    """Whether the call may be given to that person.

    Raises:
        NotFound: there is no such person.
        Conflict: they are not at work, do not review, have heard it, or it is their own or their team's.
    """
    person = session.get(UserRow, to)
    if person is None:
        raise NotFound("pipeline.no_such_person", id=to)
    if not person.active or Right.REVIEW not in RIGHTS[UserRole(person.role)]:
        raise Conflict("pipeline.does_not_review", who=person.name)
    try:
        is_own = row.team is not None and row.team == person.team
        _check_fair(session, row, to, person.agent_id, is_own=is_own)
    except Forbidden as refusal:
        facts = {"who": person.name, **refusal.reason.facts}
        raise Conflict(f"{refusal.reason.code}_of", details=(), **facts) from None


def _opinions(session: Session, review: ReviewRow) -> Iterator[AssignmentRow]:
    """The hearings that decide the review and were not cancelled."""
    for row in reviews.assignments(session, review.id):
        if row.purpose in OPINIONS and row.state != AssignmentState.CANCELLED:
            yield row
