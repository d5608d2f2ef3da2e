"""The roster of agents (花名册)."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.database import ReadSession, WriteSession
from api.problems import declared
from api.revision import ExpectedRevision, tag
from api.viewer import CurrentViewer
from models.call import AgentStage
from models.reason import Language
from pipeline.people import roster
from pipeline.people.roster import Details
from pipeline.people.roster_file import read_roster
from storage.people.roster import AgentFilter

router = APIRouter(prefix="/v1/agents", tags=["agents"], responses=declared(401, 403, 422, 503))

AgentId = Annotated[str, Path(min_length=1, max_length=60, description="The agent's id, as calls have it.")]
Text = Annotated[str | None, Field(max_length=60)]


class AgentsQuery(BaseModel):
    """A misspelt name is refused; a field left empty asks nothing."""

    model_config = ConfigDict(extra="forbid")

    text: Text = Field(None, description="Part of an id or a name.")
    team: Text = None
    stage: AgentStage | None = None
    active: bool | None = None
    cursor: Text = Field(None, description="`next` of the page before.")
    limit: int = Field(100, ge=1, le=200)
    lang: Language | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _empty_asks_nothing(cls, value: Any) -> Any:
        return None if value == "" else value

    def as_filter(self) -> AgentFilter:
        return AgentFilter(self.text, self.team, self.stage, self.active)


class AgentBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Text = None
    team: Text = None
    stage: AgentStage | None = None
    joined_on: date | None = Field(None, description="The first three months count from here.")
    active: bool = True


class AgentAnswer(AgentBody):
    model_config = ConfigDict(extra="ignore", from_attributes=True)

    agent_id: str
    revision: int = Field(description="Give it as `If-Match` when you change the entry.")
    updated_at: datetime


class AgentsAnswer(BaseModel):
    agents: list[AgentAnswer]
    next: str | None = Field(description="Give it as `cursor` for the next page; null on the last.")


class ImportedAnswer(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    added: int
    changed: int
    same: int


@router.get("")
def list_agents(session: ReadSession, asked: Annotated[AgentsQuery, Query()]) -> AgentsAnswer:
    """Agents by id. Who takes a call and is not entered yet is entered from the call's metadata."""
    page = roster.list_agents(session, asked.as_filter(), after=asked.cursor, limit=asked.limit)
    return AgentsAnswer(agents=[AgentAnswer.model_validate(agent) for agent in page.agents], next=page.next)


@router.get("/{agent_id}", responses=declared(404))
def read(session: ReadSession, response: Response, agent_id: AgentId) -> AgentAnswer:
    """One agent; the `ETag` is the revision."""
    agent = roster.read_agent(session, agent_id)
    tag(response, agent.revision)
    return AgentAnswer.model_validate(agent)


@router.put("/{agent_id}", responses=declared(404, 412))
def edit(
    session: WriteSession,
    viewer: CurrentViewer,
    response: Response,
    *,
    agent_id: AgentId,
    revision: ExpectedRevision,
    asked: AgentBody,
) -> AgentAnswer:
    """Change an entry; calls keep what they were received with."""
    details = Details(asked.name, asked.team, asked.stage, asked.joined_on, asked.active)
    agent = roster.edit_agent(session, viewer, agent_id, details, revision=revision, now=datetime.now(UTC))
    tag(response, agent.revision)
    return AgentAnswer.model_validate(agent)


@router.post("/import")
def import_roster(
    request: Request,
    viewer: CurrentViewer,
    content: Annotated[bytes, Body(media_type="text/csv", description="UTF-8 or GB18030, at most 3 MB.")],
) -> ImportedAnswer:
    """Enter a CSV (`agent_id`/工号, `name`/姓名, `team`/班组, `stage`/阶段, `joined_on`/入职日期, `active`/在岗).

    All of it or, where a line is wrong, nothing; `mistakes` names every wrong line. Empty cells change nothing.
    """
    entries = read_roster(content)
    with request.app.state.writing.begin() as session:
        done = roster.import_roster(session, viewer, entries, datetime.now(UTC))
    return ImportedAnswer.model_validate(done)
