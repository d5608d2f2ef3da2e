"""A call's way through people's hands (design.md, section 10), and what a person said about it."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from models.finding import Evidence
from models.score import ItemState


class ReviewState(StrEnum):
    """MACHINE_SCORED is a call without a review. SUBMITTED: every verdict asked for is in."""

    MACHINE_SCORED = "machine_scored"
    QUEUED = "queued"
    IN_REVIEW = "in_review"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    ACKNOWLEDGED = "acknowledged"
    APPEALED = "appealed"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    FINAL = "final"


class Purpose(StrEnum):
    """Why somebody hears a call. DOUBLE is the second, independent opinion; CALIBRATION leaves the agent's averages."""

    REVIEW = "review"
    DOUBLE = "double"
    APPEAL = "appeal"
    CALIBRATION = "calibration"


class AssignmentState(StrEnum):
    """OPEN: nobody has begun (it may be shared out). STARTED: somebody holds its lease or left a draft."""

    OPEN = "open"
    STARTED = "started"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What a person says about one item: judged with points `lost` and `won`, or not applicable.

    A fatal item with points lost is fatal. UNJUDGED is an item not answered yet, which only drafts have.
    """

    item: str
    state: ItemState
    lost: float = 0.0
    won: float = 0.0
    comment: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The whole form. `comment` is for the agent, `note` for colleagues only."""

    items: tuple[ItemVerdict, ...]
    comment: str = ""
    note: str = ""


JUDGEMENT_JSON = TypeAdapter(Judgement)
