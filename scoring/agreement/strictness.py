"""Who is strict and who is lenient, in points, whoever they were compared with."""

import numpy as np
from numpy.typing import NDArray

from scoring.agreement.figure import LEAST_CASES, Figure, known, too_few
from scoring.agreement.ratings import Floats
from scoring.sampling.interval import t_reach

Integers = NDArray[np.int64]

RIDGE = 0.1
"""As much as a tenth of a comparison with an average colleague: it holds the scale where there are no references."""


def strictness(
    differences: Floats, first: Integers, second: Integers, calls: Integers, people: int, *, least: int = LEAST_CASES
) -> list[Figure]:
    """How many points each person gives more than is right (below 0: they are strict).

    A difference is the first person's total less the second's, or less what was agreed (`second` −1). Two people who
    are both lenient do not differ, so the differences are explained by both: least squares, difference = bias of the
    first − bias of the second, with intervals from Huber's sandwich by calls.
    """
    design = np.zeros((len(differences), people))
    rows = np.arange(len(differences))
    design[rows, first] = 1
    paired = second >= 0
    design[rows[paired], second[paired]] -= 1
    steep = np.linalg.inv(design.T @ design + RIDGE * np.eye(people))
    effects = steep @ design.T @ differences
    left = differences - design @ effects
    kinds, index = np.unique(calls, return_inverse=True)
    scores = np.zeros((len(kinds), people))
    np.add.at(scores, index, design * left[:, None])
    covariance = steep @ (scores.T @ scores) @ steep
    figures = []
    for person in range(people):
        mine = len(np.unique(calls[design[:, person] != 0]))
        if mine < max(2, least):
            figures.append(too_few(mine, max(2, least)))
            continue
        deviation = float(np.sqrt(covariance[person, person] * mine / (mine - 1)))
        value, reach = float(effects[person]), t_reach(deviation, mine - 1)
        figures.append(known(value, value - reach, value + reach, mine))
    return figures
