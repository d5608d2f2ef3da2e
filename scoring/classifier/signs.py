"""How probable each sign is, of every turn and of a whole call."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from scoring.starter.labels import label_ids
from scoring.starter.signs import MISSING, Missing

Floats = NDArray[np.float32]
LOUDEST = 3
"""Turns that count towards a sign of a call: in an hour's call the small doubts of all turns would add up to one."""
SURE = 6.0
"""Log-odds beyond which nothing is gained by being surer."""


def sign_turns(probabilities: Floats) -> Floats:
    """Turns × signs, from turns × labels: the probability that the turn is the sign."""
    extra = [_unanswered(probabilities, missing) for missing in MISSING.values()]
    return np.column_stack([probabilities, *extra]).astype(np.float32)


def _unanswered(probabilities: Floats, missing: Missing) -> Floats:
    column = label_ids().index
    wanted = probabilities[:, [column(label) for label in missing.wanted]].max(axis=1, initial=0.0)
    asked = probabilities[:, column(missing.after)]
    found = np.zeros(len(asked), np.float32)
    for turn in np.flatnonzero(asked[:-1] > 0).tolist():
        near = wanted[max(turn - missing.back, 0) : turn + missing.ahead + 1]
        found[turn] = asked[turn] * np.prod(1 - near)
    return found


def heard_once(turns: Floats) -> Floats:
    """Log-odds that a call has each sign anywhere, if its turns were independent (a noisy or), within ±SURE."""
    loudest = np.sort(turns, axis=0)[-LOUDEST:]
    none = np.log1p(-np.minimum(loudest, 1 - 1e-6)).sum(axis=0)
    log_odds = np.log(np.maximum(-np.expm1(none), 1e-9)) - none
    return np.asarray(np.clip(log_odds, -SURE, SURE), np.float32)


@dataclass(frozen=True, slots=True)
class CallSigns:
    """What `heard_once` means: `platt` is signs × (slope, constant), learnt on the starter's dialogues."""

    platt: Floats

    def log_odds(self, turns: Floats) -> Floats:
        """Per sign, of a call, calibrated; `turns` are turns × signs."""
        return (heard_once(turns) * self.platt[:, 0] + self.platt[:, 1]).astype(np.float32)


def any_of(log_odds: Floats) -> float:
    """Log-odds of any of several signs, if they were independent."""
    none = np.log1p(-np.minimum(expit(log_odds), 1 - 1e-6)).sum()
    return float(np.clip(np.log(max(-np.expm1(none), 1e-9)) - none, -SURE, SURE))
