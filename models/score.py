"""The machine's score of a call on one scorecard: the pre-score (预评分)."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from models.finding import RuleResult
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
class ItemScore:
    """`got` of `points`; None unless judged. `rules` are those that moved it."""

    id: str
    name: str
    item_class: ItemClass
    state: ItemState
    points: float
    got: float | None
    rules: tuple[str, ...] = ()
    fatal: bool = False
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class SectionScore:
    """`points` and `got` sum the judged items after the section's own caps."""

    id: str
    name: str
    points: float
    got: float
    items: tuple[ItemScore, ...]


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
