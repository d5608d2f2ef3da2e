"""Corrective actions (整改), the ladder of rewards and penalties (奖惩阶梯), agents' ledgers, and review meetings."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError


class ActionState(StrEnum):
    """TO_VERIFY: its owner says it is done; somebody else looks at later calls. FAILED: it did not help."""

    OPEN = "open"
    DOING = "doing"
    TO_VERIFY = "to_verify"
    VERIFIED = "verified"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDONE = (ActionState.OPEN, ActionState.DOING, ActionState.TO_VERIFY)

ACKNOWLEDGED = "acknowledged"
"""What an action "moves" to, in its log only, when its agent says that they have read it."""


class Origin(StrEnum):
    """What an action was opened on."""

    VERDICT = "verdict"
    REPORT = "report"
    TREND = "trend"
    MEETING = "meeting"
    COMPLAINT = "complaint"
    APPEAL = "appeal"
    MANUAL = "manual"


class LedgerKind(StrEnum):
    """UNDO takes an earlier entry back. NOTE counts no points: coaching given, a certificate."""

    REWARD = "reward"
    PENALTY = "penalty"
    PRAISE = "praise"
    EXAM = "exam"
    ABSENCE = "absence"
    DISCIPLINE = "discipline"
    NOTE = "note"
    UNDO = "undo"


class MeetingState(StrEnum):
    PLANNED = "planned"
    HELD = "held"


class PointKind(StrEnum):
    """ACTION: the state of a correction. ERROR_ITEM: what cost most lately. TOPIC: the team's own."""

    ACTION = "action"
    ERROR_ITEM = "error_item"
    TOPIC = "topic"


class RewardFor(StrEnum):
    """What a reward is proposed for: praise found to stand, an excellent call, an excellent month."""

    PRAISE = "praise"
    CALL = "call"
    MONTH = "month"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Name = Annotated[str, Field(min_length=1, max_length=40)]
Words = Annotated[str, Field(min_length=1, max_length=400)]


class Step(_Part):
    """What an agent's nth offence on the same item within the window leads to; `points` are 0 or below."""

    offence: int = Field(ge=1, le=20)
    name: Name
    do: Words
    points: float = Field(0, ge=-100, le=0)


class Reward(_Part):
    """`at_least`: the final score of a call, or the machine's mean over all calls of a month.

    A month counts only with `calls` scored calls and no error that people confirmed as critical.
    """

    what: RewardFor
    name: Name
    do: Words
    points: float = Field(0, ge=0, le=100)
    at_least: float = Field(95, ge=0, le=100)
    calls: int = Field(1, ge=1, le=100_000)


class Ladder(_Part):
    """The centre's own. The last step stands for every offence after it."""

    window_days: int = Field(ge=7, le=730)
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=20)]
    rewards: Annotated[tuple[Reward, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if [step.offence for step in self.steps] != list(range(1, len(self.steps) + 1)):
            raise PydanticCustomError("scoring.ladder_order", "-", {})
        whats = [reward.what for reward in self.rewards]
        if len(whats) != len(set(whats)):
            raise PydanticCustomError("scoring.ladder_twice", "-", {})
        return self

    def step(self, offence: int) -> Step:
        return self.steps[min(offence, len(self.steps)) - 1]

    def reward(self, what: RewardFor) -> Reward | None:
        return next((reward for reward in self.rewards if reward.what is what), None)
