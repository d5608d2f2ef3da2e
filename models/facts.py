"""What reports count: classes of critical errors as bits, bins of distributions, and the calls behind a figure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from models.score import ItemClass

CRITICAL_BITS: Mapping[str, int] = {"customer_critical": 1, "business_critical": 2, "compliance_critical": 4}

BINS: Mapping[str, tuple[float, ...]] = {
    "silence": (0, 5, 10, 20, 30, 60, 120, 300),
    "overlap": (0, 1, 3, 5, 10, 20, 30),
    "rate": (0, 120, 150, 180, 210, 240, 270, 300, 330, 360),
    "response": (0, 0.5, 1, 1.5, 2, 3, 5, 10),
    "total": (0, 50, 60, 70, 75, 80, 85, 90, 95, 100),
    "final_total": (0, 50, 60, 70, 75, 80, 85, 90, 95, 100),
}
"""Lower bounds per measure: seconds of silence and of overlap in the call, the agent's characters a minute, the median
seconds the agent took to answer, points. What is below the first bound (a negative response) is in the first bin."""

NAMED = ("grade", "final_grade", "card", "final_card")
NUMBERED = ("satisfaction", "critical", "final_critical")
"""Measures of days that are counted by each value they have: names, and whole numbers."""

ALL = "\x1f"
"""Stands for every agent, or every call type, in the sums of a day: nothing that a manifest says is written so."""

LEAST_SATISFIED = 4
"""Of five: customers who gave so much were satisfied."""


def bin_name(bound: float) -> str:
    """A bin's lower bound as it is stored: `5`, `0.5`."""
    return f"{bound:g}"


def bin_of(measure: str, value: float) -> str:
    """The bin a value falls into."""
    bounds = BINS[measure]
    return bin_name(max((bound for bound in bounds if bound <= value), default=bounds[0]))


def critical_bits(classes: Iterable[ItemClass | str]) -> int:
    return sum(CRITICAL_BITS[name] for name in {str(one) for one in classes})


@dataclass(frozen=True, slots=True)
class CallFactLine:
    """A scored call behind a figure. `lost` is what the item asked about cost it; None where no item was.

    The `final_` fields are None before the result is published. `hidden`: the viewer is still to judge the call without
    knowing what was said of it; then every score is left out.
    """

    call_id: int
    day: date
    started_at: datetime | None
    agent_id: str
    agent_name: str | None
    team: str
    call_type: str
    seconds: float | None
    total: float | None
    grade: str | None
    fatal: bool | None
    critical: int | None
    final_total: float | None
    final_grade: str | None
    final_fatal: bool | None
    final_critical: int | None
    lost: float | None = None
    hidden: bool = False
