"""Calibration sessions (校准会): made by a lead, heard by everybody alone, talked over, and closed with a reference.

At least three calls of one kind; whoever takes part hears all of them. What they say moves no review: these verdicts
are about the standard, not about the agent.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.errors import BadInput, Conflict, Forbidden, NotFound, Stale
from models.person import Right, Viewer
from models.reason import Fact
from models.tables import CalibrationMemberRow, CalibrationRow, DefinitionRow, UserRow
from pipeline.calibration import hearings, talking
from pipeline.review.assignment import user_id
from storage.calibration import calibrations
from storage.calibration.calibrations import Line
from storage.people.audit import record
from storage.review.assignments import lock_users
from storage.review.reviews import find_review
from storage.rulebook.definitions import stored_versions

LEAST_CALLS = 3
"""The handbooks' least: one call or two can be a matter of chance."""

LEAST_MEMBERS = 2
MOST_CALLS = 20
MOST_MEMBERS = 50
LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class SessionPage:
    """`next` is the session the following page begins after, None on the last."""

    lines: tuple[Line, ...]
    next: int | None


def make(
    session: Session,
    viewer: Viewer,
    title: str,
    *,
    card: str,
    version: int | None = None,
    call_ids: Sequence[int],
    member_ids: Collection[int],
    due_at: datetime | None,
    now: datetime,
) -> CalibrationRow:
    """A session that begins at once: its calls are on the desks of those who take part.

    Without a version the newest that judged calls and is not retired.

    Raises:
        NotFound: there is no such scorecard, call or person.
        BadInput: no title, too few or too many calls or people, or calls of several kinds.
        Conflict: a call has no score by the card, or somebody may not hear one.
        Forbidden: a machine's; people run sessions.
    """
    own_id = user_id(viewer)
    title = _title(title)
    scorecard = _scorecard(session, card, version)
    _check_due(due_at, now)
    lock_users(session, sorted(set(member_ids)))
    row = CalibrationRow(
        title=title,
        state=CalibrationState.HEARING,
        scorecard_id=scorecard.id,
        call_type=None,
        made_by=viewer.name,
        user_id=own_id,
        created_at=now,
        due_at=due_at,
        revision=1,
    )
    session.add(row)
    session.flush()
    _seat(session, row, member_ids)
    hearings.choose(session, viewer, row, _checked_calls(call_ids), now)
    facts: dict[str, Fact] = {"calls": len(set(call_ids)), "members": len(set(member_ids)), "title": title}
    record(session, viewer, "calibration.made", now, target="calibration", target_id=row.id, facts=facts)
    return row


def edit(
    session: Session,
    viewer: Viewer,
    calibration_id: int,
    *,
    revision: int,
    title: str,
    due_at: datetime | None,
    now: datetime,
) -> CalibrationRow:
    """Another title or day.

    Raises:
        NotFound, Stale, Conflict: as `changing`.
        BadInput: no title, or a day that is over.
    """
    row = changing(session, calibration_id, revision, CalibrationState.HEARING, CalibrationState.TALKING)
    row.title = _title(title)
    if due_at != row.due_at:
        _check_due(due_at, now)
        row.due_at = due_at
        for assignment in calibrations.to_do(session, row.id):
            assignment.due_at = due_at
    changed(session, viewer, row, "calibration.edited", now=now, facts={"title": row.title})
    return row


def set_members(
    session: Session, viewer: Viewer, calibration_id: int, member_ids: Collection[int], *, revision: int, now: datetime
) -> CalibrationRow:
    """Who takes part, while calls are still heard. Who leaves has nothing to hear any more; who comes hears them all.

    Raises:
        NotFound, Stale, Conflict: as `changing`; or there is no such person, or they may not hear a call.
        BadInput: too few or too many.
    """
    lock_users(session, sorted(set(member_ids)))
    row = changing(session, calibration_id, revision, CalibrationState.HEARING)
    before = {member.id for member in calibrations.members_of(session, row.id)}
    left, come = before - set(member_ids), set(member_ids) - before
    hearings.drop(session, row, of_members=left)
    for member in session.scalars(
        select(CalibrationMemberRow).where(
            CalibrationMemberRow.calibration_id == row.id, CalibrationMemberRow.user_id.in_(left)
        )
    ):
        session.delete(member)
    session.flush()
    _seat(session, row, come)
    if len(set(member_ids)) < LEAST_MEMBERS:
        raise BadInput("pipeline.calibration_few_members", least=LEAST_MEMBERS)
    new = [member for member in calibrations.members_of(session, row.id) if member.id in come]
    hearings.open_all(session, row, new, calibrations.calls_of(session, row.id), now)
    for call in calibrations.calls_of(session, row.id):
        hearings.check_somebody_left(session, row, find_review(session, call.review_id))
    facts: dict[str, Fact] = {"come": _names(session, come), "left": _names(session, left)}
    changed(session, viewer, row, "calibration.members_changed", now=now, facts=facts)
    talking.talk_if_all_in(session, viewer, row, now)
    return row


def set_calls(
    session: Session, viewer: Viewer, calibration_id: int, call_ids: Sequence[int], *, revision: int, now: datetime
) -> CalibrationRow:
    """Which calls are heard. Of one that is taken out nobody hears anything any more; what was said of it stays.

    Raises:
        NotFound, Stale, Conflict: as `changing`; or a call cannot be taken, as `make` says.
        BadInput: too few or too many, or of several kinds.
    """
    wanted = _checked_calls(call_ids)
    lock_users(session, [member.id for member in calibrations.members_of(session, calibration_id)])
    row = changing(session, calibration_id, revision, CalibrationState.HEARING)
    before = {one.call_id: one for one in calibrations.calls_of(session, row.id)}
    out = [call_id for call_id in before if call_id not in wanted]
    hearings.drop(session, row, of_calls=out)
    for call_id in out:
        session.delete(before[call_id])
    session.flush()
    hearings.choose(session, viewer, row, [call_id for call_id in wanted if call_id not in before], now)
    facts: dict[str, Fact] = {"in": numbers(set(wanted) - set(before)), "out": numbers(out)}
    changed(session, viewer, row, "calibration.calls_changed", now=now, facts=facts)
    talking.talk_if_all_in(session, viewer, row, now)
    return row


