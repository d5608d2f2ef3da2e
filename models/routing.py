"""Whether a person should hear a call, and why."""

from dataclasses import dataclass

from models.reason import Reason


@dataclass(frozen=True, slots=True)
class Routing:
    """`inclusion_probability` is the chance this call had of being picked, 1 when any reason but chance holds."""

    queued: bool
    reasons: tuple[Reason, ...]
    inclusion_probability: float
