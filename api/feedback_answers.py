"""The shapes of `/v1` answers about complaints and praise."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import Field

from api.answers import FromAttributes
from models.feedback import FeedbackKind, FeedbackState
from models.review import ReviewState
from pipeline.results.feedback import Candidate, EarlierDecision, Feedback


class FeedbackAnswer(FromAttributes):
    """A complaint or praise."""

    id: int
    kind: FeedbackKind
    state: FeedbackState
    source: str
    key: str | None = Field(description="Its number in that source.")
    text: str = Field(description="Customers' numbers are masked.")
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_id: int | None
    file: str | None
    call_started_at: datetime | None
    review_state: ReviewState | None = Field(description="How far the hearing of its call is.")
    customer_number: str | None = Field(description="Masked.", examples=["138****1234"])
    happened_at: datetime | None
    why: str | None = Field(description="Why it stands, or does not.")
    decided_by: str | None
    decided_at: datetime | None
    created_by: str
    created_at: datetime
    revision: int


class EarlierAnswer(FromAttributes):
    """A decision that was reopened, and why."""

    state: FeedbackState
    why: str
    decided_by: str
    decided_at: datetime
    reopened_by: str
    reopened_at: datetime
    reopened_why: str


class FeedbackEntryAnswer(FeedbackAnswer):
    """A complaint or praise with what was decided of it before it was reopened."""

    earlier: list[EarlierAnswer]

    @classmethod
    def of(cls, entry: Feedback, earlier: Sequence[EarlierDecision]) -> Self:
        own = {name: getattr(entry, name) for name in FeedbackAnswer.model_fields}
        return cls(**own, earlier=[EarlierAnswer.model_validate(one) for one in earlier])


class FeedbackList(FromAttributes):
    entries: list[FeedbackAnswer]
    next: str | None


class OwnFeedbackAnswer(FromAttributes):
    """What a customer said about an agent, found to stand."""

    kind: FeedbackKind
    text: str
    why: str | None
    happened_at: datetime | None
    decided_at: datetime | None
    call_id: int | None


class CandidateAnswer(FromAttributes):
    """A call it may be about."""

    call_id: int
    file: str
    agent_id: str | None
    agent_name: str | None
    team: str | None
    call_type: str | None
    started_at: datetime | None
    seconds: float | None
    same_agent: bool
    same_number: bool
    seconds_apart: float | None = Field(description="Between the call's start and the time given.")

    @classmethod
    def of(cls, one: Candidate) -> Self:
        own = {name: getattr(one, name) for name in cls.model_fields if hasattr(one, name)}
        return cls(**own, seconds_apart=None if one.apart is None else one.apart.total_seconds())
