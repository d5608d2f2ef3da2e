"""What lists can be asked for in their address."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.call import Direction
from models.clock import CHINA_TIME
from models.ledger import RecordingState
from models.reason import Language
from models.review import ReviewState
from pipeline.browse import WAITING, CallFilter, DayOf, Days, Order

MOST = 200
"""Calls on a page at most."""

Text = Annotated[str | None, Field(max_length=200)]
Total = Annotated[float | None, Field(ge=0, le=100, allow_inf_nan=False)]


Review = Literal["waiting"] | ReviewState
"""`waiting` is `queued` or `in_review`."""


def review_states(review: Review | None) -> frozenset[ReviewState] | None:
    if review is None:
        return None
    return WAITING if review == "waiting" else frozenset({ReviewState(review)})


class PageQuery(BaseModel):
    """A misspelt name is refused: an ignored filter would answer with calls nobody asked for."""

    model_config = ConfigDict(extra="forbid")

    cursor: Text = Field(None, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=MOST, description="Calls on a page.")
    lang: Language | None = Field(None, description="Language of the sentences; else `Accept-Language` says.")


AS_GIVEN = {field.name for field in fields(CallFilter)} - {"review", "overdue_at", "days"}
"""What a filter takes as it stands in the address."""


class QueueQuery(PageQuery):
    agent_id: Text = None
    team: Text = None
    call_type: Text = None
    direction: Direction | None = None
    grade: Text = None
    state: RecordingState | None = None
    queued: bool | None = Field(None, description="Only calls that are queued, or only those that are not.")
    rule: Text = Field(None, description="Only calls with a finding of this rule, by its id.")
    min_total: Total = None
    max_total: Total = None
    started_from: datetime | None = Field(None, description="Inclusive; a time without a zone is China's.")
    started_to: datetime | None = Field(None, description="Exclusive; a time without a zone is China's.")
    text: Text = Field(None, description="Part of a file name.")
    fatal: bool | None = Field(None, description="Only calls whose machine score is zeroed by an item, or the others.")
    review: Review | None = Field(None, description="State of the call's review; `waiting` is queued or in review.")
    overdue: bool = Field(default=False, description="Only calls that wait for a person although their time is over.")
    reason: Text = Field(None, description="Only calls picked for this reason, by its code.")
    days_of: DayOf | None = Field(None, description="Which time `days_from` and `days_to` are about.")
    days_from: datetime | None = Field(None, description="Inclusive; a time without a zone is China's.")
    days_to: datetime | None = Field(None, description="Exclusive; a time without a zone is China's.")

    @model_validator(mode="after")
    def _in_china(self) -> Self:
        for name in ("started_from", "started_to", "days_from", "days_to"):
            time = getattr(self, name)
            if time is not None and time.tzinfo is None:
                setattr(self, name, time.replace(tzinfo=CHINA_TIME))
        return self

    def as_filter(self) -> CallFilter:
        return CallFilter(
            **self.model_dump(include=AS_GIVEN),
            review=review_states(self.review),
            overdue_at=datetime.now(UTC) if self.overdue else None,
            days=None if self.days_of is None else Days(self.days_of, self.days_from, self.days_to),
        )


class CallsQuery(QueueQuery):
    sort: Order = Field(Order.NEWEST, description="`newest` is by the call's start, `received` by its intake.")
