"""The page of the roster (花名册)."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.page import Frame, onward, render, words_for
from api.database import ReadSession
from api.routes.roster import AgentsQuery
from models.call import AgentStage
from pipeline.people import roster
from pipeline.people.roster import Agent

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True, slots=True)
class AgentsPage:
    """`asked` are the form's values; `next` and `first` are addresses, None where there is nothing there."""

    agents: tuple[Agent, ...]
    asked: AgentsQuery
    stages: tuple[AgentStage, ...]
    teams: tuple[str, ...]
    next: str | None
    first: str | None

    @staticmethod
    def row(agent: Agent) -> dict[str, str | int | None]:
        """What the form of an agent is filled with."""
        day = agent.joined_on and agent.joined_on.isoformat()
        row = {name: getattr(agent, name) for name in ("agent_id", "name", "team", "stage", "active", "revision")}
        return {**row, "joined_on": day}


@router.get("/agents")
def agents(request: Request, session: ReadSession, asked: Annotated[AgentsQuery, Query()]) -> HTMLResponse:
    found = roster.list_agents(session, asked.as_filter(), after=asked.cursor, limit=asked.limit)
    page = AgentsPage(
        agents=found.agents,
        asked=asked,
        stages=tuple(AgentStage),
        teams=roster.teams(session),
        next=onward(request, found.next),
        first=onward(request, "") if asked.cursor else None,
    )
    return render(request, "agents.html", Frame(words_for(request)("title_agents"), "agents"), page)
