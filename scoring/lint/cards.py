"""Rules and items that do not find each other."""

from collections.abc import Iterator

from models.finding import Effect
from models.reason import Reason
from scoring.card_item import Item
from scoring.lint.finding import Level, Lint
from scoring.lint.reading import Reading
from scoring.scorecard import Scorecard


def unheard(card: Scorecard, reading: Reading) -> Iterator[Lint]:
    """Rules no item listens to: right for tags, which are for routing and search."""
    asked = {move.rule for item in card.items for move in item.rules}
    for rule in reading.pack.rules:
        if rule.id not in asked and rule.effect is not Effect.TAG:
            yield reading.of_rule(rule, "scoring.lint_unheard", card=card.name)


def unmoved(card: Scorecard, reading: Reading) -> Iterator[Lint]:
    """Items whose every rule never fires in its own cases."""
    for s, section in enumerate(card.sections):
        for i, item in enumerate(section.items):
            if item.rules and not _moves(item, reading):
                line = card.definition.line(("sections", s, "items", i, "id"))
                facts = {"item": item.name, "rules": "、".join(move.rule for move in item.rules)}
                yield Lint(item.id, Reason("scoring.lint_item_never_moves", facts), line, Level.WARNING, of_card=True)


def _moves(item: Item, reading: Reading) -> bool:
    return any(move.rule in reading.lines and reading.fires(move.rule) for move in item.rules)
