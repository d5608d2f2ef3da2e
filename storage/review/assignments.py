"""Assignments (派单): who hears which call, taken under a lease so that no two people get the same one.

An assignment is *free* when nobody was given it, or when the lease of who took it ran out. What was shared out to
somebody who has not begun has no lease and stays theirs. Leases are not swept: being over is enough.

A person's own claims come one after another, for the row of their account is locked first: else two of their windows
could take both slots of one call. No function here commits.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, time, timedelta
from itertools import chain

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.clock import CHINA_TIME
from models.errors import Forbidden, NotFound
from models.person import Viewer
from models.review import AssignmentState, Purpose
from models.tables import (
    AssignmentRow,
    CalibrationCallRow,
    CalibrationMemberRow,
    ReviewRow,
    UserRow,
    VerdictDraftRow,
    VerdictRow,
)
from models.tables.review import IS_TO_DO
from storage.calibration.calibrations import talked_over
from storage.review.reviews import TO_DO, locked

LEASE = timedelta(minutes=30)

MOST_URGENT = 1e9
"""More than any priority: a bound on it makes planners walk the index by priority rather than sort all that waits."""


OVERDUE_EVERY = 5
"""Of so many calls that somebody judges in a day one is that which is overdue longest: urgent calls that keep coming
must not leave the random ones, by which quality is estimated, unheard for ever."""


def claim(session: Session, viewer: Viewer, now: datetime, lease: timedelta = LEASE) -> AssignmentRow | None:
    """The next call for this person, leased to them: what they began, what they were given, then the most urgent.

    Now and then it is the one overdue longest. Asking again without doing anything answers the same one. None: there is
    nothing they may hear.
    """
    lock_users(session, [_user_id(viewer)])
    row = _claim_own(session, viewer, now) or _claim_pooled(session, viewer, now)
    return None if row is None else take(session, row, viewer, now, lease)


def peek(session: Session, viewer: Viewer, now: datetime) -> AssignmentRow | None:
    """What `claim` would answer now, without taking it."""
    wanted = chain(_own(viewer, now), _pooled(session, viewer, now))
    return next((row for query in wanted if (row := session.scalar(query.limit(1))) is not None), None)


def take(session: Session, row: AssignmentRow, viewer: Viewer, now: datetime, lease: timedelta) -> AssignmentRow:
    """Lease it to them; the row must be locked, and free or theirs. In a calibration it stays theirs without an end."""
    row.user_id = _user_id(viewer)
    row.lease_until = None if row.purpose == Purpose.CALIBRATION else now + lease
    session.flush()
    return row


def is_free(row: AssignmentRow, viewer: Viewer, now: datetime) -> bool:
    """Whether this person may go on with it: nobody else has it now."""
    return row.user_id in (None, viewer.user_id) or (row.lease_until is not None and row.lease_until <= now)


def locked_assignment(session: Session, assignment_id: int) -> tuple[ReviewRow, AssignmentRow]:
    """An assignment and its review, both as they are stored now and locked, the review first.

    Raises:
        NotFound: there is no such assignment.
    """
    review_id = session.scalar(select(AssignmentRow.review_id).where(AssignmentRow.id == assignment_id))
    if review_id is None:
        raise NotFound("storage.no_assignment", id=assignment_id)
    review = locked(session, review_id)
    query = select(AssignmentRow).where(AssignmentRow.id == assignment_id).with_for_update(key_share=True)
    return review, session.scalars(query.execution_options(populate_existing=True)).one()


def find_assignment(session: Session, assignment_id: int) -> AssignmentRow:
    """Raises NotFound where there is none."""
    row = session.get(AssignmentRow, assignment_id)
    if row is None:
        raise NotFound("storage.no_assignment", id=assignment_id)
    return row


def is_own_team(row: AssignmentRow, viewer: Viewer) -> bool:
    return row.team is not None and row.team == viewer.team


def heard_before(session: Session, row: AssignmentRow, user_id: int) -> bool:
    """Whether this person has another hearing of the same call: has it, had it, or began it, or talked it over."""
    return bool(session.scalar(select(AssignmentRow.id).where(AssignmentRow.id == row.id, _heard(user_id))))


def lock_users(session: Session, user_ids: Collection[int]) -> None:
    """In the order of their ids, so that two who lock many cannot block each other."""
    query = select(UserRow.id).where(UserRow.id.in_(user_ids)).order_by(UserRow.id).with_for_update(key_share=True)
    session.execute(query).all()


def new_slot(
    session: Session, review: ReviewRow, purpose: Purpose, now: datetime, *, user_id: int | None
) -> AssignmentRow:
    """One more hearing of the call, behind those there are; the review must be locked."""
    slots = session.scalars(select(AssignmentRow.slot).where(AssignmentRow.review_id == review.id))
    row = AssignmentRow(
        review_id=review.id,
        call_id=review.call_id,
        slot=max([2, *slots]) + 1,
        purpose=purpose,
        state=AssignmentState.OPEN,
        priority=review.priority,
        team=review.team,
        seconds=review.seconds,
        user_id=user_id,
        due_at=review.due_at,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def is_pooled(now: datetime) -> ColumnElement[bool]:
    """SQL of what nobody has now."""
    return or_(AssignmentRow.user_id.is_(None), AssignmentRow.lease_until <= now)


def is_held(now: datetime) -> ColumnElement[bool]:
    """SQL of what somebody has now."""
    no_end = AssignmentRow.lease_until.is_(None)
    return AssignmentRow.user_id.is_not(None) & or_(no_end, AssignmentRow.lease_until > now)


def _claim_own(session: Session, viewer: Viewer, now: datetime) -> AssignmentRow | None:
    """Waits for whoever is changing it: nobody should be given another call than what they began."""
    for query in _own(viewer, now):
        while (found := session.scalar(query.limit(1))) is not None:
            _, row = locked_assignment(session, found.id)
            if row.state in TO_DO and is_free(row, viewer, now):
                return row
    return None


def _claim_pooled(session: Session, viewer: Viewer, now: datetime) -> AssignmentRow | None:
    """Without waiting, passing over calls whose reviews somebody changes now; where only these are left, waiting."""
    busy: list[int] = []
    for query in _pooled(session, viewer, now):
        while True:
            attempt = session.begin_nested()  # undone, it lets go of the assignment: who has its review may want it
            row = session.scalar(_locking(query.where(AssignmentRow.review_id.not_in(busy)).limit(1)))
            if row is None:
                attempt.rollback()
                break
            review_id = row.review_id
            if _lock_at_once(session, review_id):
                attempt.commit()
                return row
            attempt.rollback()
            busy.append(review_id)
    return _claim_waited_for(session, viewer, now) if busy else None


def _lock_at_once(session: Session, review_id: int) -> bool:
    review = select(ReviewRow.id).where(ReviewRow.id == review_id)
    return session.scalar(review.with_for_update(skip_locked=True, key_share=True)) is not None


def _claim_waited_for(session: Session, viewer: Viewer, now: datetime) -> AssignmentRow | None:
    """The review before the assignment, as everybody locks them: it may be waited for."""
    for query in _pooled(session, viewer, now):
        while (found := session.scalar(query.limit(1))) is not None:
            _, row = locked_assignment(session, found.id)
            if row.state in TO_DO and is_free(row, viewer, now):
                return row
    return None


def _own(viewer: Viewer, now: datetime) -> Iterator[Select[AssignmentRow]]:
    """What to look for, one after the other: each query ends at its first row."""
    mine = AssignmentRow.user_id == viewer.user_id
    to_do = select(AssignmentRow)
    in_turn = (AssignmentRow.due_at.is_(None), AssignmentRow.due_at, AssignmentRow.id)
    started = AssignmentRow.state == AssignmentState.STARTED
    yield to_do.where(mine, started).order_by(AssignmentRow.started_at, AssignmentRow.id)
    kept = and_(VerdictDraftRow.assignment_id == AssignmentRow.id, VerdictDraftRow.user_id == viewer.user_id)
    drafted = to_do.join(VerdictDraftRow, kept).where(VerdictDraftRow.given_back.is_(False))
    yield drafted.where(IS_TO_DO_OF_IT, is_pooled(now), *_hearable(viewer)).order_by(*in_turn)
    given = to_do.where(mine, AssignmentRow.state == AssignmentState.OPEN)
    yield given.order_by(AssignmentRow.lease_until.is_(None), AFTER_CALIBRATIONS, *in_turn)


def _pooled(session: Session, viewer: Viewer, now: datetime) -> Iterator[Select[AssignmentRow]]:
    """As `_own`, of what nobody has."""
    kept = and_(VerdictDraftRow.assignment_id == AssignmentRow.id, VerdictDraftRow.user_id == viewer.user_id)
    refused = exists().where(kept, VerdictDraftRow.given_back).correlate(AssignmentRow)
    pool = select(AssignmentRow).where(
        IS_TO_DO, AssignmentRow.priority <= MOST_URGENT, is_pooled(now), *_hearable(viewer), ~refused
    )
    if _is_turn_of_the_overdue(session, viewer, now):
        yield pool.where(AssignmentRow.due_at <= now).order_by(AssignmentRow.due_at, AssignmentRow.id)
    yield pool.order_by(AssignmentRow.priority.desc(), AssignmentRow.id)


def _is_turn_of_the_overdue(session: Session, viewer: Viewer, now: datetime) -> bool:
    midnight = datetime.combine(now.astimezone(CHINA_TIME).date(), time(), CHINA_TIME)
    own_today = select(func.count()).where(VerdictRow.user_id == viewer.user_id, VerdictRow.submitted_at >= midnight)
    return (session.scalar(own_today) or 0) % OVERDUE_EVERY == OVERDUE_EVERY - 1


AFTER_CALIBRATIONS = case((AssignmentRow.purpose == Purpose.CALIBRATION, 0), else_=1)
"""Of what a person was given calibrations come first: the others of the session wait for them."""

IS_TO_DO_OF_IT = AssignmentRow.state.in_((AssignmentState.OPEN, AssignmentState.STARTED))
"""As IS_TO_DO, for queries in which other tables have a state too."""


def _hearable(viewer: Viewer) -> Iterator[ColumnElement[bool]]:
    """What this person may hear: not their own team's calls, not their own, none they have heard."""
    if viewer.team is not None:
        yield or_(AssignmentRow.team.is_(None), AssignmentRow.team != viewer.team)
    if viewer.agent_id is not None:
        yield ~exists().where(ReviewRow.id == AssignmentRow.review_id, ReviewRow.agent_id == viewer.agent_id)
    yield ~_heard(_user_id(viewer))


def _heard(user_id: int) -> ColumnElement[bool]:
    other, draft = aliased(AssignmentRow), aliased(VerdictDraftRow)
    drafted = exists().where(draft.assignment_id == other.id, draft.user_id == user_id)
    had = exists().where(
        other.review_id == AssignmentRow.review_id,
        other.id != AssignmentRow.id,
        other.state != AssignmentState.CANCELLED,
        or_(other.user_id == user_id, drafted),
    )
    talked = talked_over().where(
        CalibrationCallRow.review_id == AssignmentRow.review_id, CalibrationMemberRow.user_id == user_id
    )
    return or_(had, talked.exists())


def _locking(query: Select[AssignmentRow]) -> Select[AssignmentRow]:
    """SQLite has no row locks and needs none: its writing transactions come one after another."""
    locking = query.with_for_update(skip_locked=True, key_share=True, of=AssignmentRow)
    return locking.execution_options(populate_existing=True)


def _user_id(viewer: Viewer) -> int:
    """Raises Forbidden for machines: people hear calls."""
    if viewer.user_id is None:
        raise Forbidden("storage.people_hear")
    return viewer.user_id
