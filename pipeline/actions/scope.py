"""Whose corrections, meetings and ledgers a person may work on: team leads those of their own team."""

from models.errors import NotFound
from models.person import Viewer


def in_team(viewer: Viewer, team: str | None) -> bool:
    """Whether what is about this team is within the viewer's scope."""
    scope = viewer.scope
    if scope.agent_id is not None:
        return False
    return scope.team is None or scope.team == team


def team_asked(viewer: Viewer, team: str | None) -> str | None:
    """The team a list is narrowed to; None is every team.

    Raises:
        NotFound: it is not the viewer's.
    """
    scope = viewer.scope
    if scope.agent_id is not None or (scope.team is not None and team not in {None, "", scope.team}):
        raise NotFound("pipeline.no_team", team=team or "")
    return scope.team if scope.team is not None else team or None