def listed(
    session: Session, viewer: Viewer, *, states: Collection[CalibrationState], after: int | None, limit: int
) -> SessionPage:
    """All sessions for who runs them, for others those they take part in; the newest first."""
    member = None if viewer.may(Right.CALIBRATE) else user_id(viewer)
    found = calibrations.lines(
        session, member=member, viewer_id=viewer.user_id, states=states, after=after, limit=limit + 1
    )
    told = tuple(_told(viewer, line) for line in found[:limit])
    return SessionPage(told, found[limit - 1].id if len(found) > limit else None)


def line_of(session: Session, viewer: Viewer, row: CalibrationRow) -> Line:
    """The session as a list shows it."""
    return _told(viewer, calibrations.line(session, row.id, viewer.user_id))


def seen(session: Session, viewer: Viewer, calibration_id: int) -> CalibrationRow:
    """A session this person may know of.

    Raises:
        NotFound: there is none, or they neither run sessions nor take part.
    """
    row = calibrations.find(session, calibration_id)
    takes_part = viewer.user_id is not None and calibrations.is_member(session, calibration_id, viewer.user_id)
    if not viewer.may(Right.CALIBRATE) and not takes_part:
        raise NotFound("storage.no_calibration", id=calibration_id)
    return row


def open_table(session: Session, viewer: Viewer, calibration_id: int) -> CalibrationRow:
    """A session whose verdicts this person may see.

    Raises:
        NotFound: as `seen`.
        Forbidden: they are still heard; not even who runs the session sees one before all are in.
    """
    row = seen(session, viewer, calibration_id)
    if row.state not in {CalibrationState.TALKING, CalibrationState.CLOSED}:
        raise Forbidden("pipeline.calibration_not_yet")
    return row


def changing(session: Session, calibration_id: int, revision: int, *states: CalibrationState) -> CalibrationRow:
    """The session, locked, to be changed in one of these states.

    Raises:
        NotFound: there is none.
        Stale: somebody changed it since that revision.
        Conflict: it is in another state.
    """
    row = calibrations.locked(session, calibration_id)
    if row.revision != revision:
        raise Stale("pipeline.calibration_stale", id=row.id, revision=row.revision)
    if row.state not in states:
        raise Conflict(f"pipeline.calibration_is_{row.state}")
    return row


def cards(session: Session) -> tuple[DefinitionRow, ...]:
    """The scorecards a session can be about: those that judged calls and are not retired; newest first of each name."""
    return tuple(row for row in stored_versions(session, "scorecard") if row.retired_at is None)


def _told(viewer: Viewer, line: Line) -> Line:
    """How far the others are is told to who runs sessions, else when all are in."""
    is_told = viewer.may(Right.CALIBRATE) or line.state != CalibrationState.HEARING
    return line if is_told else replace(line, given=None)


def changed(
    session: Session, viewer: Viewer, row: CalibrationRow, action: str, *, now: datetime, facts: dict[str, Fact]
) -> None:
    """Count the change, and write it down."""
    row.revision += 1
    session.flush()
    record(session, viewer, action, now, target="calibration", target_id=row.id, facts=facts)


def _seat(session: Session, row: CalibrationRow, member_ids: Collection[int]) -> None:
    wanted = sorted(set(member_ids))
    known = set(session.scalars(select(UserRow.id).where(UserRow.id.in_(wanted))))
    for unknown in sorted(set(wanted) - known):
        raise NotFound("pipeline.no_such_person", id=unknown)
    session.add_all(CalibrationMemberRow(calibration_id=row.id, user_id=one) for one in wanted)
    session.flush()
    count = len(calibrations.members_of(session, row.id))
    if count > MOST_MEMBERS:
        raise BadInput("pipeline.calibration_many_members", most=MOST_MEMBERS)
    if count < LEAST_MEMBERS:
        raise BadInput("pipeline.calibration_few_members", least=LEAST_MEMBERS)


def _checked_calls(call_ids: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(call_ids))
    if len(wanted) < LEAST_CALLS:
        raise BadInput("pipeline.calibration_few_calls", least=LEAST_CALLS)
    if len(wanted) > MOST_CALLS:
        raise BadInput("pipeline.calibration_many_calls", most=MOST_CALLS)
    return wanted


def _scorecard(session: Session, name: str, version: int | None) -> DefinitionRow:
    found = [row for row in stored_versions(session, "scorecard", name) if row.retired_at is None]
    chosen = next((row for row in found if version in (None, row.version)), None)
    if chosen is None:
        raise NotFound("pipeline.calibration_no_card", name=name, version=version or 0)
    return chosen


def _title(title: str) -> str:
    title = title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise BadInput("pipeline.calibration_title", most=LONGEST_TITLE)
    return title


def _check_due(due_at: datetime | None, now: datetime) -> None:
    if due_at is not None and due_at <= now:
        raise BadInput("pipeline.calibration_due_past")


def _names(session: Session, user_ids: Collection[int]) -> str:
    query = select(UserRow.name).where(UserRow.id.in_(list(user_ids))).order_by(UserRow.name)
    return "、".join(session.scalars(query))


def numbers(ids: Collection[int]) -> str:
    """As sentences say them."""
    return "、".join(map(str, sorted(ids)))
