"""Whether a person should hear a call, and why."""

from dataclasses import dataclass
from datetime import timedelta

from models.reason import Reason


@dataclass(frozen=True, slots=True)
class Routing:
    """`inclusion_probability` is the chance this call had of being picked, 1 when any reason but chance holds.

    Of a queued call: within `due` somebody should hear it (None: as usual), two people where `double`, and without
    seeing what the machine said where `blind`.
    """

    queued: bool
    reasons: tuple[Reason, ...]
    inclusion_probability: float
    due: timedelta | None = None
    double: bool = False
    blind: bool = True
