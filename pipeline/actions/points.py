"""The points of a review meeting: own topics, what was decided of each, and the actions that come of them."""

from datetime import datetime

from sqlalchemy.orm import Session

from models.action import Origin, PointKind
from models.errors import BadInput, Conflict, NotFound
from models.person import Viewer
from models.tables import ActionRow, MeetingPointRow, MeetingRow
from pipeline.actions.meetings import append, changed, held
from pipeline.actions.opening import LONGEST_TITLE, OpenAction, open_action
from storage.actions import meetings as stored

LONGEST_TEXT = 4000
MOST_POINTS = 200


def add_topic(
    session: Session, viewer: Viewer, meeting_id: int, text: str, *, revision: int, now: datetime
) -> MeetingRow:
    """A topic of the team's own.

    Raises:
        NotFound, Stale, Conflict: as `held`.
        BadInput: no words or too many, or too many points.
    """
    row = held(session, viewer, meeting_id, revision)
    said = text.strip()
    if not said or len(said) > LONGEST_TEXT or len(stored.points_of(session, row.id)) >= MOST_POINTS:
        raise BadInput("pipeline.meeting_text", most=LONGEST_TEXT)
    append(session, row, [MeetingPointRow(kind=PointKind.TOPIC.value, text=said, facts={}, action_id=None)])
    return changed(session, viewer, row, "meeting.topic_added", {"text": said[:200]}, now=now)


def decide(
    session: Session, viewer: Viewer, meeting_id: int, point_id: int, decision: str, *, revision: int, now: datetime
) -> MeetingRow:
    """What the meeting said of a point.

    Raises:
        NotFound, Stale, Conflict: as `held`; or it has no such point.
        BadInput: too many words.
    """
    row = held(session, viewer, meeting_id, revision)
    point = _point(session, row, point_id)
    if len(decision) > LONGEST_TEXT:
        raise BadInput("pipeline.meeting_text", most=LONGEST_TEXT)
    point.decision = decision.strip()
    return changed(session, viewer, row, "meeting.decided", {"point": point.text[:200]}, now=now)


def point_to_action(
    session: Session,
    viewer: Viewer,
    meeting_id: int,
    point_id: int,
    wanted: OpenAction,
    *,
    revision: int,
    now: datetime,
) -> ActionRow:
    """Make an action of a point; its decision says so where it said nothing.

    Raises:
        NotFound, Stale, Conflict: as `held`; or the point has its action.
        BadInput: as `pipeline.actions.opening.open_action`.
    """
    row = held(session, viewer, meeting_id, revision)
    point = _point(session, row, point_id)
    if point.action_id is not None:
        raise Conflict("pipeline.meeting_has_action", id=point.action_id)
    asked = OpenAction(
        title=wanted.title or point.text[:LONGEST_TITLE],
        card=wanted.card or str(point.facts.get("card", "")),
        items=wanted.items or tuple([point.facts["item"]] if "item" in point.facts else ()),
        due_on=wanted.due_on,
        origin=Origin.MEETING,
        agent_id=wanted.agent_id,
        team=wanted.team or row.team or None,
        meeting_id=row.id,
        owner_id=wanted.owner_id,
        steps=wanted.steps,
        why={"meeting": row.id, "point": point.text, **point.facts},
    )
    made = open_action(session, viewer, asked, now)
    point.action_id = made.id
    point.decision = point.decision or made.title
    changed(session, viewer, row, "meeting.action_opened", {"action": made.id}, now=now)
    return made


def _point(session: Session, row: MeetingRow, point_id: int) -> MeetingPointRow:
    point = session.get(MeetingPointRow, point_id)
    if point is None or point.meeting_id != row.id:
        raise NotFound("pipeline.no_meeting_point", id=point_id)
    return point
