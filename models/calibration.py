"""Calibration (校准会): how far a session is."""

from enum import StrEnum


class CalibrationState(StrEnum):
    """HEARING: everyone scores alone, and nobody sees the others'. TALKING: all verdicts are open. CLOSED: agreed."""

    HEARING = "hearing"
    TALKING = "talking"
    CLOSED = "closed"
    CANCELLED = "cancelled"
