"""An action as somebody is changing it: seen, held, changed, and each change written in its log."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models.action import UNDONE
from models.errors import BadInput, NotFound, Stale
from models.person import Right, Viewer
from models.reason import Fact
from models.tables import ActionMoveRow, ActionRow
from pipeline.actions.scope import in_team
from pipeline.people.visibility import check_machine
from pipeline.reports.span import today
from storage.actions import actions
from storage.people.audit import record

LONGEST_TEXT = 2000


def seen(session: Session, viewer: Viewer, action_id: int) -> ActionRow:
    """An action within the viewer's scope.

    Raises:
        NotFound: there is none, or it is another team's.
        Forbidden: it says what was thought of a call that the viewer is to judge first, and is none of theirs.
    """
    row = actions.find(session, action_id)
    if row is None or not viewer.may(Right.CORRECT) or not in_team(viewer, row.team):
        raise NotFound("pipeline.no_action", id=action_id)
    if row.call_id is not None and viewer.user_id not in {row.owner_id, row.user_id}:
        check_machine(session, viewer, (row.call_id,))
    return row


def held(session: Session, viewer: Viewer, action_id: int, revision: int | None) -> ActionRow:
    """The action, to be changed as it was read; None: as it is.

    Raises:
        NotFound: as `seen`.
        Stale: somebody changed it meanwhile.
    """
    seen(session, viewer, action_id)
    row = actions.locked(session, action_id)
    if row is None:
        raise NotFound("pipeline.no_action", id=action_id)
    if revision is not None and row.revision != revision:
        raise Stale("pipeline.action_stale", id=row.id, revision=row.revision)
    return row


def changed(
    session: Session, viewer: Viewer, row: ActionRow, action: str, facts: dict[str, Fact], *, now: datetime
) -> ActionRow:
    """Count the change, and write it down."""
    row.revision += 1
    session.flush()
    record(session, viewer, action, now, target="action", target_id=row.id, facts=facts)
    return row


def is_late(row: ActionRow, now: datetime) -> bool:
    return row.state in UNDONE and row.due_on < today(now)


def days_late(row: ActionRow, now: datetime) -> int:
    return max((today(now) - row.due_on) // timedelta(days=1), 0) if is_late(row, now) else 0


def log(session: Session, viewer: Viewer, row: ActionRow, after: str, text: str, *, now: datetime) -> None:
    """Write down what happened to it, before its state changes."""
    session.add(
        ActionMoveRow(
            action_id=row.id,
            before=row.state,
            after=after,
            text=text,
            by=viewer.name,
            user_id=viewer.user_id,
            at=now,
        )
    )


def words(text: str, *, needed: bool) -> str:
    """What somebody wrote, trimmed.

    Raises:
        BadInput: nothing where something is needed, or too much.
    """
    said = text.strip()
    if (needed and not said) or len(said) > LONGEST_TEXT:
        raise BadInput("pipeline.action_words", most=LONGEST_TEXT)
    return said
