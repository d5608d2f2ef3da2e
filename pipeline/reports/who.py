"""Whose calls a report is about: the centre's, a team's or an agent's, as far as the viewer may see them."""

from dataclasses import dataclass
from typing import Literal

from models.errors import NotFound
from models.person import Right, Viewer
from pipeline.reports.span import DaySpan
from storage.reports.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Who:
    """None asks nothing. With both: that agent's calls in that team. "" is who has no team, or no known agent."""

    team: str | None = None
    agent_id: str | None = None

    @property
    def level(self) -> Literal["centre", "team", "agent"]:
        if self.agent_id is not None:
            return "agent"
        return "centre" if self.team is None else "team"

    def during(self, span: DaySpan) -> Wanted:
        return Wanted(span.first, span.last, self.team, self.agent_id)


CENTRE = Who()


def scope_of(viewer: Viewer, team: str | None = None, agent_id: str | None = None) -> Who:
    """What of it the viewer may see: a team lead who asks for nothing gets their team, and agents only in it.

    Raises:
        NotFound: the team is not theirs, they have none, or reports are not for them at all.
    """
    scope = viewer.scope
    if not viewer.may(Right.REPORTS) or scope.agent_id is not None:
        raise NotFound("pipeline.no_report_of", who=agent_id or team or "")
    if scope.team is not None and team not in {None, scope.team}:
        raise NotFound("pipeline.no_report_of", who=team or "")
    return Who(scope.team if scope.team is not None else team, agent_id)
