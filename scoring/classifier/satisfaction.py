"""How content a customer is with the whole of a dialogue: the rating a reader would give, and the chance of a bad one.

A ridge regression on the characters of four views of a dialogue: all the customer said, what they said after their
first turn, their last turn, and all the agent said; beside them how long it was and who had the last word. Each view
is a bag of grams weighted by tf-idf (sublinear, of length one), as in Salton and Buckley, "Term-weighting approaches in
automatic text retrieval", 1988. That the end is looked at for itself is what helps most (docs/satisfaction.md).

The chance of a bad rating rests on a second regression, on ratings of at most FAIR: how pleased the pleased are says
nothing about who is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from models.transcript import Role
from scoring.classifier.features import BITS, grams

BAD = -0.75
"""A mean rating of so much or less (of −2 to 2) is a dissatisfied customer."""
FAIR = 0.0
"""Ratings above it are all alike to who looks for bad ones."""
WEIGHTS = (1.0, 0.7, 1.0, 0.7)
"""What the four views count beside one another."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Said:
    role: Role
    text: str


class Spoken(Protocol):
    """A turn, or a line of a dialogue that nobody recorded."""

    @property
    def role(self) -> Role: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class RatedDialogue:
    """`rating` is the mean of some readers' ratings of the customer's satisfaction, −2 to 2; `weight` how it counts."""

    turns: tuple[Said, ...]
    rating: float
    weight: float = 1.0


class Mood(NamedTuple):
    """`rating` as a reader would give it, −2 to 2; `bad` the calibrated chance that the mean of readers is BAD."""

    rating: float
    bad: float


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """`slots` (sorted) are the grams it knows, `idf` (views, slots) how rare each is.

    The others are of the rating and of the rating up to FAIR, in this order: `weights` (2, views, slots) what each gram
    says, `shape` (2, numbers) what the lengths say, `intercept` (2). `slope` and `offset` turn the latter into chances.
    """

    slots: NDArray[np.uint32]
    idf: Floats
    weights: Floats
    shape: Floats
    intercept: Floats
    slope: float
    offset: float
    _place: NDArray[np.int32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        place = np.full(1 << BITS, -1, np.int32)
        place[self.slots] = np.arange(len(self.slots), dtype=np.int32)
        object.__setattr__(self, "_place", place)

    def of(self, turns: Sequence[Spoken]) -> Mood:
        """A dialogue without a word of the customer's is rated as the average one."""
        ratings = self.intercept + self.shape @ shape(turns)
        for view, texts in enumerate(views(turns)):
            found = self._place[grams(texts).slot]
            known, times = np.unique(found[found >= 0], return_counts=True)
            values = (1 + np.log(times)) * self.idf[view][known]
            norm = float(np.sqrt(values @ values))
            if norm:
                ratings += WEIGHTS[view] / norm * (self.weights[:, view, known] @ values)
        rating, low = ratings.tolist()
        return Mood(min(max(rating, -2.0), 2.0), float(expit(self.slope * low + self.offset)))

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "slots": self.slots,
            "idf": self.idf,
            "weights": self.weights,
            "shape": self.shape,
            "intercept": self.intercept,
            "chance": np.array([self.slope, self.offset]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Satisfaction":
        slope, offset = (float(number) for number in arrays["chance"])
        return cls(
            slots=np.asarray(arrays["slots"], np.uint32),
            idf=np.asarray(arrays["idf"], np.float32),
            weights=np.asarray(arrays["weights"], np.float32),
            shape=np.asarray(arrays["shape"], np.float32),
            intercept=np.asarray(arrays["intercept"], np.float32),
            slope=slope,
            offset=offset,
        )


def views(turns: Sequence[Spoken]) -> tuple[list[str], list[str], list[str], list[str]]:
    """What the customer said, what of it after the first turn, their last turn of several, and what the agent said."""
    customer = [turn.text for turn in turns if turn.role is not Role.AGENT and turn.text]
    agent = [turn.text for turn in turns if turn.role is Role.AGENT and turn.text]
    return customer, customer[1:], customer[1:][-1:], agent


def shape(turns: Sequence[Spoken]) -> Floats:
    """Lengths of what was said, whether it was asked and exclaimed, and who had the last word; all about −1 to 1."""
    customer, later, last, agent = views(turns)
    said = "".join(customer)
    numbers = [
        np.log1p(len(said)) - 4.5,
        np.log1p(len("".join(last))) - 2.0,
        np.log1p(len("".join(agent))) - 4.5,
        np.log1p(len(agent[-1]) if agent else 0) - 3.0,
        np.log1p(len(later)) - 0.7,
        float("!" in said or "！" in said) - 0.3,
        float("?" in said or "？" in said) - 0.5,
        float(bool(turns) and turns[-1].role is not Role.AGENT) - 0.4,
    ]
    return np.array(numbers, np.float32)
