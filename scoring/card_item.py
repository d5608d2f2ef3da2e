"""An item of a scorecard (评分项) as it is written: its points, who judges it, and what its rules do."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from models.score import ItemClass
from scoring.hundredths import hundredths, points
from scoring.mistake import nearest, wrong
from scoring.rule import Name
from scoring.starter.signs import error_signs


def _two_decimals(value: float) -> float:
    if round(value, 2) != value:
        raise wrong("two_decimals", value=value)
    return value


Points = Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False), AfterValidator(_two_decimals)]
Gain = Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False), AfterValidator(_two_decimals)]
Judge = Literal["rules", "classifier", "both", "human"]


def _known_sign(value: str) -> str:
    if value in error_signs():
        return value
    near = nearest(value, list(error_signs()))
    if near:
        raise wrong("sign_misspelt", sign=value, near=near)
    raise wrong("no_such_sign", sign=value, known=", ".join(error_signs()))


Sign = Annotated[str, AfterValidator(_known_sign)]


class Move(BaseModel):
    """What a rule's hit does to an item: `deduct` or `bonus` points, once, or `each` time.

    Of several hits within one turn only one is counted: nobody pays twice for one sentence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    deduct: Gain | None = None
    bonus: Gain | None = None
    each: bool = False

    @model_validator(mode="after")
    def _one_of_them(self) -> "Move":
        if (self.deduct is None) == (self.bonus is None):
            raise wrong("deduct_or_bonus", rule=self.rule)
        return self


class Item(BaseModel):
    """`points` count `weight` times. `cap` is the most that can be lost, `bonus_cap` the most that can be won.

    A `fatal` item, always of a critical class, zeroes its section or the call when one of its deductions is made;
    with `total_at_most` the call keeps so much. Where the rule `only_if` did not hit, the item does not apply.
    `judge` says who decides: `classifier_deduct` is what the classifier's finding costs, all points without it;
    `human` is left to people, and `hint` tells them what to look for. `signs` are what turns may do that speaks for an
    error (`scoring/starter/labels.yaml`): the classifier has an opinion of every item that has some, whoever judges it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    name: Annotated[str, Field(min_length=1)]
    points: Points
    weight: Gain = 1.0
    item_class: Annotated[ItemClass, Field(alias="class")] = ItemClass.ORDINARY
    fatal: Literal["call", "section"] | None = None
    total_at_most: Annotated[Points, Field(lt=100)] | None = None
    judge: Judge = "rules"
    classifier_deduct: Gain | None = None
    only_if: str | None = None
    cap: Points | None = None
    bonus_cap: Points | None = None
    rules: tuple[Move, ...] = ()
    signs: tuple[Sign, ...] = ()
    hint: str = ""

    @model_validator(mode="after")
    def _someone_judges(self) -> "Item":
        if self.judge in {"rules", "both"} and not self.rules:
            raise wrong("rules_missing", id=self.id, judge=self.judge)
        if self.judge in {"human", "classifier"} and self.rules:
            raise wrong("rules_not_asked", id=self.id, judge=self.judge)
        if self.classifier_deduct is not None and self.judge not in {"classifier", "both"}:
            raise wrong("classifier_not_asked", id=self.id, judge=self.judge)
        if len(set(self.signs)) < len(self.signs):
            raise wrong("sign_twice", id=self.id)
        return self

    @model_validator(mode="after")
    def _can_be_fatal(self) -> "Item":
        if self.fatal and not self.deducts:
            raise wrong("fatal_without_deduction", id=self.id)
        if self.fatal and self.item_class is ItemClass.ORDINARY:
            raise wrong("fatal_but_ordinary", id=self.id)
        if self.total_at_most is not None and self.fatal != "call":
            raise wrong("total_without_fatal", id=self.id)
        return self

    @cached_property
    def deducts(self) -> bool:
        """Whether any of its rules can take points."""
        return any(move.deduct for move in self.rules)

    @cached_property
    def only_classifier(self) -> bool:
        """Whether only the classifier can find errors: there are no rules, or they only give bonuses."""
        return self.judge in {"classifier", "both"} and not self.deducts

    @cached_property
    def worth(self) -> float:
        return points(hundredths(self.points, self.weight))
