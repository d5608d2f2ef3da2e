"""The picked calls of one or more draws, with what people said about those they have heard."""

from dataclasses import dataclass

import numpy as np

from scoring.sampling.frame import Floats, Marks, Wholes

REST = -1
"""The `part` of calls that chance picked."""


@dataclass(frozen=True, slots=True)
class Picks:
    """One entry a picked call in every array.

    `part` is REST for what chance picked; what was certain is told apart by its leading reason. `missed` is q, 0 where
    certain. `agent_group` and `type_group` number strata (collapsed, apart between draws) with their ρ beside them.
    `stratum`, `kin` and `draw` say among whom those not heard yet are stood for: the agent's calls, else the team's,
    else the draw's. `values` has a row for each measure, nan where nobody has heard the call yet.
    """

    part: Wholes
    missed: Floats
    agent_group: Wholes
    agent_tie: Floats
    type_group: Wholes
    type_tie: Floats
    stratum: Wholes
    kin: Wholes
    draw: Wholes
    values: Floats

    @property
    def heard(self) -> Marks:
        return np.asarray(~np.isnan(self.values[0]), np.bool_)

    def __len__(self) -> int:
        return len(self.part)


def responses(picks: Picks) -> Floats:
    """Of each picked call of the rest the share of its like that was heard; 1 for what was certain.

    What is missing is taken to be like what was heard of the same agent and draw; where nothing was, like the team's,
    and at last like the draw's. Shares multiply as chances do (two-phase sampling: Särndal et al. 1992, section 15.6).
    """
    rest = picks.part == REST
    first = np.where(rest, 1 / np.where(rest, 1 - picks.missed, 1.0), 0.0)
    weight = np.where(picks.heard, first, 0.0)
    left = np.where(picks.heard, 0.0, first)
    for classes in (picks.stratum, picks.kin, picks.draw):
        stood_by = np.bincount(classes, weights=weight)
        stood_for = np.bincount(classes, weights=left)
        factor = np.divide(stood_by + stood_for, stood_by, out=np.ones(len(stood_by)), where=stood_by > 0)
        weight *= factor[classes]
        left = np.where(stood_by[classes] > 0, 0.0, left)
    return np.divide(first, weight, out=np.ones_like(first), where=weight > 0)
