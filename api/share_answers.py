"""The shapes of answers about sharing out work: loads, plans, absences."""

from datetime import date
from typing import Self

from pydantic import BaseModel, Field

from api.answers import FromAttributes, SaidReason
from models.reason import Language
from pipeline.review.sharing import SharePlan
from storage.review.workload import Load


class LoadItem(FromAttributes):
    """What one person has before them; `seconds` of sound, open and begun; `done` today in China."""

    user_id: int
    name: str
    team: str | None
    absent: bool = Field(description="Nothing is shared out to them today.")
    open: int
    started: int
    seconds: float
    done: int
    done_seconds: float

    @classmethod
    def of(cls, load: Load) -> Self:
        return cls.model_validate(load)


class GivenItem(FromAttributes):
    assignment_id: int
    call_id: int
    user_id: int


class LeftItem(BaseModel):
    assignment_id: int
    call_id: int
    reason: SaidReason


class ShareOutAnswer(BaseModel):
    """Who gets what, and why some calls stay where they are."""

    given: list[GivenItem]
    left: list[LeftItem]
    before: list[LoadItem]
    after: list[LoadItem]

    @classmethod
    def of(cls, plan: SharePlan, language: Language) -> Self:
        return cls(
            given=[GivenItem.model_validate(one) for one in plan.given],
            left=[
                LeftItem(
                    assignment_id=one.assignment_id, call_id=one.call_id, reason=SaidReason.of(one.reason, language)
                )
                for one in plan.left
            ],
            before=[LoadItem.of(load) for load in plan.before],
            after=[LoadItem.of(load) for load in plan.after],
        )


class ReassignedAnswer(BaseModel):
    done: list[int]
    refused: list[LeftItem]


class AbsenceAnswer(FromAttributes):
    """Both days included, in China's calendar."""

    id: int
    user_id: int
    name: str
    first_day: date
    last_day: date
    why: str
    created_by: str
