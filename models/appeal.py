"""An agent's appeal (申诉) against items of a final score, and what came of each."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from models.clock import CHINA_TIME
from models.review import ItemVerdict


class AppealState(StrEnum):
    """UPHELD: the score stands. OVERTURNED: at least one item was judged anew."""

    OPEN = "open"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class AppealedItem:
    """`reason` is the agent's."""

    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class RuleCited:
    """A rule of the machine, by which it had taken points."""

    pack: str
    rule: str
    name: str


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """`upheld`: the item's verdict stands. `rules` are the machine's, where they had taken points for it."""

    item: str
    upheld: bool
    reason: str
    rules: tuple[RuleCited, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "rules": [asdict(rule) for rule in self.rules]}

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "ItemOutcome":
        rules = tuple(RuleCited(**rule) for rule in body.get("rules", ()))
        return cls(body["item"], body["upheld"], body["reason"], rules)


@dataclass(frozen=True, slots=True)
class ItemDecision:
    """What a judge says of one item; `verdict` is what it is judged as instead, where not as in the new hearing."""

    item: str
    upheld: bool
    reason: str
    verdict: ItemVerdict | None = None


def window_end(published_at: datetime, days: int) -> datetime:
    """The end of the last day on which the result may be appealed: China's midnight after so many whole days.

    Published at any time on Monday with 7 days: until the end of the next Monday.
    """
    day = published_at.astimezone(CHINA_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=days + 1)


def days_left(published_at: datetime, days: int, now: datetime) -> int | None:
    """Days of the calendar after today in which it may still be appealed, 0 on the last; None when that is over."""
    left = window_end(published_at, days) - now
    return None if left <= timedelta(0) else -(-left // timedelta(days=1)) - 1
