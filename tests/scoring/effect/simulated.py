"""A centre in which it is known what training does: agents differ, calls are luck, and the worst are sent."""

from dataclasses import dataclass

import numpy as np

from scoring.effect.comparable import Candidate, comparable
from scoring.effect.counts import AgentCounts


@dataclass(frozen=True)
class Model:
    """Error rates of agents are Beta(`mean` × `alike`, ...) and wander by `drift` between the windows.

    Everybody takes about `calls` calls in each. Those with the highest rates before are `trained`; it takes the share
    `works` off their rates.
    """

    agents: int = 40
    trained: int = 8
    calls: float = 60
    mean: float = 0.2
    alike: float = 12
    drift: float = 0.03
    works: float = 0.0


@dataclass(frozen=True)
class Drawn:
    """`true` is what training changed in the rates of the trained, weighted by their calls after."""

    trained: list[AgentCounts]
    others: list[AgentCounts]
    true: float


def draw(model: Model, seed: int) -> Drawn:
    chance = np.random.default_rng(seed)
    own = chance.beta(model.mean * model.alike, (1 - model.mean) * model.alike, model.agents)
    rate_before, rate_after = (np.clip(own + chance.normal(0, model.drift, model.agents), 0, 1) for _ in range(2))
    before, after = (chance.poisson(model.calls, model.agents) + 1 for _ in range(2))
    wrong_before = chance.binomial(before, rate_before)
    worst = np.argsort(-wrong_before / before)[: model.trained]
    untouched = rate_after[worst].copy()
    rate_after[worst] *= 1 - model.works
    wrong_after = chance.binomial(after, rate_after)
    everyone = {
        str(n): AgentCounts(str(n), int(before[n]), int(wrong_before[n]), int(after[n]), int(wrong_after[n]))
        for n in range(model.agents)
    }
    candidates = {n: Candidate(n, one.calls_before, one.errors_before) for n, one in everyone.items()}
    trained = [str(n) for n in worst]
    chosen = comparable([candidates[n] for n in trained], list(candidates.values()))
    true = float(np.average(rate_after[worst] - untouched, weights=after[worst]))
    return Drawn([everyone[n] for n in trained], [everyone[n] for n in chosen], true)
