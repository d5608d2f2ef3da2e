"""One thing to look at again in a pack or a scorecard."""

from dataclasses import dataclass
from enum import StrEnum

from models.reason import Reason


class Level(StrEnum):
    """ERROR: it does not do what it says. WARNING: it probably does not. NOTE: it does, and could be simpler."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Lint:
    """`line` counts from 1 in the pack's text, or in the scorecard's where `of_card`; `rule` is an id, or an item's."""

    rule: str
    reason: Reason
    line: int
    level: Level = Level.WARNING
    of_card: bool = False
