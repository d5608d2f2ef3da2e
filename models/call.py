"""A call as the centre knows it: its metadata (随录参数), apart from what was said in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter


class AgentStage(StrEnum):
    INTERN = "intern"
    TRAINEE = "trainee"
    PROBATION = "probation"
    REGULAR = "regular"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What came with the recording; None is missing. `extra` holds the centre's own columns as text."""

    agent_id: str | None = None
    agent_name: str | None = None
    team: str | None = None
    agent_stage: AgentStage | None = None
    direction: Direction | None = None
    call_type: str | None = None
    started_at: datetime | None = None
    customer_number: str | None = None
    satisfaction: int | None = None
    transferred: bool | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str | int | bool | datetime | None:
        """The named field, or the centre's own column; None where missing."""
        if name in METADATA_FIELDS:
            return getattr(self, name)  # type: ignore[no-any-return]
        return self.extra.get(name)


METADATA_FIELDS = tuple(f.name for f in fields(Metadata) if f.name != "extra")
METADATA_JSON = TypeAdapter(Metadata)
