"""What the lead's and the team lead's first pages show, as JSON."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import TypeAdapter

from api.database import ReadSession
from api.problems import declared
from api.queries import Text
from api.viewer import CurrentViewer
from pipeline import home as pipeline_home
from pipeline.home import Home
from pipeline.results import team_home as pipeline_team_home
from pipeline.results.team_home import TeamHome

router = APIRouter(prefix="/v1", tags=["home"], responses=declared(401, 403, 422, 503))

HOME_JSON, TEAM_JSON = TypeAdapter(Home), TypeAdapter(TeamHome)
"""Written once: FastAPI would check our own figures before, which takes longer than counting them."""


@router.get("/home", response_model=Home)
def home(session: ReadSession, viewer: CurrentViewer) -> Response:
    """How the queue stands, who does how much, what is urgent today, and what changed since yesterday."""
    return _json(HOME_JSON.dump_json(pipeline_home.home(session, viewer, datetime.now(UTC))))


@router.get("/team", response_model=TeamHome, responses=declared(404))
def team(session: ReadSession, viewer: CurrentViewer, team: Annotated[Text, Query()] = None) -> Response:
    """The published results of the last weeks of one's team; who oversees all teams may name one."""
    return _json(TEAM_JSON.dump_json(pipeline_team_home.team_home(session, viewer, datetime.now(UTC), team=team)))


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")
