"""How many of each agent's and each type's calls chance shall pick."""

import math

import numpy as np

from scoring.sampling.frame import Agent, Frame, Marks, Rank, Wholes
from scoring.sampling.plan import SamplingPlan

DAYS_A_WEEK = 7


def quota(agent: Agent, plan: SamplingPlan, weeks: float) -> int:
    """Calls of the agent to be heard in a period of so many weeks, parts of a call rounded up.

    Last week's top is exempt (免听): only the random stratum reaches them. Last week's bottom gets at least its own
    quota; who is in the first months gets more.
    """
    if agent.rank is Rank.TOP:
        return 0
    a_week = plan.quotas.of(agent.stage)
    if agent.rank is Rank.BOTTOM:
        a_week = max(a_week, plan.quotas.watched)
    if agent.is_new:
        a_week += plan.quotas.extra
    return math.ceil(round(a_week * weeks, 6))


def agent_takes(frame: Frame, certain: Marks, plan: SamplingPlan, weeks: float) -> tuple[Wholes, Wholes]:
    """Of each agent: how many calls chance can pick, and how many it shall.

    What is heard for certain fills the quota first, but chance always has its least: without it nothing could be said
    about the agent's ordinary calls. Both depend on the population and the machine alone, never on chance.
    """
    agents = len(frame.agents)
    certainties = np.bincount(frame.agent[certain], minlength=agents)
    rest = np.bincount(frame.agent[~certain], minlength=agents)
    wanted = np.array([quota(agent, plan, weeks) for agent in frame.agents], np.int64)
    share = np.ceil(np.round(plan.chance.share * rest, 6)).astype(np.int64)
    takes = np.maximum.reduce([wanted - certainties, share, np.full(agents, plan.chance.each)])
    return rest, np.minimum(takes, rest)


def type_takes(frame: Frame, certain: Marks, plan: SamplingPlan) -> tuple[Wholes, Wholes]:
    """Of each call type: how many calls chance can pick, and how many it shall so that none is left out."""
    types = len(frame.types)
    certainties = np.bincount(frame.type[certain], minlength=types)
    rest = np.bincount(frame.type[~certain], minlength=types)
    asked = np.array([bool(name) and (not plan.coverage.only or name in plan.coverage.only) for name in frame.types])
    takes = np.where(asked, np.maximum(plan.coverage.each - certainties, 0), 0).astype(np.int64)
    return rest, np.minimum(takes, rest)
