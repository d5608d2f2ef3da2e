"""What true quality leads to: the call's true score, satisfied and dissatisfied customers, complaints and praise."""

from dataclasses import dataclass

import numpy as np

from models.call import Direction
from pipeline.simulated.hearing import judgement, truth_of
from pipeline.simulated.model import Centre, Flags, Floats, Truth, Wholes, sigmoid
from pipeline.simulated.parameters import TYPES
from scoring.judgement import score_judgement

RATED = 0.45
"""Share of inbound customers who press a key when asked."""

USUAL, SPREAD = 92.0, 0.75
"""The true score of a usual call, and how differently customers take the same one (marks of 1 to 5)."""


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Of each call: the true total and whether it is fatal; `satisfaction` is 0 where nobody pressed a key."""

    total: Floats
    fatal: Flags
    satisfaction: Wholes
    complains: Flags
    praises: Flags
    threatens: Flags
    repeats: Flags


def make_outcomes(centre: Centre, truth: Truth) -> Outcomes:
    random = centre.design.random("customers")
    items, count = centre.items, len(truth)
    scores = [score_judgement(items.card, judgement(items, truth_of(truth, call))) for call in range(count)]
    total = np.array([one.total or 0.0 for one in scores])
    fatal = np.array([bool(one.fatal) for one in scores], np.bool_)
    angry = np.array([one.name == "投诉" for one in TYPES])[truth.kind]
    inbound = np.array([one.direction is Direction.INBOUND for one in TYPES])[truth.kind]
    critical = truth.error[:, [place for place, spec in enumerate(items.specs) if spec.critical]].any(axis=1)
    felt = 4.4 + 0.06 * (total.clip(40) - USUAL) - 0.8 * angry - 0.5 * critical + random.normal(0, SPREAD, count)
    pressed = inbound & (random.random(count) < RATED)
    worse = USUAL - total.clip(40)
    complains = random.random(count) < sigmoid(-6.6 + 1.8 * critical + 0.05 * worse + 0.6 * angry)
    praises = random.random(count) < sigmoid(-6.4 - 0.12 * worse - 2.0 * critical)
    return Outcomes(
        total=total,
        fatal=fatal,
        satisfaction=np.where(pressed, np.rint(felt).clip(1, 5), 0).astype(np.int64),
        complains=complains,
        praises=praises & ~complains,
        threatens=random.random(count) < np.where(angry, 0.05 + 0.12 * critical, 0.002),
        repeats=random.random(count) < np.where(angry, 0.12, 0.03),
    )
