"""What a review meeting has to go through: every open correction, the latest first overdue, and the top error items."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.action import PointKind
from models.person import Right, Viewer
from models.tables import ActionRow, MeetingPointRow
from pipeline.reports.errors import ErrorLine, pareto
from pipeline.reports.span import DaySpan, today
from pipeline.reports.who import Who
from storage.actions import actions

WEEKS = 4
TOP = 5
MOST_ACTIONS = 100


def agenda(session: Session, viewer: Viewer, team: str, now: datetime) -> list[MeetingPointRow]:
    """Points not stored yet: corrections by the day they are due, then the items with most errors of four weeks."""
    undone = actions.undone(session, team or None, MOST_ACTIONS)
    day = today(now)
    span = DaySpan(day - timedelta(weeks=WEEKS), day - timedelta(days=1))
    # Who runs a meeting goes through the team's error items there, whether or not reports are open to them elsewhere.
    reader = replace(viewer, rights=viewer.rights | {Right.REPORTS})
    errors = pareto(session, reader, span, Who(team or None), by_people=False, limit=TOP)
    return [*(_of_action(row) for row in undone), *(_of_item(line, span) for line in errors)]


def _of_action(row: ActionRow) -> MeetingPointRow:
    facts = {"state": row.state, "due": row.due_on.isoformat(), "owner": row.owner, "agent": row.agent_id or ""}
    return MeetingPointRow(kind=PointKind.ACTION.value, text=row.title, facts=facts, action_id=row.id)


def _of_item(line: ErrorLine, span: DaySpan) -> MeetingPointRow:
    facts = {
        "card": line.card,
        "item": line.item,
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "calls": line.calls,
        "judged": line.judged,
        "low": line.interval[0],
        "high": line.interval[1],
    }
    return MeetingPointRow(kind=PointKind.ERROR_ITEM.value, text=line.name, facts=facts, action_id=None)
