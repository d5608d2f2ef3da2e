"""Who works in the made-up centre: the samples' agents and more beside them, and six inspectors of differing rigour."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from models.call import AgentStage
from pipeline.simulated.parameters import BETWEEN_AGENTS, BETWEEN_HEADS, DRIFT, IN_A_TEAM, NEW_LEARN, STAGES, TEAMS

Random = np.random.Generator
Skills = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """An agent the sample calls name."""

    agent_id: str
    name: str
    team: str
    stage: AgentStage


@dataclass(frozen=True, slots=True)
class Agent:
    """`skills` by section in logits, more is better; `drift` is how they change from the first day to the last."""

    agent_id: str
    name: str
    team: str
    stage: AgentStage
    joined_on: date
    skills: Skills
    drift: float
    busy: float


@dataclass(frozen=True, slots=True)
class Inspector:
    """`severity` above 0 finds more errors, right and wrong ones, below 0 fewer. `pace`: seconds for one of sound."""

    name: str
    severity: float
    pace: float
    busy: float


INSPECTORS = (
    Inspector("王质检", 0.0, 1.5, 1.0),
    Inspector("陈质检", 0.6, 1.7, 1.0),
    Inspector("孙质检", -1.1, 1.2, 1.0),
    Inspector("高质检", 1.1, 2.0, 1.0),
    Inspector("罗质检", -0.6, 1.4, 1.0),
    Inspector("梁质检", 0.0, 1.6, 1.0),
)
"""The first two are accounts of the demo. Severities balance: the centre's results are right on the whole."""

NAMES = (
    *("王佳慧", "李文轩", "张晓彤", "陈宇航", "杨思琪", "黄俊杰", "周雨欣", "吴志强", "徐若曦", "孙浩然"),
    *("胡诗涵", "朱明哲", "林静雯", "何嘉豪", "郑欣怡", "梁伟杰", "谢雅婷", "唐子轩", "韩雪", "冯凯"),
    *("董丽娜", "程亮", "曹颖", "彭博", "曾晓燕", "萧然", "田甜", "潘磊", "蔡莹", "余洋"),
    *("杜娟", "叶青", "魏东", "苏敏", "吕航", "丁玲", "任杰", "姚远", "卢婧", "姜峰"),
)

OTHER_STAGES = (AgentStage.REGULAR,) * 8 + (AgentStage.PROBATION, AgentStage.TRAINEE)


def roster(random: Random, known: tuple[Known, ...], heads: int, first: date) -> tuple[Agent, ...]:
    """Teams of ten, those whom the samples name among them."""
    agents: list[Agent] = []
    names = iter(NAMES)
    for number, team in enumerate(TEAMS, 1):
        own = [one for one in known if one.team == team.name][:IN_A_TEAM]
        made = [
            Known(f"{number}{700 + place}", next(names), team.name, OTHER_STAGES[place % len(OTHER_STAGES)])
            for place in range(IN_A_TEAM - len(own))
        ]
        agents += [_agent(random, one, team.skill, heads, first) for one in (*own, *made)]
    return tuple(agents)


def _agent(random: Random, one: Known, mean: float, heads: int, first: date) -> Agent:
    own = mean + STAGES[one.stage] + BETWEEN_AGENTS * random.standard_normal()
    is_new = one.stage is not AgentStage.REGULAR
    days = int(random.integers(5, 50)) if is_new else int(random.integers(120, 1500))
    return Agent(
        agent_id=one.agent_id,
        name=one.name,
        team=one.team,
        stage=one.stage,
        joined_on=first - timedelta(days=days),
        skills=tuple((own + BETWEEN_HEADS * random.standard_normal(heads)).tolist()),
        drift=float(DRIFT * random.standard_normal() + (NEW_LEARN if is_new else 0.0)),
        busy=float(random.lognormal(0.0, 0.2)),
    )
