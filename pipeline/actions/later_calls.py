"""What an action is verified by: the calls after it, as the machine scored all of them and as people judged some."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from models.action import ActionState
from models.clock import CHINA_TIME
from models.person import Viewer
from models.tables import ActionRow
from pipeline.people.visibility import limits
from pipeline.reports.item_rates import item_counts
from pipeline.reports.span import today
from scoring.wilson import Share, share
from storage.actions import actions, effects, later
from storage.actions.later import LaterCall

WEEKS_BEFORE = 4
SHOWN = 30
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Later:
    """Calls since `since` (China's day) with an error on one of the items, of all that were scored on the card.

    `before` are those of the four weeks before the action was opened; `reviewed` those people judged, which were picked
    and stand for no others. `calls` are the newest, with an error first.
    """

    since: date
    before: Share
    machine: Share
    reviewed: Share
    calls: tuple[LaterCall, ...]


def later_calls(session: Session, viewer: Viewer, row: ActionRow, now: datetime) -> Later:
    """After it was handed in, or before that, after it was opened."""
    handed_in = actions.move_to(session, (row.id,), ActionState.TO_VERIFY.value).get(row.id)
    opened = row.made_at.astimezone(CHINA_TIME).date()
    since = (handed_in or row.made_at).astimezone(CHINA_TIME).date() + DAY
    agents = (row.agent_id,) if row.agent_id else effects.agents_of(session, row.team or "")
    before = opened - timedelta(weeks=WEEKS_BEFORE)
    return Later(
        since=since,
        before=_share(session, row, agents, before, opened - DAY),
        machine=_share(session, row, agents, since, today(now)),
        reviewed=_share(session, row, agents, since, today(now), by_people=True),
        calls=later.calls(session, agents, row.card, row.items, since, *limits(viewer, by_machine=True), limit=SHOWN),
    )


def _share(
    session: Session, row: ActionRow, agents: tuple[str, ...], first: date, last: date, *, by_people: bool = False
) -> Share:
    counts = item_counts(session, row.card, row.items, agents, first, last, by_people=by_people)
    return share(sum(one.errors for one in counts), sum(one.calls for one in counts))
