"""A centre that corrects: an action with steps, an entry in a ledger, a meeting with its agenda."""

from datetime import UTC, datetime, timedelta

from models.action import LedgerKind, Origin
from models.person import UserRole
from pipeline.actions import ledger, meetings
from pipeline.actions.opening import OpenAction, open_action
from pipeline.people.signing_in import viewer_of
from pipeline.reports.span import today
from tests.api.conftest import Centre, make_user


def correct(centre: Centre, call_id: int) -> None:
    """Of the agent of that call."""
    now = datetime.now(UTC)
    day = today(now)
    with centre.make.begin() as session:
        lead = viewer_of(make_user(session, UserRole.LEAD, name="李敏"))
        wanted = OpenAction(
            title="不推诿",
            card="呼入服务",
            items=("shirking", "greeting"),
            due_on=day + timedelta(days=7),
            origin=Origin.VERDICT,
            call_id=call_id,
            steps=("面谈：一起听录音", "复听之后的通话"),
        )
        row = open_action(session, lead, wanted, now)
        ledger.enter_by_hand(
            session,
            lead,
            row.agent_id or "",
            kind=LedgerKind.PENALTY,
            points=-3,
            text="书面整改未按时交",
            key="1",
            now=now,
        )
        meetings.make(session, lead, title="质检评审会", held_on=day, team="", people=["李敏"], now=now)
