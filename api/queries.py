"""What lists can be asked for in their address."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.call import Direction
from models.clock import CHINA_TIME
from models.ledger import RecordingState
from models.reason import Language
from pipeline.browse import CallFilter, Order

MOST = 200
"""Calls on a page at most."""

Text = Annotated[str | None, Field(max_length=200)]
Total = Annotated[float | None, Field(ge=0, le=100, allow_inf_nan=False)]


class PageQuery(BaseModel):
    """A misspelt name is refused: an ignored filter would answer with calls nobody asked for."""

    model_config = ConfigDict(extra="forbid")

    cursor: Text = Field(None, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=MOST, description="Calls on a page.")
    lang: Language | None = Field(None, description="Language of the sentences; else `Accept-Language` says.")


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

    @model_validator(mode="after")
    def _in_china(self) -> Self:
        for name in ("started_from", "started_to"):
            time = getattr(self, name)
            if time is not None and time.tzinfo is None:
                setattr(self, name, time.replace(tzinfo=CHINA_TIME))
        return self

    def as_filter(self) -> CallFilter:
        return CallFilter(**self.model_dump(exclude={"cursor", "limit", "lang", "sort"}))


class CallsQuery(QueueQuery):
    sort: Order = Field(Order.NEWEST, description="`newest` is by the call's start, `received` by its intake.")
