"""Calibration sessions: who hears which calls in them, and how far they are. No function here commits.

Writers lock the people, then the session, then reviews and assignments: in one order nobody waits for good.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.errors import NotFound
from models.review import AssignmentState, Purpose
from models.tables import (
    AssignmentRow,
    CalibrationCallRow,
    CalibrationMemberRow,
    CalibrationRow,
    DefinitionRow,
    UserRow,
    VerdictRow,
)

TO_DO = (AssignmentState.OPEN.value, AssignmentState.STARTED.value)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a hearing belongs: its session, the scorecard all judge by, and the machine's score they began with."""

    calibration_id: int
    scorecard_id: int
    score_id: int


@dataclass(frozen=True, slots=True)
class Line:
    """A session as a list shows it. `due` are the verdicts asked for, `given` those that are in (None: not told).

    `agreed` calls have a reference; `own_left` are the viewer's own hearings still to do.
    """

    id: int
    title: str
    state: str
    card: str
    card_version: int
    call_type: str | None
    made_by: str
    created_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    calls: int
    members: int
    given: int | None
    agreed: int
    own_left: int

    @property
    def due(self) -> int:
        return self.calls * self.members


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    name: str
    role: str
    active: bool


@dataclass(frozen=True, slots=True)
class Hearing:
    """One member's hearing of one call; `state` is the assignment's."""

    assignment_id: int
    call_id: int
    user_id: int
    state: str
    submitted_at: datetime | None


def find(session: Session, calibration_id: int) -> CalibrationRow:
    """Raises NotFound where there is none."""
    row = session.get(CalibrationRow, calibration_id)
    if row is None:
        raise NotFound("storage.no_calibration", id=calibration_id)
    return row


def locked(session: Session, calibration_id: int) -> CalibrationRow:
    """The session as it is stored now, which nobody else changes until this transaction ends.

    Raises:
        NotFound: there is none.
    """
    query = select(CalibrationRow).where(CalibrationRow.id == calibration_id).with_for_update(key_share=True)
    row = session.scalar(query.execution_options(populate_existing=True))
    if row is None:
        raise NotFound("storage.no_calibration", id=calibration_id)
    return row


def place_of(session: Session, assignment: AssignmentRow) -> Place | None:
    """None for hearings that are of no calibration, and for those whose holder has left it."""
    if assignment.purpose != Purpose.CALIBRATION or assignment.user_id is None:
        return None
    return _place(session, assignment.review_id, assignment.user_id)


def place_of_id(session: Session, assignment_id: int) -> Place | None:
    """As `place_of`, of an assignment that is not read yet: what locks it must lock its session before."""
    columns = AssignmentRow.review_id, AssignmentRow.user_id
    query = select(*columns).where(AssignmentRow.id == assignment_id, AssignmentRow.purpose == Purpose.CALIBRATION)
    row = session.execute(query).one_or_none()
    return None if row is None or row.user_id is None else _place(session, row.review_id, row.user_id)


def talked_over() -> Select[int, int]:
    """SQL of reviews and the people who talked their calls over, whether or not they had judged them.

    At the table they learnt what the machine and the others said: they cannot judge the call alone any more.
    """
    return (
        select(CalibrationCallRow.review_id, CalibrationMemberRow.user_id)
        .join(CalibrationMemberRow, CalibrationMemberRow.calibration_id == CalibrationCallRow.calibration_id)
        .join(CalibrationRow, CalibrationRow.id == CalibrationCallRow.calibration_id)
        .where(CalibrationRow.state.in_([CalibrationState.TALKING, CalibrationState.CLOSED]))
    )


def calls_of(session: Session, calibration_id: int) -> tuple[CalibrationCallRow, ...]:
    """In the order they were chosen."""
    query = select(CalibrationCallRow).where(CalibrationCallRow.calibration_id == calibration_id)
    return tuple(session.scalars(query.order_by(CalibrationCallRow.id).execution_options(populate_existing=True)))


def members_of(session: Session, calibration_id: int) -> tuple[Member, ...]:
    """By name."""
    query = (
        select(UserRow.id, UserRow.name, UserRow.role, UserRow.active)
        .join(CalibrationMemberRow, CalibrationMemberRow.user_id == UserRow.id)
        .where(CalibrationMemberRow.calibration_id == calibration_id)
        .order_by(UserRow.name, UserRow.id)
    )
    return tuple(Member(*row) for row in session.execute(query))


def is_member(session: Session, calibration_id: int, user_id: int) -> bool:
    query = select(CalibrationMemberRow.id).filter_by(calibration_id=calibration_id, user_id=user_id)
    return session.scalar(query) is not None


def hearings(session: Session, calibration_id: int) -> tuple[Hearing, ...]:
    """Of the members and calls the session has now, without those that were cancelled."""
    query = _assignments(calibration_id).where(AssignmentRow.state != AssignmentState.CANCELLED)
    rows = session.scalars(query.order_by(AssignmentRow.id).execution_options(populate_existing=True))
    return tuple(Hearing(row.id, row.call_id, row.user_id or 0, row.state, row.submitted_at) for row in rows)


