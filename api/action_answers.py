"""The shapes of `/v1` answers about corrective actions."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from api.answers import FromAttributes
from api.effect_answers import EffectAnswer
from models.action import ActionState, Origin
from models.reason import Language
from models.tables import ActionRow
from pipeline.actions.held import is_late
from pipeline.actions.listing import OneAction, OwnAction
from scoring.wilson import Share
from storage.actions.actions import Line


class ActionAnswer(FromAttributes):
    """A corrective action."""

    id: int
    title: str
    state: ActionState
    origin: Origin
    card: str
    items: list[str]
    agent_id: str | None
    team: str | None
    call_id: int | None
    meeting_id: int | None
    owner_id: int | None
    owner: str
    due_on: date
    offence: int = Field(description="The agent's how manieth on these items within the ladder's window; 0 of teams.")
    effect_id: int | None
    outcome: str | None = Field(description="What was said when it was closed.")
    made_by: str
    made_at: datetime
    closed_at: datetime | None
    revision: int


class ActionLine(ActionAnswer):
    agent_name: str | None
    steps: int
    steps_done: int
    late: bool

    @classmethod
    def of(cls, line: Line, now: datetime) -> Self:
        return cls(
            **_own(line.row),
            agent_name=line.agent_name,
            steps=line.steps,
            steps_done=line.steps_done,
            late=is_late(line.row, now),
        )


class ActionList(BaseModel):
    actions: list[ActionLine]
    counts: Mapping[str, int] = Field(description="By state; `late` are those undone whose day is over.")
    next: str | None


class StepAnswer(FromAttributes):
    id: int
    position: int
    text: str
    evidence: str | None
    calls: list[int]
    done_by: str | None
    done_at: datetime | None


class MoveAnswer(FromAttributes):
    before: str
    after: str = Field(description="The same as `before` where something was only said.")
    text: str
    by: str
    at: datetime


class CountAnswer(BaseModel):
    """Calls with an error on the items."""

    errors: int
    calls: int
    rate: float | None = Field(description="Null without calls.")
    low: float = Field(description="Of the 95 % interval of Wilson.")
    high: float

    @classmethod
    def of(cls, share: Share) -> Self:
        return cls(errors=share.hits, calls=share.of, rate=share.share, low=share.low, high=share.high)


class LaterCallAnswer(FromAttributes):
    call_id: int
    day: date
    agent_id: str
    call_type: str
    total: float | None
    final_total: float | None
    lost: float = Field(description="By the items, as the machine scored it.")
    final_lost: float = Field(description="By the items, in its final score.")


class LaterAnswer(BaseModel):
    """The calls an action is verified by."""

    since: date
    before: CountAnswer = Field(description="All calls of the four weeks before it was opened, by the machine.")
    machine: CountAnswer = Field(description="All calls since.")
    reviewed: CountAnswer = Field(description="Those of them people judged; picked, so that they stand for no others.")
    calls: list[LaterCallAnswer]


class OneActionAnswer(ActionAnswer):
    """All there is about an action."""

    why: dict[str, Any]
    agent_name: str | None
    late: bool
    overturned: bool = Field(description="The call's final score is another by now than the one it was opened on.")
    acknowledged_at: datetime | None
    possible: list[str] = Field(description="What you could do with it next.")
    steps: list[StepAnswer]
    moves: list[MoveAnswer]
    later: LaterAnswer
    effect: EffectAnswer | None

    @classmethod
    def of(cls, one: OneAction, language: Language, now: datetime) -> Self:
        later = one.later
        return cls(
            **_own(one.row),
            why=one.row.why,
            agent_name=one.line.agent_name,
            late=is_late(one.row, now),
            overturned=one.overturned,
            acknowledged_at=one.acknowledged_at,
            possible=[move.value for move in one.possible],
            steps=[StepAnswer.model_validate(step) for step in one.steps],
            moves=[MoveAnswer.model_validate(move) for move in one.moves],
            later=LaterAnswer(
                since=later.since,
                before=CountAnswer.of(later.before),
                machine=CountAnswer.of(later.machine),
                reviewed=CountAnswer.of(later.reviewed),
                calls=[LaterCallAnswer.model_validate(call) for call in later.calls],
            ),
            effect=None if one.effect is None else EffectAnswer.of(one.effect, language),
        )


class OwnActionAnswer(BaseModel):
    """An action as its agent sees it."""

    id: int
    title: str
    state: ActionState
    items: list[str]
    call_id: int | None
    owner: str
    due_on: date
    outcome: str | None
    made_at: datetime
    acknowledged_at: datetime | None
    steps: list[StepAnswer]

    @classmethod
    def of(cls, one: OwnAction) -> Self:
        own = ("id", "title", "state", "items", "call_id", "owner", "due_on", "outcome", "made_at")
        return cls(
            **{name: getattr(one.row, name) for name in own},
            acknowledged_at=one.acknowledged_at,
            steps=[StepAnswer.model_validate(step) for step in one.steps],
        )


def _own(row: ActionRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ActionAnswer.model_fields}
