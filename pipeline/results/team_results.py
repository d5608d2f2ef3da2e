"""How a team does: its published results, agent by agent. What a team lead's page shows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.appeal import AppealState
from models.errors import NotFound
from models.person import Scope, Viewer
from models.review import ReviewState
from pipeline.results.kept_back import kept_back
from pipeline.results.own_results import TO_ACKNOWLEDGE
from pipeline.results.trend import WEEKS, Week, beginnings, lost_by, mean, tallied
from storage.results import appeals, final_scores, tallies
from storage.results.appeals import AppealLine
from storage.results.deductions import Deduction
from storage.results.final_scores import ResultLine
from storage.results.tallies import Tally

MOST_OPEN = 50

_UNREAD = frozenset(state.value for state in TO_ACKNOWLEDGE)


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
    since = now - timedelta(weeks=WEEKS)
    counted = tallies.tallies(session, within, since, weeks=beginnings(now), unread=_UNREAD)
    return TeamResults(
        team=within.team,
        calls=sum(one.calls for one in counted),
        mean=mean(counted),
        weeks=tallied(counted, now),
        agents=_agents(session, counted, now),
        deductions=lost_by(session, within, since),
        unread=kept_back(session, viewer, tallies.newest_in(session, within, since, _UNREAD, limit=MOST_OPEN)[::-1]),
        appeals=kept_back(
            session, viewer, appeals.lines(session, within, state=AppealState.OPEN, after=None, limit=MOST_OPEN)
        ),
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
    shown = kept_back(session, viewer, lines[:limit])
    return TeamPage(shown, lines[limit - 1].final_id if len(lines) > limit else None)


def _scope(viewer: Viewer, team: str | None) -> Scope:
    own = viewer.scope
    if own.team is not None and team is not None and team != own.team:
        raise NotFound("pipeline.no_team", team=team)
    return replace(own, team=own.team or team)


def _agents(session: Session, counted: Sequence[Tally], now: datetime) -> tuple[AgentLine, ...]:
    theirs: dict[str | None, list[Tally]] = defaultdict(list)
    for one in counted:
        theirs[one.agent_id].append(one)
    newest = {agent_id: max(one.newest for one in weeks) for agent_id, weeks in theirs.items()}
    called = tallies.of_scores(session, newest.values())
    found = (_agent(agent_id, called[newest[agent_id]], weeks, now) for agent_id, weeks in theirs.items())
    return tuple(sorted(found, key=lambda one: (one.mean is None, one.mean, one.agent_id or "")))


def _agent(
    agent_id: str | None, called: tuple[str | None, str | None], counted: Sequence[Tally], now: datetime
) -> AgentLine:
    """`called`: their name and team."""
    name, team = called
    return AgentLine(
        agent_id=agent_id,
        name=name,
        team=team,
        calls=sum(one.calls for one in counted),
        mean=mean(counted),
        lowest=min((one.lowest for one in counted if one.lowest is not None), default=None),
        fatal=sum(one.fatal for one in counted),
        unread=sum(one.unread for one in counted),
        appealed=sum(one.appealed for one in counted),
        weeks=tallied(counted, now),
        last=max((one.last for one in counted if one.last is not None), default=None),
    )
