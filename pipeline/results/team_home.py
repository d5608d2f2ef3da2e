"""The team lead's first page: the team's published results, agent by agent, and what was said about it from outside."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.feedback import FeedbackKind, FeedbackState
from models.person import EVERYTHING, NOTHING, UserRole, Viewer
from pipeline.results.feedback import Feedback, list_feedback
from pipeline.results.team_results import AgentLine, TeamResults, team_results
from pipeline.results.trend import WEEKS
from storage.people.team import standing_feedback, team_names

MOST = 8


@dataclass(frozen=True, slots=True)
class TeamAgent:
    """An agent with their results, and how often praise and complaints of the same weeks were found to stand."""

    line: AgentLine
    praise: int
    complaints: int


@dataclass(frozen=True, slots=True)
class TeamHome:
    """`teams` are those the viewer may choose from: one's own, or all. `feedback` is what stands, the latest first."""

    at: datetime
    teams: tuple[str, ...]
    results: TeamResults
    agents: tuple[TeamAgent, ...]
    feedback: tuple[Feedback, ...]


def team_home(session: Session, viewer: Viewer, now: datetime, *, team: str | None = None) -> TeamHome:
    """The viewer's team; who sees all teams gets the one they name, or the first.

    Raises:
        NotFound: another team than one's own.
    """
    own = viewer.scope.team
    teams = (own,) if own is not None else team_names(session) if viewer.scope == EVERYTHING else ()
    if viewer.scope == NOTHING:
        team = None  # a team lead whose account names no team
    shown = team or own or (teams[0] if teams else None)
    results = team_results(session, viewer, now, team=shown)
    ids = [line.agent_id for line in results.agents if line.agent_id]
    standing = standing_feedback(session, ids, now - timedelta(weeks=WEEKS))
    agents = tuple(
        TeamAgent(
            line,
            standing.get((line.agent_id or "", FeedbackKind.PRAISE), 0),
            standing.get((line.agent_id or "", FeedbackKind.COMPLAINT), 0),
        )
        for line in results.agents
    )
    return TeamHome(now, teams, results, agents, _feedback(session, viewer, shown))


def _feedback(session: Session, viewer: Viewer, team: str | None) -> tuple[Feedback, ...]:
    """As somebody of the team would see it."""
    if team is None:
        return ()
    of_team = replace(viewer, role=UserRole.TEAM_LEAD, team=team) if viewer.scope.team is None else viewer
    return list_feedback(session, of_team, state=FeedbackState.STANDS, after=None, limit=MOST).entries
