"""QA review meetings (质检评审会): every open correction is gone through, with what cost most lately and own topics.

The agenda is made from what is stored; each point gets a decision, and a decision becomes an action.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models.action import MeetingState, PointKind
from models.errors import BadInput, Conflict, Forbidden, NotFound, Stale
from models.person import Right, Viewer
from models.reason import Fact
from models.tables import ActionRow, MeetingPointRow, MeetingRow
from pipeline.actions.agenda import agenda
from pipeline.actions.opening import LONGEST_TITLE
from pipeline.actions.scope import in_team, team_asked
from storage.actions import actions
from storage.actions import meetings as stored
from storage.actions.meetings import Line
from storage.people.audit import record

LONGEST_MINUTES = 20_000
MOST_PEOPLE = 60
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Point:
    """`action` is what it is about, or came of it, as it stands now."""

    row: MeetingPointRow
    action: ActionRow | None


@dataclass(frozen=True, slots=True)
class Meeting:
    row: MeetingRow
    points: tuple[Point, ...]

    @property
    def undecided(self) -> int:
        return sum(not point.row.decision for point in self.points)


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """`next` is the place the following page begins after, None on the last."""

    lines: tuple[Line, ...]
    next: tuple[date, int] | None


def make(
    session: Session,
    viewer: Viewer,
    *,
    title: str,
    held_on: date,
    team: str,
    people: Sequence[str],
    now: datetime,
) -> MeetingRow:
    """Plan one, with its agenda as things stand now. Without a team it is the whole centre's.

    Raises:
        BadInput: no title, or a day that cannot be.
        NotFound: the team is not the viewer's.
    """
    _check_right(viewer)
    team = team_asked(viewer, team) or ""
    said = " ".join(title.split())
    if not said or len(said) > LONGEST_TITLE or not abs(held_on - now.date()) <= FURTHEST:
        raise BadInput("pipeline.meeting_title", most=LONGEST_TITLE)
    row = MeetingRow(
        title=said,
        held_on=held_on,
        team=team,
        people=_people(people),
        state=MeetingState.PLANNED.value,
        minutes="",
        made_by=viewer.name,
        made_at=now,
        closed_at=None,
        revision=1,
    )
    session.add(row)
    session.flush()
    append(session, row, agenda(session, viewer, team, now))
    record(session, viewer, "meeting.made", now, target="meeting", target_id=row.id, facts={"title": said})
    return row


def refresh(session: Session, viewer: Viewer, meeting_id: int, *, revision: int, now: datetime) -> MeetingRow:
    """Put on the agenda what has come up since it was made; nothing is taken off.

    Raises:
        NotFound, Stale, Conflict: as `held`.
    """
    row = held(session, viewer, meeting_id, revision)
    known = {_about(point) for point in stored.points_of(session, row.id)}
    fresh = [point for point in agenda(session, viewer, row.team, now) if _about(point) not in known]
    append(session, row, fresh)
    return changed(session, viewer, row, "meeting.refreshed", {"points": len(fresh)}, now=now)


def write(
    session: Session,
    viewer: Viewer,
    meeting_id: int,
    *,
    minutes: str,
    people: Sequence[str],
    revision: int,
    now: datetime,
) -> MeetingRow:
    """Its minutes, and who was there.

    Raises:
        NotFound, Stale, Conflict: as `held`.
        BadInput: too many words.
    """
    row = held(session, viewer, meeting_id, revision)
    if len(minutes) > LONGEST_MINUTES:
        raise BadInput("pipeline.meeting_text", most=LONGEST_MINUTES)
    row.minutes, row.people = minutes.strip(), _people(people)
    return changed(session, viewer, row, "meeting.written", {}, now=now)


def close(session: Session, viewer: Viewer, meeting_id: int, *, revision: int, now: datetime) -> MeetingRow:
    """It was held: every correction was gone through. Nothing changes after that.

    Raises:
        NotFound, Stale, Conflict: as `held`; or a correction or error item has no decision.
    """
    row = held(session, viewer, meeting_id, revision)
    points = stored.points_of(session, row.id)
    left = [point.text for point in points if not point.decision]
    if left:
        raise Conflict("pipeline.meeting_undecided", count=len(left), first=left[0][:100])
    row.state, row.closed_at = MeetingState.HELD.value, now
    return changed(session, viewer, row, "meeting.closed", {"points": len(points)}, now=now)


def listed(
    session: Session, viewer: Viewer, *, team: str | None, after: tuple[date, int] | None, limit: int
) -> MeetingPage:
    """The last day first; a team lead's are their team's."""
    _check_right(viewer)
    found = stored.lines(session, team=team_asked(viewer, team), after=after, limit=limit + 1)
    place = (found[limit - 1].row.held_on, found[limit - 1].row.id) if len(found) > limit else None
    return MeetingPage(found[:limit], place)


def meeting_of(session: Session, viewer: Viewer, meeting_id: int) -> Meeting:
    """A meeting with its points, and the actions they are about as they stand now.

    Raises:
        NotFound: there is none, or it is another team's.
    """
    row = _seen(session, viewer, meeting_id)
    points = stored.points_of(session, row.id)
    known = actions.several(session, {point.action_id for point in points if point.action_id})
    return Meeting(row, tuple(Point(point, known.get(point.action_id or 0)) for point in points))


def held(session: Session, viewer: Viewer, meeting_id: int, revision: int) -> MeetingRow:
    """The meeting, to be changed as it was read.

    Raises:
        NotFound: there is none, or it is another team's.
        Stale: somebody changed it meanwhile.
        Conflict: it was held; its minutes stand.
    """
    _seen(session, viewer, meeting_id)
    row = stored.locked(session, meeting_id)
    assert row is not None
    if row.revision != revision:
        raise Stale("pipeline.meeting_stale", id=row.id, revision=row.revision)
    if row.state != MeetingState.PLANNED:
        raise Conflict("pipeline.meeting_held", id=row.id)
    return row


def _seen(session: Session, viewer: Viewer, meeting_id: int) -> MeetingRow:
    _check_right(viewer)
    row = stored.find(session, meeting_id)
    if row is None or not in_team(viewer, row.team):
        raise NotFound("pipeline.no_meeting", id=meeting_id)
    return row


def append(session: Session, row: MeetingRow, points: Sequence[MeetingPointRow]) -> None:
    """Put them at the end of its agenda."""
    last = max((point.position for point in stored.points_of(session, row.id)), default=0)
    for place, point in enumerate(points, last + 1):
        point.meeting_id, point.position, point.decision = row.id, place, ""
        session.add(point)
    session.flush()


def _about(point: MeetingPointRow) -> tuple[str, object]:
    """What it speaks of: the same action or item is no new point, whatever came of it."""
    is_item = point.kind == PointKind.ERROR_ITEM
    return point.kind, (point.facts["card"], point.facts["item"]) if is_item else point.action_id or point.text


def _people(people: Sequence[str]) -> list[str]:
    names = list(dict.fromkeys(" ".join(name.split())[:60] for name in people if name.strip()))
    if len(names) > MOST_PEOPLE:
        raise BadInput("pipeline.meeting_people", most=MOST_PEOPLE)
    return names


def changed(
    session: Session, viewer: Viewer, row: MeetingRow, action: str, facts: dict[str, Fact], *, now: datetime
) -> MeetingRow:
    """Count the change, and write it down."""
    row.revision += 1
    session.flush()
    record(session, viewer, action, now, target="meeting", target_id=row.id, facts=facts)
    return row


def _check_right(viewer: Viewer) -> None:
    if not viewer.may(Right.CORRECT):
        raise Forbidden("api.forbidden")
