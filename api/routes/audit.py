"""The audit log, to be read and never to be changed."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.database import ReadSession
from api.problems import declared
from models.reason import Fact, Language
from pipeline.people.audit import AuditFilter, read_audit

router = APIRouter(prefix="/v1/audit", tags=["audit"], responses=declared(401, 403, 422, 503))

Text = Annotated[str | None, Field(max_length=100)]


class AuditQuery(BaseModel):
    """A misspelt name is refused; a field left empty asks nothing."""

    model_config = ConfigDict(extra="forbid")

    who: Text = Field(None, description="Name of a person or a token.")
    action: Text = Field(None, description="Such as `user.changed`, or `user` for all that is done to accounts.")
    target: Text = Field(None, description="Kind of thing it was done to, such as `call`.")
    target_id: Text = None
    first_day: date | None = Field(None, description="In China, included.")
    last_day: date | None = Field(None, description="In China, included.")
    cursor: int | None = Field(None, ge=1, lt=2**63, description="`next` of the page before.")
    limit: int = Field(100, ge=1, le=200)
    lang: Language | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _empty_asks_nothing(cls, value: Any) -> Any:
        return None if value == "" else value

    def as_filter(self) -> AuditFilter:
        return AuditFilter(self.who, self.action, self.target, self.target_id, self.first_day, self.last_day)


class AuditEntryAnswer(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    who: str
    user_id: int | None
    is_machine: bool = Field(description="It was done with a token.")
    action: str
    target: str
    target_id: str
    facts: dict[str, Fact]
    address: str = Field(description="Where it came from, for sign-ins.")


class AuditAnswer(BaseModel):
    entries: list[AuditEntryAnswer]
    next: int | None = Field(description="Give it as `cursor` for the next page; null on the last.")


@router.get("")
def audit(session: ReadSession, asked: Annotated[AuditQuery, Query()]) -> AuditAnswer:
    """Who did what, the newest first."""
    page = read_audit(session, asked.as_filter(), before=asked.cursor, limit=asked.limit)
    return AuditAnswer(entries=[AuditEntryAnswer.model_validate(one) for one in page.entries], next=page.next)