def to_do(session: Session, calibration_id: int) -> tuple[AssignmentRow, ...]:
    """Its hearings that are open or begun, locked, in the order of their ids."""
    query = _assignments(calibration_id).where(AssignmentRow.state.in_(TO_DO)).order_by(AssignmentRow.id)
    locking = query.with_for_update(key_share=True, of=AssignmentRow)
    return tuple(session.scalars(locking.execution_options(populate_existing=True)))


def verdicts(session: Session, calibration_id: int) -> tuple[VerdictRow, ...]:
    """What its members said of its calls."""
    query = (
        select(VerdictRow)
        .join(CalibrationCallRow, CalibrationCallRow.review_id == VerdictRow.review_id)
        .join(CalibrationMemberRow, CalibrationMemberRow.user_id == VerdictRow.user_id)
        .where(CalibrationCallRow.calibration_id == calibration_id)
        .where(CalibrationMemberRow.calibration_id == calibration_id, VerdictRow.purpose == Purpose.CALIBRATION)
    )
    return tuple(session.scalars(query.order_by(VerdictRow.id)))


def lines(
    session: Session,
    *,
    member: int | None,
    viewer_id: int | None,
    states: Collection[CalibrationState],
    after: int | None,
    limit: int,
) -> tuple[Line, ...]:
    """The newest first, those before the session `after`; of `member` only where one is named."""
    query = _lines(viewer_id)
    if states:
        query = query.where(CalibrationRow.state.in_([state.value for state in states]))
    if member is not None:
        query = query.where(
            exists().where(
                CalibrationMemberRow.calibration_id == CalibrationRow.id, CalibrationMemberRow.user_id == member
            )
        )
    if after is not None:
        query = query.where(CalibrationRow.id < after)
    rows = session.execute(query.order_by(CalibrationRow.id.desc()).limit(limit))
    return tuple(Line(**row._mapping) for row in rows)  # noqa: SLF001  the public name of a row's columns


def line(session: Session, calibration_id: int, viewer_id: int | None) -> Line:
    """It must be there."""
    row = session.execute(_lines(viewer_id).where(CalibrationRow.id == calibration_id)).one()
    return Line(**row._mapping)  # noqa: SLF001


def _place(session: Session, review_id: int, user_id: int) -> Place | None:
    """Nobody hears a call twice, so that of one person and call one session at most was not cancelled."""
    query = (
        select(CalibrationRow.id, CalibrationRow.scorecard_id, CalibrationCallRow.score_id)
        .join(CalibrationCallRow, CalibrationCallRow.calibration_id == CalibrationRow.id)
        .join(CalibrationMemberRow, CalibrationMemberRow.calibration_id == CalibrationRow.id)
        .where(CalibrationCallRow.review_id == review_id, CalibrationMemberRow.user_id == user_id)
        .order_by(CalibrationRow.state == CalibrationState.CANCELLED, CalibrationRow.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else Place(*row)


def _assignments(calibration_id: int) -> Select[AssignmentRow]:
    in_it = exists().where(
        CalibrationCallRow.calibration_id == calibration_id,
        CalibrationMemberRow.calibration_id == calibration_id,
        CalibrationCallRow.review_id == AssignmentRow.review_id,
        CalibrationMemberRow.user_id == AssignmentRow.user_id,
    )
    return select(AssignmentRow).where(AssignmentRow.purpose == Purpose.CALIBRATION, in_it)


def _lines(viewer_id: int | None) -> Select[Any]:
    calls = select(func.count()).where(CalibrationCallRow.calibration_id == CalibrationRow.id)
    members = select(func.count()).where(CalibrationMemberRow.calibration_id == CalibrationRow.id)
    in_it = and_(
        CalibrationCallRow.calibration_id == CalibrationRow.id,
        CalibrationMemberRow.calibration_id == CalibrationRow.id,
    )
    given = select(func.count()).where(
        in_it,
        VerdictRow.review_id == CalibrationCallRow.review_id,
        VerdictRow.user_id == CalibrationMemberRow.user_id,
        VerdictRow.purpose == Purpose.CALIBRATION,
    )
    left = select(func.count()).where(
        in_it,
        CalibrationMemberRow.user_id == (viewer_id or 0),
        AssignmentRow.review_id == CalibrationCallRow.review_id,
        AssignmentRow.user_id == CalibrationMemberRow.user_id,
        AssignmentRow.purpose == Purpose.CALIBRATION,
        AssignmentRow.state.in_(TO_DO),
    )
    own = ("id", "title", "state", "call_type", "made_by", "created_at", "due_at", "closed_at")
    return select(
        *(getattr(CalibrationRow, name) for name in own),
        DefinitionRow.name.label("card"),
        DefinitionRow.version.label("card_version"),
        calls.correlate(CalibrationRow).scalar_subquery().label("calls"),
        members.correlate(CalibrationRow).scalar_subquery().label("members"),
        given.correlate(CalibrationRow).scalar_subquery().label("given"),
        calls.where(CalibrationCallRow.agreed_at.is_not(None))
        .correlate(CalibrationRow)
        .scalar_subquery()
        .label("agreed"),
        left.correlate(CalibrationRow).scalar_subquery().label("own_left"),
    ).join(DefinitionRow, DefinitionRow.id == CalibrationRow.scorecard_id)
