"""The people of a made-up centre: accounts, and the roster of agents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.bulk import Bulk
from models.person import UserRole

INSPECTORS = 50
IN_A_TEAM = 25
FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "秀英",
    "霞",
    "平",
    "刚",
    "桂英",
    "文博",
)
STAGES = ("regular", "regular", "regular", "probation", "trainee", "intern")


@dataclass(frozen=True, slots=True)
class MadeAgent:
    agent_id: str
    name: str
    team: str
    stage: str


@dataclass(frozen=True, slots=True)
class People:
    """`users` are ids by role; `names` by id."""

    agents: tuple[MadeAgent, ...]
    users: dict[UserRole, tuple[int, ...]]
    names: dict[int, str]
    account_of: dict[str, int]

    @property
    def lead(self) -> str:
        return self.names[self.users[UserRole.LEAD][0]]


def add_people(bulk: Bulk, *, teams: int, now: datetime) -> People:
    names = [f"{'服务' if number < teams * 0.7 else '外呼'}{number + 1}组" for number in range(teams)]
    agents = tuple(
        MadeAgent(f"{6001 + at}", person(at), names[at // IN_A_TEAM], STAGES[at % len(STAGES)])
        for at in range(teams * IN_A_TEAM)
    )
    accounts: list[dict[str, Any]] = [{"role": UserRole.ADMIN, "name": "管理员"}]
    accounts += [{"role": UserRole.LEAD, "name": person(90 + at)} for at in range(2)]
    accounts += [{"role": UserRole.INSPECTOR, "name": person(100 + 7 * at)} for at in range(INSPECTORS)]
    accounts += [{"role": UserRole.TRAINER, "name": person(500)}]
    accounts += [{"role": UserRole.TEAM_LEAD, "name": person(600 + at), "team": team} for at, team in enumerate(names)]
    accounts += [
        {"role": UserRole.AGENT, "name": agent.name, "team": agent.team, "agent_id": agent.agent_id} for agent in agents
    ]
    for id_, account in enumerate(accounts, 1):
        bulk.add(
            "users",
            id=id_,
            login=f"{account['role'].value}{id_}",
            name=account["name"],
            role=account["role"].value,
            team=account.get("team"),
            agent_id=account.get("agent_id"),
            must_change=False,
            active=True,
            revision=1,
            created_at=now,
            updated_at=now,
        )
    for agent in agents:
        bulk.add(
            "agents",
            agent_id=agent.agent_id,
            name=agent.name,
            team=agent.team,
            stage=agent.stage,
            active=True,
            revision=1,
            updated_at=now,
        )
    by_role = {role: tuple(n for n, one in enumerate(accounts, 1) if one["role"] is role) for role in UserRole}
    own = {one["agent_id"]: n for n, one in enumerate(accounts, 1) if "agent_id" in one}
    return People(agents, by_role, {n: one["name"] for n, one in enumerate(accounts, 1)}, own)


def person(at: int) -> str:
    return FAMILY[at % len(FAMILY)] + GIVEN[(at // len(FAMILY) + at) % len(GIVEN)]
