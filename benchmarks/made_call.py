"""One made-up call, before it is rows."""

from dataclasses import dataclass
from datetime import datetime

from benchmarks.sample_judged import Judged


@dataclass(frozen=True, slots=True)
class MadeCall:
    """`agent` is a place in the roster; `is_full`: it has the whole transcript and score of its sample."""

    id: int
    started: datetime
    received: datetime
    agent: int
    sample: Judged
    total: float | None
    is_full: bool


def stub_score(call: MadeCall) -> str:
    """A `PreScore` that only says what it comes to."""
    grade = "null" if call.sample.grade is None else f'"{call.sample.grade}"'
    total = "null" if call.total is None else call.total
    return (
        f'{{"card": "inbound-service", "card_version": 1, "total": {total}, "grade": {grade}, "coverage": 1.0,'
        ' "sections": [], "fatal": [], "critical": []}'
    )
