"""The labels a turn can have: attitudes, skills and customers' signals that phrases cannot catch (`labels.yaml`)."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

import yaml

from models.transcript import Role

Polarity = Literal["error", "skill", "signal"]


@dataclass(frozen=True, slots=True)
class TurnLabel:
    """`role` is whose turns can have it; `means` says what counts and what does not, for people."""

    id: str
    role: Role
    polarity: Polarity
    name: str
    means: str


@cache
def turn_labels() -> tuple[TurnLabel, ...]:
    """In the file's order, which is the order of columns everywhere."""
    text = resources.files("scoring").joinpath("starter", "labels.yaml").read_text("utf8")
    return tuple(
        TurnLabel(name, Role(label["role"]), label["polarity"], label["name"], label["means"])
        for name, label in yaml.safe_load(text).items()
    )


@cache
def label_ids() -> tuple[str, ...]:
    return tuple(label.id for label in turn_labels())
