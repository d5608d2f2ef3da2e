"""Last period's top and bottom: whom the handbooks exempt (免听), and whom they have heard more often (纠错员工)."""

from collections import defaultdict

from sqlalchemy.orm import Session

from models.call import Direction
from pipeline.sampling.drawn import agent_estimates
from pipeline.sampling.population import asked_for
from scoring.sampling.period import Span
from scoring.sampling.plan import SamplingPlan
from scoring.sampling.summary import Ranking
from storage.sampling import population as stored
from storage.sampling.population import AgentMean

ENOUGH = 0.5
"""Share of the agents with calls of whom there must be an estimate before estimates rank them all."""


def rank(session: Session, plan: SamplingPlan, before: Span, *, plan_id: int | None) -> Ranking:
    """By people's scores of the period before, as estimated from the plan's own draws; else by the machine's means.

    One kind of score ranks all: an agent's estimate beside another's machine score would compare unlike things. At
    most half of the agents of a direction can be top or bottom.
    """
    if not any((*plan.exempt.model_dump().values(), *plan.watched.model_dump().values())):
        return Ranking("nothing")
    means = stored.agent_means(session, asked_for(plan, before))
    if not means:
        return Ranking("nothing")
    directions = _directions(means)
    scores = {} if plan_id is None else agent_estimates(session, plan_id, before)
    known = {agent: score for agent, score in scores.items() if agent in directions}
    source = "estimates"
    if len(known) < ENOUGH * len(directions):
        source, known = "machine", _machine(means)
    top: list[str] = []
    bottom: list[str] = []
    for direction in Direction:
        ordered = sorted((a for a in known if directions[a] is direction), key=lambda a: (known[a], a))
        most = len(ordered) // 2
        bottom += ordered[: min(plan.watched.of(direction), most)]
        exempt = min(plan.exempt.of(direction), most)
        top += ordered[len(ordered) - exempt :]
    return Ranking(source, tuple(top), tuple(bottom))


def _directions(means: tuple[AgentMean, ...]) -> dict[str, Direction]:
    """Of each agent the direction of most of their calls; calls that say none are inbound."""
    calls: defaultdict[str, dict[Direction, int]] = defaultdict(lambda: dict.fromkeys(Direction, 0))
    for mean in means:
        calls[mean.agent_id][Direction(mean.direction or Direction.INBOUND)] += mean.calls
    return {agent: max(Direction, key=lambda direction: own[direction]) for agent, own in calls.items()}


def _machine(means: tuple[AgentMean, ...]) -> dict[str, float]:
    sums: defaultdict[str, float] = defaultdict(float)
    calls: defaultdict[str, int] = defaultdict(int)
    for mean in means:
        sums[mean.agent_id] += mean.mean * mean.calls
        calls[mean.agent_id] += mean.calls
    return {agent: sums[agent] / calls[agent] for agent in sums}
