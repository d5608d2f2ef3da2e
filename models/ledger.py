"""How far a recording is on its way."""

from enum import StrEnum


class RecordingState(StrEnum):
    """RECEIVED → TRANSCRIBED → SCORED, or QUARANTINED with a reason from anywhere."""

    RECEIVED = "received"
    TRANSCRIBED = "transcribed"
    SCORED = "scored"
    QUARANTINED = "quarantined"


OPEN_STATES = (RecordingState.RECEIVED, RecordingState.TRANSCRIBED)
"""States with work left to do."""
