"""One made-up call, before it is rows."""

import json
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


LOSES = 3, 23
"""Of so many calls so many lose points on an item."""


def stub_score(call: MadeCall) -> str:
    """A `PreScore` that says what it comes to, and which items cost points."""
    sample = call.sample
    items = [
        {"id": item, "name": item, "item_class": "ordinary", "state": "judged", "points": 5.0, "got": 3.0, "lost": 2.0}
        for place, item in enumerate(sample.items)
        if call.id * (place + 7) % LOSES[1] < LOSES[0]
    ]
    section = {"id": "all", "name": "all", "points": 100.0, "got": 100.0 - 2 * len(items), "items": items}
    told = {"card": "inbound-service", "card_version": 1, "total": call.total, "grade": sample.grade, "coverage": 1.0}
    return json.dumps({**told, "sections": [section], "fatal": [], "critical": []}, ensure_ascii=False)


def stub_transcript(call: MadeCall) -> str:
    """Only the measures of its voice, which differ from call to call."""
    silence, overlap = call.id * 37 % 97 / 2, call.id * 53 % 71 / 4
    agent = {"talk_seconds": 60.0, "rate": 150.0 + call.id * 29 % 180, "response": call.id * 17 % 60 / 10}
    voice = {
        "speech_seconds": 120.0,
        "roles": {"agent": agent},
        "silences": [{"start": 0.0, "end": silence, "waited_for": "agent"}],
        "overlaps": [{"start": 0.0, "end": overlap, "by": "agent"}],
    }
    return json.dumps({"voice": voice})
