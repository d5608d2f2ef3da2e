"""The shapes of `/v1` answers about agents' ledgers and the ladder of rewards and penalties."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from api.answers import FromAttributes
from models.action import Ladder, LedgerKind
from models.tables import LedgerRow
from pipeline.actions.ladder import LadderVersion
from storage.actions.ledger import Entry


class EntryAnswer(BaseModel):
    """An entry of an agent's ledger; nothing is ever changed, a mistake is undone by another entry."""

    id: int
    agent_id: str
    agent_name: str | None
    team: str | None
    kind: LedgerKind
    points: float
    text: str
    facts: dict[str, Any]
    source: str = Field(examples=["action", "feedback", "final", "month", "exam", "manual", "ledger"])
    source_id: str
    undoes: int | None = Field(description="The entry this one takes back.")
    undone_by: int | None = Field(description="The entry that took this one back.")
    by: str
    at: datetime

    @classmethod
    def of(cls, entry: Entry) -> Self:
        return cls._from(entry.row, entry.agent_name, entry.team, entry.undone_by)

    @classmethod
    def of_row(cls, row: LedgerRow) -> Self:
        """Of one just made."""
        return cls._from(row, None, None, None)

    @classmethod
    def _from(cls, row: LedgerRow, name: str | None, team: str | None, undone_by: int | None) -> Self:
        own = ("id", "agent_id", "kind", "points", "text", "facts", "source", "source_id", "undoes", "by", "at")
        facts = {field: getattr(row, field) for field in own}
        return cls(**facts, agent_name=name, team=team, undone_by=undone_by)


class StandingAnswer(FromAttributes):
    """What an agent's entries of some days come to; undone ones count nothing."""

    agent_id: str
    agent_name: str | None
    team: str | None
    entries: int
    points: float
    taken: float = Field(description="Points below zero.")
    given: float = Field(description="Points above zero.")


class LedgerList(BaseModel):
    entries: list[EntryAnswer]
    standings: list[StandingAnswer] = Field(description="Of this month, most points lost first.")
    next: str | None


class ProposalAnswer(FromAttributes):
    """An entry the ladder proposes; `POST` it to enter it."""

    agent_id: str
    agent_name: str | None
    kind: LedgerKind
    points: float
    name: str = Field(description="The ladder's step or reward.")
    text: str
    source: str
    source_id: str
    on: date
    call_id: int | None
    facts: dict[str, Any]


class LadderAnswer(BaseModel):
    """A version of the ladder; 0 came with callqa."""

    version: int
    text: str = Field(description="YAML.")
    ladder: Ladder
    why: str
    made_by: str
    made_at: datetime | None

    @classmethod
    def of(cls, one: LadderVersion) -> Self:
        own = ("version", "text", "ladder", "why", "made_by", "made_at")
        return cls(**{name: getattr(one, name) for name in own})
