"""How much depends on an item being judged rightly."""

from models.score import ItemClass
from scoring.card_item import Item
from scoring.hundredths import hundredths
from scoring.scorecard import Scorecard

FATAL = 1.0
CRITICAL = 0.8
LEAST, MOST = 0.3, 0.7
"""Of ordinary items, from those without points to the one with the most on its card."""
WHOLE_CALL = 0.7
"""Of a doubt about the score as a whole: what an ordinary item can matter at most."""


def stake(item: Item, card: Scorecard) -> float:
    """0–1."""
    if item.fatal:
        return FATAL
    if item.item_class is not ItemClass.ORDINARY:
        return CRITICAL
    most = max(hundredths(one.worth) for one in card.items) or 1
    return LEAST + (MOST - LEAST) * hundredths(item.worth) / most
