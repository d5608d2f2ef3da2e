"""The machine's score of a call on one scorecard: the pre-score (预评分)."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from models.finding import Answer, Opinion, RuleResult
from models.learning import Level
from models.reason import Reason


class ItemClass(StrEnum):
    CUSTOMER_CRITICAL = "customer_critical"
    BUSINESS_CRITICAL = "business_critical"
    COMPLIANCE_CRITICAL = "compliance_critical"
    ORDINARY = "ordinary"


class ItemState(StrEnum):
    """UNJUDGED: nobody could say; it lowers coverage, not the score. NOT_APPLICABLE leaves the denominator."""

    JUDGED = "judged"
    NOT_APPLICABLE = "not_applicable"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class ItemMove:
    """What one rule did to an item: points `lost` and `won`, weighted, before any cap; `times` it was counted.

    `rule` is empty where a person said it (`scoring/judgement.py`).
    """

    rule: str
    answer: Answer
    lost: float = 0.0
    won: float = 0.0
    times: int = 0


@dataclass(frozen=True, slots=True)
class ItemScore:
    """`got` of `points`; None unless judged. `rules` are those that moved it.

    Judged: got = points − open − lost + won, where `open` is the part that could not be judged beside what was found.
    In a section on the total: got = won − lost, and `points` only say what it weighs in the coverage. `lost` and `won`
    are after the item's caps; `moves` every rule it asked, in the card's order. A fatal item that fired for the whole
    call says what the total can be at most. `disputed`: rules and classifier disagree. `level` is how much `opinion`
    may do; None where nobody asked about levels, and any opinion counts. Scores stored before there were moves have
    none.
    """

    id: str
    name: str
    item_class: ItemClass
    state: ItemState
    points: float
    got: float | None
    rules: tuple[str, ...] = ()
    fatal: bool = False
    reason: Reason | None = None
    moves: tuple[ItemMove, ...] = ()
    lost: float = 0.0
    won: float = 0.0
    open: float = 0.0
    total_at_most: float | None = None
    opinion: Opinion | None = None
    by_classifier: bool = False
    disputed: bool = False
    level: Level | None = None

    @property
    def cost(self) -> float:
        """Points lost, also in scores that were stored before `lost` was."""
        if self.got is None or self.moves or self.opinion:
            return self.lost
        return max(self.points - self.got, 0.0)


@dataclass(frozen=True, slots=True)
class SectionScore:
    """`got` = `points` − `lost` + `won` after the section's own caps; `points` are those that were judged.

    `on_total`: it has no points; `got` is what it adds to the total or, below zero, takes from it.
    """

    id: str
    name: str
    points: float
    got: float
    items: tuple[ItemScore, ...]
    lost: float = 0.0
    won: float = 0.0
    on_total: bool = False


@dataclass(frozen=True, slots=True)
class PreScore:
    """`total` is 0–100; None when nothing could be judged. `coverage` is the judged share of applicable points.

    `critical` names the critical classes in which an error was found; `fatal` the items that fired (一票否决).
    """

    card: str
    card_version: int
    total: float | None
    grade: str | None
    coverage: float
    sections: tuple[SectionScore, ...]
    fatal: tuple[str, ...] = ()
    critical: tuple[ItemClass, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """A pre-score together with the rule results it was made from."""

    pre_score: PreScore
    results: tuple[RuleResult, ...]


SCORED_JSON = TypeAdapter(Scored)
