"""How a team does: its published results, agent by agent. What a team lead's page shows."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.appeal import AppealState
from models.errors import NotFound
from models.final import PRE_SCORE_JSON
from models.person import Scope, Viewer
from models.review import ReviewState
from pipeline.own_results import TO_ACKNOWLEDGE
from pipeline.trend import WEEKS, Deduction, Week, deductions, weekly
from storage import appeals, final_scores
from storage.appeals import AppealLine
from storage.final_scores import ResultLine

MOST_BODIES = 150
"""The newest results looked into for what points were lost by: more would hold up the page."""

MOST_OPEN = 50


@dataclass(frozen=True, slots=True)
class AgentLine:
    """An agent's results of the last weeks. `unread` were published and not read yet; `last` is the newest call's."""

    agent_id: str | None
    name: str | None
    team: str | None
    calls: int
    mean: float | None
    lowest: float | None
    fatal: int
    unread: int
    appealed: int
    weeks: tuple[Week, ...]
    last: datetime | None


@dataclass(frozen=True, slots=True)
class TeamResults:
    """A team's last weeks; the weakest agents come first."""

    team: str | None
    calls: int
    mean: float | None
    weeks: tuple[Week, ...]
    agents: tuple[AgentLine, ...]
    deductions: tuple[Deduction, ...]
    unread: tuple[ResultLine, ...]
    appeals: tuple[AppealLine, ...]


@dataclass(frozen=True, slots=True)
class TeamPage:
    """`next` is the final score the following page begins after, None on the last."""

    results: tuple[ResultLine, ...]
    next: int | None


def team_results(session: Session, viewer: Viewer, now: datetime, *, team: str | None = None) -> TeamResults:
    """The viewer's team; who sees the whole centre may name one, or see all.

    Raises:
        NotFound: another team than one's own.
    """
    within = _scope(viewer, team)
    lines = final_scores.results_since(session, within, now - timedelta(weeks=WEEKS))
    newest = [line.final_id for line in lines[-MOST_BODIES:]]
    scores = [PRE_SCORE_JSON.validate_python(body) for body in final_scores.bodies(session, newest)]
    return TeamResults(
        team=within.team,
        calls=len(lines),
        mean=_mean(lines),
        weeks=weekly(lines, now),
        agents=_agents(lines, now),
        deductions=deductions(scores),
        unread=tuple(line for line in lines if _is_unread(line))[-MOST_OPEN:],
        appeals=appeals.lines(session, within, state=AppealState.OPEN, after=None, limit=MOST_OPEN),
    )


def list_results(
    session: Session,
    viewer: Viewer,
    *,
    team: str | None = None,
    agent_id: str | None = None,
    state: ReviewState | None = None,
    after: int | None,
    limit: int,
) -> TeamPage:
    """Published results of the viewer's team, the last scored first.

    Raises:
        NotFound: another team than one's own.
    """
    within = _scope(viewer, team)
    if agent_id is not None and within.agent_id is None:
        within = replace(within, agent_id=agent_id)
    asked = None if state is None else state.value
    lines = final_scores.results(session, within, after=after, limit=limit + 1, state=asked)
    return TeamPage(lines[:limit], lines[limit - 1].final_id if len(lines) > limit else None)


def _scope(viewer: Viewer, team: str | None) -> Scope:
    own = viewer.scope
    if own.team is not None and team is not None and team != own.team:
        raise NotFound("pipeline.no_team", team=team)
    return replace(own, team=own.team or team)


def _agents(lines: tuple[ResultLine, ...], now: datetime) -> tuple[AgentLine, ...]:
    theirs: dict[str | None, list[ResultLine]] = defaultdict(list)
    for line in lines:
        theirs[line.agent_id].append(line)
    found = (_agent(agent_id, tuple(results), now) for agent_id, results in theirs.items())
    return tuple(sorted(found, key=lambda one: (one.mean is None, one.mean, one.agent_id or "")))


def _agent(agent_id: str | None, lines: tuple[ResultLine, ...], now: datetime) -> AgentLine:
    newest = lines[-1]
    return AgentLine(
        agent_id=agent_id,
        name=newest.agent_name,
        team=newest.team,
        calls=len(lines),
        mean=_mean(lines),
        lowest=min((line.total for line in lines if line.total is not None), default=None),
        fatal=sum(line.fatal for line in lines),
        unread=sum(_is_unread(line) for line in lines),
        appealed=sum(line.state == ReviewState.APPEALED.value for line in lines),
        weeks=weekly(lines, now),
        last=max((line.started_at for line in lines if line.started_at is not None), default=None),
    )


def _mean(lines: tuple[ResultLine, ...]) -> float | None:
    totals = [line.total for line in lines if line.total is not None]
    return sum(totals) / len(totals) if totals else None


def _is_unread(line: ResultLine) -> bool:
    return ReviewState(line.state) in TO_ACKNOWLEDGE
