"""The population of a draw as arrays, its agents as the roster knows them, and who was best and worst before."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
from sqlalchemy import Row
from sqlalchemy.orm import Session

from models.call import AgentStage
from models.reason import Fact, Reason
from models.review import ReviewState
from models.tables import AgentRow
from scoring.sampling.frame import BY_CHANCE, CHANCE, Agent, Frame, Rank, signs_of
from scoring.sampling.period import Span
from scoring.sampling.plan import SamplingPlan
from scoring.sampling.summary import Ranking
from storage.reason import restored
from storage.sampling import population as stored
from storage.sampling.population import Asked

NAMED = 8
"""Agents named in a warning; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Population:
    """`rows` are those of `storage.sampling.population.population`, in the frame's order."""

    frame: Frame
    rows: Sequence[Row[Any]]
    ranking: Ranking
    warnings: tuple[Reason, ...]


def asked_for(plan: SamplingPlan, span: Span) -> Asked:
    direction = None if plan.direction is None else plan.direction.value
    return Asked(span.start, span.end, direction, plan.teams, plan.least_seconds)


def gather(session: Session, plan: SamplingPlan, span: Span, ranking: Ranking, *, plan_id: int | None) -> Population:
    """Every scored call of the period that the plan has not drawn from before.

    A call is `queued` for certain where it waits, or has been heard, for anything but chance; of a call that scoring
    picked before there were reviews routing says so. The rest has routing's own draw, with the chance it had.
    """
    asked = asked_for(plan, span)
    rows = stored.population(session, asked, plan_id=plan_id)
    roster = stored.roster(session)
    agents = _agents(rows, roster, span, plan, ranking)
    frame = _frame(rows, agents)
    warnings = [
        *_left_out(session, asked, plan_id),
        *_agent_warnings(frame, roster, plan),
        *_type_warnings(frame, plan),
    ]
    return Population(frame, rows, ranking, tuple(warnings))


def _frame(rows: Sequence[Row[Any]], agents: tuple[Agent, ...]) -> Frame:
    places = {agent.id: place for place, agent in enumerate(agents)}
    types = tuple(sorted({row.call_type or "" for row in rows}))
    kinds = {name: place for place, name in enumerate(types)}
    fates = [_fate(row) for row in rows]
    return Frame(
        call=np.array([row.id for row in rows], np.int64),
        agent=np.array([places[row.agent_id or ""] for row in rows], np.int64),
        type=np.array([kinds[row.call_type or ""] for row in rows], np.int64),
        seconds=np.array([row.seconds or 0.0 for row in rows], np.float64),
        total=np.array([np.nan if row.total is None else row.total for row in rows], np.float64),
        satisfaction=np.array([np.nan if row.satisfaction is None else row.satisfaction for row in rows], np.float64),
        signs=np.array([_signs(row) for row in rows], np.uint8),
        queued=np.array([fate.queued for fate in fates], np.bool_),
        chance=np.array([fate.chance for fate in fates], np.float64),
        drawn=np.array([fate.drawn for fate in fates], np.bool_),
        agents=agents,
        types=types,
    )


@dataclass(frozen=True, slots=True)
class _Fate:
    queued: bool
    chance: float
    drawn: bool


_LEFT_ALONE = _Fate(queued=False, chance=0.0, drawn=False)
_QUEUED = _Fate(queued=True, chance=0.0, drawn=False)


def _fate(row: Row[Any]) -> _Fate:
    """What has become of a call before the draw."""
    if row.state is None and not row.queued:  # most of them
        return _Fate(queued=False, chance=row.chance or 0.0, drawn=False)
    routed = {body["code"] for body in row.routed or ()}
    if row.state is not None and row.state != ReviewState.MACHINE_SCORED:
        if any(body["code"] not in BY_CHANCE for body in row.reasons):
            return _QUEUED
    elif row.state is None and row.queued and routed - BY_CHANCE:
        return _QUEUED
    if routed - BY_CHANCE or not row.chance:  # it was taken out of the queue again: routing's chance says nothing
        return _LEFT_ALONE
    return _Fate(queued=False, chance=row.chance, drawn=CHANCE in routed)


