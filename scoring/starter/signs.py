"""Signs of an error that an item can declare: labels of turns, and some that are put together from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from scoring.starter.labels import label_ids, turn_labels


@dataclass(frozen=True, slots=True)
class Missing:
    """A turn with the label `after` to which nobody answered with one of `wanted`, within some turns around it."""

    after: str
    wanted: tuple[str, ...]
    back: int = 2
    ahead: int = 6


MISSING: Mapping[str, Missing] = {"unsoothed": Missing("dissatisfied", ("soothing", "apology"))}
"""By the name under which an item declares it."""


@cache
def sign_ids() -> tuple[str, ...]:
    """Every label, then those put together, in the order of columns."""
    return (*label_ids(), *MISSING)


@cache
def error_signs() -> tuple[str, ...]:
    """Those that can speak for an error."""
    return (*(label.id for label in turn_labels() if label.polarity != "skill"), *MISSING)
