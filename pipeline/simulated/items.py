"""A scorecard's items as the model needs them: what can go wrong in each, and what it costs."""

from dataclasses import dataclass
from functools import cached_property

from pipeline.simulated.parameters import PRAISE, RATE, RATES
from scoring.hundredths import hundredths, points
from scoring.judgement import can_lose, can_win
from scoring.scorecard import Scorecard

HUMAN_STEPS = (0.4, 0.6, 1.0)
"""Of its points an error in an item without rules costs one of these shares."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to make the error: the rule that finds it (none: a person's word), its points, and whether each counts.

    `chance` is how often it is this one of the item's.
    """

    rule: str | None
    points: float
    each: bool
    chance: float


@dataclass(frozen=True, slots=True)
class Merit:
    """A rule for praise, of an item that it wins `points` in."""

    rule: str
    item: int
    points: float
    chance: float


@dataclass(frozen=True, slots=True)
class ItemSpec:
    """`head` is its section's place; `rate` how often it goes wrong; at most `most` points are lost, `wins` won."""

    id: str
    name: str
    head: int
    section: str
    rate: float
    by_people_only: bool
    critical: bool
    faults: tuple[Fault, ...]
    most: float
    wins: float


@dataclass(frozen=True)
class Items:
    """In the card's order."""

    card: Scorecard
    specs: tuple[ItemSpec, ...]
    merits: tuple[Merit, ...]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(spec.id for spec in self.specs)

    @cached_property
    def places(self) -> dict[str, int]:
        return {spec.id: place for place, spec in enumerate(self.specs)}

    @cached_property
    def sections(self) -> tuple[str, ...]:
        return tuple(section.id for section in self.card.sections)


def items_of(card: Scorecard) -> Items:
    specs: list[ItemSpec] = []
    merits: list[Merit] = []
    for head, section in enumerate(card.sections):
        for item in section.items:
            deductions = [move for move in item.rules if move.deduct]
            most = can_lose(item, section)
            if item.judge == "human":
                faults = [Fault(None, round(share * most, 1), each=False, chance=1 / 3) for share in HUMAN_STEPS]
            else:
                whole = sum(0.5**place for place in range(len(deductions)))
                faults = [
                    Fault(move.rule, points(hundredths(move.deduct or 0, item.weight)), move.each, 0.5**place / whole)
                    for place, move in enumerate(deductions)
                ]
            merits += [
                Merit(
                    move.rule,
                    len(specs),
                    points(hundredths(move.bonus, item.weight)),
                    PRAISE.get(move.rule, 0.1),
                )
                for move in item.rules
                if move.bonus
            ]
            specs.append(
                ItemSpec(
                    id=item.id,
                    name=item.name,
                    head=head,
                    section=section.id,
                    rate=RATES.get(item.id, RATE) if faults else 0.0,
                    by_people_only=item.judge == "human",
                    critical=item.item_class != "ordinary",
                    faults=tuple(faults),
                    most=most,
                    wins=can_win(item),
                )
            )
    return Items(card, tuple(specs), tuple(merits))
