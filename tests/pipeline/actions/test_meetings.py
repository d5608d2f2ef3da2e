"""A review meeting goes through every open correction and the main errors; its decisions become actions."""

import pytest
from sqlalchemy.orm import Session

from models.action import MeetingState, Origin
from models.errors import Conflict, NotFound, Stale
from models.person import UserRole, Viewer
from models.tables import MeetingRow
from pipeline.actions import meetings, points
from pipeline.actions.moving import Move, move
from pipeline.actions.opening import OpenAction, open_action
from tests.pipeline.actions.corrected import CARD, DAY, ITEM, NOW, TODAY, Centre


@pytest.fixture
def centre(session: Session) -> Centre:
    centre = Centre(session)
    centre.take_calls("1001", TODAY - 7 * DAY, 7)
    return centre


@pytest.fixture
def lead(centre: Centre) -> Viewer:
    return centre.person(UserRole.LEAD, "李敏")


def action(centre: Centre, viewer: Viewer, agent: str) -> int:
    wanted = OpenAction("开场白", CARD, (ITEM,), TODAY + 7 * DAY, agent_id=agent)
    return open_action(centre.session, viewer, wanted, NOW).id


def made(centre: Centre, viewer: Viewer, team: str = "") -> MeetingRow:
    return meetings.make(
        centre.session, viewer, title="十一月评审会", held_on=TODAY, team=team, people=["李敏", "李敏", " "], now=NOW
    )


def test_the_agenda_makes_itself(centre: Centre, lead: Viewer) -> None:
    first, done = action(centre, lead, "1001"), action(centre, lead, "1002")
    move(centre.session, lead, done, Move.CANCEL, "误判", revision=1, now=NOW)
    row = made(centre, lead)
    found = meetings.meeting_of(centre.session, lead, row.id)
    assert [(point.row.kind, point.row.action_id) for point in found.points] == [
        ("action", first),
        ("error_item", None),
    ]
    item = found.points[1].row
    assert (item.text, item.facts["item"], item.facts["judged"]) == ("开场白", ITEM, 14)
    assert row.people == ["李敏"]


def test_every_point_needs_its_decision_before_it_is_over(centre: Centre, lead: Viewer) -> None:
    action(centre, lead, "1001")
    row = made(centre, lead)
    with pytest.raises(Conflict) as left:
        meetings.close(centre.session, lead, row.id, revision=1, now=NOW)
    assert left.value.reason.facts["count"] == 2
    for point in meetings.meeting_of(centre.session, lead, row.id).points:
        points.decide(centre.session, lead, row.id, point.row.id, "继续", revision=row.revision, now=NOW)
    meetings.close(centre.session, lead, row.id, revision=row.revision, now=NOW)
    assert row.state == MeetingState.HELD
    with pytest.raises(Conflict):
        points.add_topic(centre.session, lead, row.id, "补一句", revision=row.revision, now=NOW)


def test_a_point_becomes_an_action_once(centre: Centre, lead: Viewer) -> None:
    row = made(centre, lead)
    (point,) = meetings.meeting_of(centre.session, lead, row.id).points
    asked = OpenAction("", "", (), TODAY + 14 * DAY, team="一组")
    opened = points.point_to_action(centre.session, lead, row.id, point.row.id, asked, revision=1, now=NOW)
    assert (opened.title, opened.items, opened.origin, opened.meeting_id) == ("开场白", [ITEM], Origin.MEETING, row.id)
    assert point.row.decision == "开场白"
    with pytest.raises(Conflict):
        points.point_to_action(centre.session, lead, row.id, point.row.id, asked, revision=2, now=NOW)
    meetings.refresh(centre.session, lead, row.id, revision=2, now=NOW)
    kinds = [one.row.kind for one in meetings.meeting_of(centre.session, lead, row.id).points]
    assert kinds == ["error_item", "action"]


def test_what_came_up_since_is_added_and_nothing_twice(centre: Centre, lead: Viewer) -> None:
    row = made(centre, lead)
    late = action(centre, lead, "1003")
    for revision in (1, 2):
        meetings.refresh(centre.session, lead, row.id, revision=revision, now=NOW)
    found = meetings.meeting_of(centre.session, lead, row.id).points
    assert [point.row.action_id for point in found] == [None, late]
    with pytest.raises(Stale):
        meetings.refresh(centre.session, lead, row.id, revision=1, now=NOW)


def test_a_team_lead_holds_their_teams_meetings(centre: Centre, lead: Viewer) -> None:
    leader = centre.person(UserRole.TEAM_LEAD, "赵", team="二组")
    action(centre, lead, "1001")
    whole, own = made(centre, lead), made(centre, leader)
    assert (own.team, meetings.meeting_of(centre.session, leader, own.id).points) == ("二组", ())
    with pytest.raises(NotFound):
        meetings.meeting_of(centre.session, leader, whole.id)
    page = meetings.listed(centre.session, leader, team=None, after=None, limit=5)
    assert [line.row.id for line in page.lines] == [own.id]
