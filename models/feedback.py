"""Complaints and praise (投诉与表扬) about agents from outside, which are verified before they count."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FeedbackKind(StrEnum):
    COMPLAINT = "complaint"
    PRAISE = "praise"


class FeedbackState(StrEnum):
    """STANDS: it was verified and counts. UNFOUNDED: it was looked into and does not."""

    OPEN = "open"
    STANDS = "stands"
    UNFOUNDED = "unfounded"


@dataclass(frozen=True, slots=True)
class FeedbackFacts:
    """What was said, and what is known of the call it is about.

    `key` is its number in `source`, the system it came from: with both it is entered once. `call_id` or `file` names
    the call; where neither is known, agent, number and time suggest some.
    """

    kind: FeedbackKind
    text: str
    source: str = "manual"
    key: str | None = None
    call_id: int | None = None
    file: str | None = None
    agent_id: str | None = None
    customer_number: str | None = None
    happened_at: datetime | None = None
