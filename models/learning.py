"""What the machine learns from: people's verdicts on items; and how much it may decide by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.finding import Evidence, RuleResult
from models.transcript import Transcript


class Level(StrEnum):
    """How much the machine decides about an item (design.md, section 10; the levels are raised by a lead).

    REPORT_ONLY: what it thinks is reported and moves nothing. SUGGESTS: people who judge are shown it beforehand where
    the call is not heard blind. DECIDES: it counts unless doubted.
    """

    REPORT_ONLY = "report_only"
    SUGGESTS = "suggests"
    DECIDES = "decides"


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """A person's word on one item of one call: whether there was an error in it.

    `weight`: a reference score of a calibration and an appeal's outcome count more than one person's verdict.
    `evidence` are the turns they pointed at.
    """

    item: str
    error: bool
    rater: int
    at: datetime
    weight: float = 1.0
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """A call people judged, as it was heard and what the rules of the pack in use say of it; `call_id` groups folds."""

    call_id: int
    card: str
    transcript: Transcript
    results: tuple[RuleResult, ...]
    labels: tuple[ItemLabel, ...]


Levels = Mapping[str, Level]
"""By item of one scorecard; an item it does not name is REPORT_ONLY."""
