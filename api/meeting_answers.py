"""The shapes of `/v1` answers about review meetings."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from models.action import ActionState, MeetingState, PointKind
from pipeline.actions.meetings import Meeting, Point
from storage.actions.meetings import Line

OWN = ("id", "title", "held_on", "team", "people", "state", "made_by", "made_at", "closed_at", "revision")


class MeetingBrief(BaseModel):
    id: int
    title: str
    held_on: date
    team: str = Field(description="Empty: the whole centre's.")
    people: list[str]
    state: MeetingState
    made_by: str
    made_at: datetime
    closed_at: datetime | None
    revision: int


class MeetingLine(MeetingBrief):
    points: int
    decided: int

    @classmethod
    def of(cls, line: Line) -> Self:
        own = {name: getattr(line.row, name) for name in OWN}
        return cls(**own, points=line.points, decided=line.decided)


class MeetingList(BaseModel):
    meetings: list[MeetingLine]
    next: str | None


class PointAnswer(BaseModel):
    """A point of the agenda."""

    id: int
    position: int
    kind: PointKind
    text: str
    facts: dict[str, Any] = Field(description="What was known when the agenda was made.")
    decision: str = Field(description="Empty while nothing was decided.")
    action_id: int | None = Field(description="The action it is about, or that came of it.")
    action_state: ActionState | None = Field(description="That action's state now.")

    @classmethod
    def of(cls, point: Point) -> Self:
        own = ("id", "position", "kind", "text", "facts", "decision", "action_id")
        state = None if point.action is None else ActionState(point.action.state)
        return cls(**{name: getattr(point.row, name) for name in own}, action_state=state)


class MeetingAnswer(MeetingBrief):
    """A meeting with its agenda and minutes."""

    minutes: str
    undecided: int
    points: list[PointAnswer]

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        own = {name: getattr(meeting.row, name) for name in OWN}
        points = [PointAnswer.of(point) for point in meeting.points]
        return cls(**own, minutes=meeting.row.minutes, undecided=meeting.undecided, points=points)
