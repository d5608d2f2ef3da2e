"""What each turn does in the call: a calibrated probability per label.

A linear model over hashed grams of the turn and of what the other side said before it, with its length and place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.transcript import ANNOUNCEMENT, Role, Turn
from scoring.classifier.features import BITS, Grams, grams, lengths
from scoring.starter.labels import turn_labels

Floats = NDArray[np.float32]
ROLES = (Role.AGENT, Role.CUSTOMER)
BEFORE = 0.5
"""What the turn before counts beside the turn itself."""
BEFORE_LONGEST = 2
"""Characters of a gram of the turn before."""
LONG = 40.0
"""Characters of a turn of usual length; from twice as many on, length says no more."""
NOT_SURE_WHO = 0.5
"""Where nobody knows who speaks, a label of either role is at most that probable."""


@dataclass(frozen=True, slots=True)
class Sayings:
    """Turns as said by agent (0) or customer (1): a turn of unknown role stands twice.

    `before` is the saying of the other side last before it, −1 where there is none.
    """

    turn: NDArray[np.intp]
    role: NDArray[np.intp]
    before: NDArray[np.intp]
    damp: Floats


@dataclass(frozen=True, slots=True)
class TurnModel:
    """`labels` are the columns, in the order of labels.yaml; `slots` of the grams seen in training, ascending.

    `weights` are roles × (grams + 1) × (labels + 2). A gram said by a role weighs for that role's labels of the turn
    itself, and for the other role's labels of the turn after it. The last two columns are the grams' squared inverse
    document frequencies, of all and of those that count when they are said before; gram 0 is any that was never seen.
    `dense` is labels × (length, place, constant); `platt` labels × (slope, constant), Platt's of 1999.
    """

    labels: tuple[str, ...]
    slots: NDArray[np.uint32]
    weights: Floats
    dense: Floats
    platt: Floats
    _row: NDArray[np.int32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        row = np.zeros(1 << BITS, np.int32)
        row[self.slots] = np.arange(1, len(self.slots) + 1)
        object.__setattr__(self, "_row", row)

    def probabilities(self, turns: Sequence[Turn]) -> Floats:
        """Turns × labels, calibrated, independent of one another: a turn can have several labels.

        0 where the label is of the other role or the turn is a recorded voice's. Where the role is unknown both roles'
        labels are possible, and damped.
        """
        found = np.zeros((len(turns), len(self.labels)), np.float32)
        said = sayings(turns)
        if said.turn.size:
            calibrated = 1 / (1 + np.exp(-self.log_odds(turns, said)))
            of_role = label_roles() == said.role[:, None]
            np.maximum.at(found, said.turn, calibrated * of_role * said.damp[:, None])
        return found

    def log_odds(self, turns: Sequence[Turn], said: Sayings) -> Floats:
        """Sayings × labels, calibrated; those of the other role's labels mean nothing."""
        texts = [turns[turn].text for turn in said.turn.tolist()]
        scores = self._scores(grams(texts), said)
        place = said.turn / max(len(turns) - 1, 1)
        scores += dense(lengths(texts), place) @ self.dense.T
        return np.asarray(scores * self.platt[:, 0] + self.platt[:, 1], np.float32)

    def familiarity(self, turns: Sequence[Turn]) -> Floats:
        """Per turn the share (0–1) of its pairs of characters that were seen in training; 1 for shorter turns."""
        found = grams([turn.text for turn in turns])
        pairs = found.size == 2
        all_pairs = np.bincount(found.text[pairs], minlength=len(turns))
        seen = np.bincount(found.text[pairs], self._row[found.slot[pairs]] > 0, minlength=len(turns))
        return np.divide(seen, all_pairs, out=np.ones(len(turns)), where=all_pairs > 0).astype(np.float32)

    def of_grams(self, found: Grams, role: int) -> Floats:
        """Grams × (labels + 2): their weights when said by that role."""
        weights: Floats = self.weights[role, self._row[found.slot]]
        return weights

    def _scores(self, found: Grams, said: Sayings) -> Floats:
        size = self.weights.shape[1]
        flat = self.weights.reshape(-1, self.weights.shape[2])
        values = flat[self._row[found.slot] + (said.role * size)[found.text]]
        sums = np.add.reduceat(values, np.searchsorted(found.text, np.arange(len(said.turn))))
        norms = np.sqrt(np.maximum(sums[:, -2:], 1e-6))
        own = sums[:, :-2] / norms[:, :1]
        before = np.where(said.before[:, None] >= 0, (sums[:, :-2] / norms[:, 1:])[said.before], 0.0)
        return (own + BEFORE * before).astype(np.float32)


def dense(length: NDArray[np.float32], place: NDArray[np.float64]) -> Floats:
    """Texts × (length, place in the call, 1), on a scale with the grams' normalised weights."""
    columns = [0.5 * np.minimum(length / LONG, 2.0), 0.5 * place, np.ones(len(length))]
    return np.stack(columns, axis=1).astype(np.float32)


def sayings(turns: Sequence[Turn]) -> Sayings:
    latest = [-1, -1]
    rows: list[tuple[int, int, int, float]] = []
    for index, turn in enumerate(turns):
        if ANNOUNCEMENT in turn.flags:
            continue
        possible = [ROLES.index(turn.role)] if turn.role in ROLES else [0, 1]
        known = len(rows)
        damp = 1.0 if len(possible) == 1 else NOT_SURE_WHO
        rows.extend((index, role, latest[1 - role], damp) for role in possible)
        for number, role in enumerate(possible):
            latest[role] = known + number
    turn_at, role_at, before, damps = zip(*rows, strict=True) if rows else ((), (), (), ())
    at, by, earlier = (np.array(column, np.intp) for column in (turn_at, role_at, before))
    return Sayings(at, by, earlier, np.array(damps, np.float32))


_LABEL_ROLES = np.array([ROLES.index(label.role) for label in turn_labels()])


def label_roles() -> NDArray[np.intp]:
    """0 where a label is the agent's, 1 where it is the customer's."""
    return _LABEL_ROLES
