"""QA review meetings: agenda, decisions, minutes, and the actions that come of them."""

from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field
from sqlalchemy.orm import Session

from api.database import ReadSession, WriteSession
from api.due_cursor import from_due_cursor, to_due_cursor
from api.meeting_answers import MeetingAnswer, MeetingLine, MeetingList
from api.problems import declared
from api.queries import PageQuery, Text
from api.revision import ExpectedRevision, tag
from api.routes.results import AnId, Asked
from api.viewer import CurrentViewer
from models.person import Viewer
from pipeline.actions import meetings, points
from pipeline.actions.opening import OpenAction

router = APIRouter(prefix="/v1/meetings", tags=["meetings"], responses=declared(401, 403, 404, 409, 422, 503))

MeetingId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the meeting.")]
PointId = Annotated[int, Path(ge=1, lt=2**63, description="Number of the point.")]
Name = Annotated[str, Field(max_length=200)]
People = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=meetings.MOST_PEOPLE)]


class Planning(Asked):
    title: Annotated[str, Field(min_length=1, max_length=200)]
    held_on: date
    team: Name = Field("", description="Empty: the whole centre.")
    people: list[Annotated[str, Field(max_length=60)]] = Field([], max_length=meetings.MOST_PEOPLE)


class Adding(Asked):
    text: Annotated[str, Field(min_length=1, max_length=points.LONGEST_TEXT)]


class Deciding(Asked):
    decision: Annotated[str, Field(max_length=points.LONGEST_TEXT)] = Field(description="Empty takes it back.")


class Acting(Asked):
    """What is left out is the point's: its words, its item."""

    due_on: date
    title: Annotated[str, Field(max_length=200)] = ""
    card: Name = ""
    items: list[Name] = Field([], max_length=20)
    agent_id: Name | None = None
    team: Name | None = None
    owner: AnId | None = None
    steps: list[Annotated[str, Field(max_length=500)]] = Field([], max_length=20)

    def wanted(self) -> OpenAction:
        own = self.model_dump(exclude={"owner", "items", "steps"})
        return OpenAction(**own, items=tuple(self.items), steps=tuple(self.steps), owner_id=self.owner)


class Writing(Asked):
    minutes: Annotated[str, Field(max_length=meetings.LONGEST_MINUTES)]
    people: People


class MeetingsQuery(PageQuery):
    team: Text = None


@router.get("")
def list_meetings(session: ReadSession, viewer: CurrentViewer, asked: Annotated[MeetingsQuery, Query()]) -> MeetingList:
    """The last day first; a team lead's are their team's."""
    after = from_due_cursor("meetings", asked.cursor)
    page = meetings.listed(session, viewer, team=asked.team, after=after, limit=asked.limit)
    found = [MeetingLine.of(line) for line in page.lines]
    return MeetingList(meetings=found, next=to_due_cursor("meetings", page.next))


@router.post("", status_code=201)
def make(response: Response, session: WriteSession, viewer: CurrentViewer, asked: Planning) -> MeetingAnswer:
    """Plan one: every open correction and the items with most errors are on its agenda."""
    row = meetings.make(session, viewer, **asked.model_dump(), now=_now())
    response.headers["Location"] = f"/v1/meetings/{row.id}"
    return _answer(response, session, viewer, row.id)


@router.get("/{meeting_id}")
def one(response: Response, session: ReadSession, viewer: CurrentViewer, meeting_id: MeetingId) -> MeetingAnswer:
    """A meeting with its points."""
    return _answer(response, session, viewer, meeting_id)


@router.put("/{meeting_id}/minutes", responses=declared(412))
def write(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    meeting_id: MeetingId,
    revision: ExpectedRevision,
    asked: Writing,
) -> MeetingAnswer:
    """Its minutes, and who was there."""
    meetings.write(session, viewer, meeting_id, **asked.model_dump(), revision=revision, now=_now())
    return _answer(response, session, viewer, meeting_id)


@router.post("/{meeting_id}/refresh", responses=declared(412))
def refresh(
    response: Response, session: WriteSession, viewer: CurrentViewer, meeting_id: MeetingId, revision: ExpectedRevision
) -> MeetingAnswer:
    """Put on the agenda what has come up since it was made."""
    meetings.refresh(session, viewer, meeting_id, revision=revision, now=_now())
    return _answer(response, session, viewer, meeting_id)


@router.post("/{meeting_id}/points", status_code=201, responses=declared(412))
def add_topic(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    meeting_id: MeetingId,
    revision: ExpectedRevision,
    asked: Adding,
) -> MeetingAnswer:
    """A topic of your own."""
    points.add_topic(session, viewer, meeting_id, asked.text, revision=revision, now=_now())
    return _answer(response, session, viewer, meeting_id)


@router.put("/{meeting_id}/points/{point_id}", responses=declared(412))
def decide(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    meeting_id: MeetingId,
    point_id: PointId,
    revision: ExpectedRevision,
    asked: Deciding,
) -> MeetingAnswer:
    """What the meeting decided of a point."""
    points.decide(session, viewer, meeting_id, point_id, asked.decision, revision=revision, now=_now())
    return _answer(response, session, viewer, meeting_id)


@router.post("/{meeting_id}/points/{point_id}/action", status_code=201, responses=declared(412))
def act(
    response: Response,
    session: WriteSession,
    viewer: CurrentViewer,
    meeting_id: MeetingId,
    point_id: PointId,
    revision: ExpectedRevision,
    asked: Acting,
) -> MeetingAnswer:
    """Make a corrective action of a point."""
    points.point_to_action(session, viewer, meeting_id, point_id, asked.wanted(), revision=revision, now=_now())
    return _answer(response, session, viewer, meeting_id)


@router.post("/{meeting_id}/close", responses=declared(412))
def close(
    response: Response, session: WriteSession, viewer: CurrentViewer, meeting_id: MeetingId, revision: ExpectedRevision
) -> MeetingAnswer:
    """It was held; nothing changes after that. Every point needs its decision."""
    meetings.close(session, viewer, meeting_id, revision=revision, now=_now())
    return _answer(response, session, viewer, meeting_id)


def _answer(response: Response, session: Session, viewer: Viewer, meeting_id: int) -> MeetingAnswer:
    found = MeetingAnswer.of(meetings.meeting_of(session, viewer, meeting_id))
    tag(response, found.revision)
    return found


def _now() -> datetime:
    return datetime.now(UTC)
