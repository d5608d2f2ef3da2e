"""The shape of the queue: calls with how each waits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from api.answers import CallItem, FromAttributes
from models.reason import Language
from models.review import ReviewState
from pipeline.browse import CallPage
from pipeline.review.waiting import Waiting


class WaitingItem(FromAttributes):
    """How a call waits for a person."""

    state: ReviewState
    due_at: datetime | None = Field(description="When it should have been reviewed.")
    overdue: bool
    people: list[str] = Field(description="Who has it now, or was given it; empty: whoever comes next.")
    opinions: int = Field(description="Hearings still to be done: two where two people are to judge it.")


class QueueItem(CallItem):
    waiting: WaitingItem | None


class QueueList(BaseModel):
    """One page of the queue."""

    calls: list[QueueItem]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")

    @classmethod
    def of_queue(cls, page: CallPage, standing: Mapping[int, Waiting], cursor: str | None, language: Language) -> Self:
        items = [
            QueueItem.model_validate(CallItem.fields_of(call, language) | {"waiting": standing.get(call.id)})
            for call in page.calls
        ]
        return cls(calls=items, next=cursor)
