"""The team lead's first page."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.page import Frame, render, words_for
from api.database import ReadSession
from api.queries import Text
from api.viewer import CurrentViewer
from pipeline.results import team_home
from pipeline.results.team_home import TeamHome
from pipeline.results.trend import Week

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

LOW, HIGH = 50.0, 100.0
"""Totals the little trend lines span; lower ones lie on the ground."""

WIDE, TALL = 96, 22


@dataclass(frozen=True, slots=True)
class TeamPage:
    team: TeamHome

    @property
    def unread(self) -> int:
        return sum(agent.line.unread for agent in self.team.agents)

    @property
    def fatal(self) -> int:
        return sum(agent.line.fatal for agent in self.team.agents)

    def points(self, weeks: tuple[Week, ...]) -> list[tuple[float, float]]:
        """The trend as x and y within `WIDE` and `TALL`; weeks without a result are left out."""
        step = WIDE / max(1, len(weeks) - 1)
        return [(round(step * at, 1), _height(week.mean)) for at, week in enumerate(weeks) if week.mean is not None]

    def change(self, weeks: tuple[Week, ...]) -> float | None:
        """The last week with results against the one before it with results."""
        means = [week.mean for week in weeks if week.mean is not None]
        return means[-1] - means[-2] if len(means) > 1 else None


def _height(mean: float) -> float:
    share = (min(max(mean, LOW), HIGH) - LOW) / (HIGH - LOW)
    return round(TALL * (1 - share), 1)


@router.get("/team")
def team(
    request: Request, session: ReadSession, viewer: CurrentViewer, team: Annotated[Text, Query()] = None
) -> HTMLResponse:
    page = TeamPage(team_home.team_home(session, viewer, datetime.now(UTC), team=team or None))
    return render(request, "team.html", Frame(words_for(request)("title_team"), "team"), page)
