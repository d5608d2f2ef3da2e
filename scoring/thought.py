"""What the classifier thinks of an item, and how much that may do."""

from dataclasses import dataclass
from typing import Any

from models.finding import Opinion
from models.learning import Level, Levels
from scoring.card_item import Item

ASKED = frozenset({"classifier", "both"})
"""`judge` of the items the classifier may decide."""


@dataclass(frozen=True, slots=True)
class Thought:
    """`level` is None where there are no levels, or no opinion."""

    opinion: Opinion | None
    level: Level | None

    @property
    def counts(self) -> Opinion | None:
        """The opinion, where it may move points."""
        return self.opinion if self.level in {None, Level.DECIDES} else None

    @property
    def noted(self) -> dict[str, Any]:
        """What an item's score keeps of it."""
        return {"opinion": self.opinion, "level": self.level}


def thought_of(item: Item, opinion: Opinion | None, levels: Levels | None) -> Thought:
    """Without levels every opinion may decide, and none is kept of items that are not the classifier's to judge."""
    if levels is None:
        return Thought(opinion if item.judge in ASKED else None, None)
    return Thought(opinion, None if opinion is None else level_of(item, levels))


def level_of(item: Item, levels: Levels) -> Level:
    """At most SUGGESTS for an item the card leaves to rules or people alone."""
    level = levels.get(item.id, Level.REPORT_ONLY)
    return highest(item) if level is Level.DECIDES else level


def highest(item: Item) -> Level:
    """The highest level the item can have: the card says whether the classifier may ever decide."""
    return Level.DECIDES if item.judge in ASKED else Level.SUGGESTS
