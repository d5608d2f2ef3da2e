"""The chance of each call, and of each two calls together, of being picked.

A call is picked if any of several independent designs picks it: simple random sampling without replacement within its
agent's stratum (a), the same within its type's (t), and the draw routing made when it was scored (b). Hence

    not picked      q_i  = (1 − n_a/N_a)(1 − n_t/N_t)(1 − b_i),   π_i = 1 − q_i
    neither of two  q_ij = q_i q_j ρ_ij

where ρ is 1 for two calls of different strata, and for two of the same stratum the ratio by which picking without
replacement makes the two depend on each other: (N−n)(N−n−1)/(N(N−1)) ÷ ((N−n)/N)². From q_ij follows
π_ij = π_i + π_j − 1 + q_ij and Δ_ij = π_ij − π_i π_j = q_i q_j (ρ_ij − 1) ≤ 0.

See C.-E. Särndal, B. Swensson, J. Wretman, "Model Assisted Survey Sampling", 1992, sections 2.4 and 3.3.
"""

from dataclasses import dataclass

import numpy as np

from scoring.sampling.frame import Floats, Wholes


@dataclass(frozen=True, slots=True)
class Strata:
    """Simple random sampling without replacement of `takes` of `sizes` calls in each stratum."""

    sizes: Wholes
    takes: Wholes

    @property
    def shares(self) -> Floats:
        """Of each stratum n/N; 0 where it is empty."""
        return self.takes / np.maximum(self.sizes, 1)

    @property
    def ties(self) -> Floats:
        """ρ of each stratum; 1 where nothing is picked, and where everything is, since then q is 0 anyway."""
        return ties(self.sizes, self.takes)


def ties(sizes: Wholes, takes: Wholes) -> Floats:
    left = sizes - takes
    usable = (takes > 0) & (left > 0) & (sizes > 1)
    over = np.where(usable, left * (sizes - 1.0), 1.0)
    return np.where(usable, sizes * (left - 1.0) / over, 1.0)


def missed(agent_shares: Floats, type_shares: Floats, chances: Floats) -> Floats:
    """The q of each call, from its agent's and type's shares and routing's chance."""
    return np.asarray((1 - agent_shares) * (1 - type_shares) * (1 - chances), np.float64)


def joint(some: Floats, others: Floats, tied: Floats) -> Floats:
    """The π_ij of some calls with others, from the q of each call and the ρ of each pair. Not of a call with itself."""
    both: Floats = 1 - some[:, None] - others[None, :] + some[:, None] * others[None, :] * tied
    return both