def _signs(row: Row[Any]) -> int:
    return signs_of([restored(body) for body in row.routed]) if row.routed else 0


def _agents(
    rows: Sequence[Row[Any]], roster: Mapping[str, AgentRow], span: Span, plan: SamplingPlan, ranking: Ranking
) -> tuple[Agent, ...]:
    """As the roster has them; who is not in it, as their latest call says."""
    latest = {row.agent_id or "": row for row in rows}
    new_from = span.first - timedelta(days=plan.quotas.extra_days)
    ranks = {**dict.fromkeys(ranking.top, Rank.TOP), **dict.fromkeys(ranking.bottom, Rank.BOTTOM)}
    found: list[Agent] = []
    for agent_id in sorted(latest):
        row, known = latest[agent_id], roster.get(agent_id)
        agent = Agent(
            agent_id, row.agent_name, row.team, _stage(row.agent_stage), rank=ranks.get(agent_id), in_roster=False
        )
        if known is not None:
            agent = replace(
                agent,
                name=known.name or agent.name,
                team=known.team or agent.team,
                stage=_stage(known.stage or row.agent_stage),
                is_new=known.joined_on is not None and known.joined_on > new_from,
                in_roster=True,
            )
        found.append(agent)
    return tuple(found)


def _stage(stage: str | None) -> AgentStage:
    return AgentStage(stage) if stage in set(AgentStage) else AgentStage.REGULAR


def _left_out(session: Session, asked: Asked, plan_id: int | None) -> list[Reason]:
    """Calls of the period that cannot be drawn from."""
    found: list[Reason] = []
    if unscored := stored.count_unscored(session, asked):
        found.append(Reason("pipeline.sampling_unscored", {"calls": unscored}))
    if plan_id is not None and (drawn := stored.count_drawn_before(session, asked, plan_id)):
        found.append(Reason("pipeline.sampling_drawn_before", {"calls": drawn}))
    return found


def _agent_warnings(frame: Frame, roster: Mapping[str, AgentRow], plan: SamplingPlan) -> list[Reason]:
    """Who has no calls, who is not in the roster, and calls of nobody."""
    found: list[Reason] = []
    present = {agent.id for agent in frame.agents}
    wanted = [row for row in roster.values() if row.active and (not plan.teams or row.team in plan.teams)]
    if idle := [row.name or row.agent_id for row in wanted if row.agent_id not in present]:
        found.append(Reason("pipeline.sampling_idle_agents", _named(idle)))
    if unknown := [agent.name or agent.id for agent in frame.agents if agent.id and not agent.in_roster]:
        found.append(Reason("pipeline.sampling_not_in_roster", _named(unknown)))
    nobody = next((place for place, agent in enumerate(frame.agents) if not agent.id), None)
    if nobody is not None:
        found.append(Reason("pipeline.sampling_no_agent", {"calls": int((frame.agent == nobody).sum())}))
    return found


def _type_warnings(frame: Frame, plan: SamplingPlan) -> list[Reason]:
    """Types that were asked for and never seen, or seen too rarely for what is asked of each."""
    found: list[Reason] = []
    if missing := [name for name in plan.coverage.only if name not in frame.types]:
        found.append(Reason("pipeline.sampling_types_missing", {"types": "、".join(missing)}))
    seen = Counter(frame.types[kind] for kind in frame.type)
    rare = [
        name
        for name in frame.types
        if name and seen[name] < plan.coverage.each and (not plan.coverage.only or name in plan.coverage.only)
    ]
    if rare:
        found.append(Reason("pipeline.sampling_types_rare", {"types": "、".join(rare), "each": plan.coverage.each}))
    return found


def _named(names: list[str]) -> dict[str, Fact]:
    shown = "、".join(sorted(names)[:NAMED])
    return {"count": len(names), "names": f"{shown}…" if len(names) > NAMED else shown}
