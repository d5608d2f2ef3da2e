"""Which items of which scorecards something can be corrected on, and what they are called."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.orm import Session

from models.errors import BadDefinition
from scoring.scorecard import parse_scorecard
from storage.rulebook.definitions import stored_versions

CARDS = 64
"""Texts of scorecards kept at hand; a text never changes."""


@dataclass(frozen=True, slots=True)
class CardItems:
    """A scorecard as its newest version has it; `items` are ids and names."""

    name: str
    title: str
    items: tuple[tuple[str, str], ...]


def cards_with_items(session: Session) -> tuple[CardItems, ...]:
    """The newest version of each scorecard that judged calls and is not retired."""
    newest: dict[str, CardItems] = {}
    for row in stored_versions(session, "scorecard"):
        if row.retired_at is None and row.name not in newest:
            newest[row.name] = _card(row.name, row.body)
    return tuple(newest.values())


def item_names(session: Session, cards: Iterable[str]) -> dict[tuple[str, str], str]:
    """By card and item; of several versions the newest says how an item is called."""
    return {
        (card, item): name
        for card in set(cards)
        for row in reversed(stored_versions(session, "scorecard", card))
        for item, name in _card(row.name, row.body).items
    }


@lru_cache(maxsize=CARDS)
def _card(name: str, body: str) -> CardItems:
    """Without items where the text was stored by a version whose cards are no longer read."""
    try:
        card = parse_scorecard(body)
    except BadDefinition:
        return CardItems(name, name, ())
    return CardItems(name, card.title, tuple((item.id, item.name) for item in card.items))
