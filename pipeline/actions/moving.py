"""An action's way: open → doing → to verify → verified or failed; or cancelled. Each move says who, when and why.

Whoever has it in hand, or handed it in, does not verify it: somebody else looks at later calls and says whether it
helped.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from models.action import ACKNOWLEDGED, UNDONE, ActionState, Origin
from models.errors import BadInput, Conflict, Forbidden, NotFound
from models.person import Right, Viewer
from models.reason import Fact
from models.tables import ActionRow
from pipeline.actions.held import changed, held, log, seen, words
from pipeline.actions.opening import FURTHEST, OpenAction, open_action, owner_of
from pipeline.reports.span import today
from storage.actions import actions


class Move(StrEnum):
    BEGIN = "begin"
    HAND_IN = "hand_in"
    SEND_BACK = "send_back"
    VERIFY = "verify"
    FAIL = "fail"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Way:
    """From which states a move leads where. `needs_words`: it says why. `by_others`: not by who did the work."""

    before: tuple[ActionState, ...]
    after: ActionState
    needs_words: bool = False
    by_others: bool = False


WAYS = {
    Move.BEGIN: Way((ActionState.OPEN,), ActionState.DOING),
    Move.HAND_IN: Way((ActionState.OPEN, ActionState.DOING), ActionState.TO_VERIFY),
    Move.SEND_BACK: Way((ActionState.TO_VERIFY,), ActionState.DOING, needs_words=True),
    Move.VERIFY: Way((ActionState.TO_VERIFY,), ActionState.VERIFIED, needs_words=True, by_others=True),
    Move.FAIL: Way((ActionState.TO_VERIFY,), ActionState.FAILED, needs_words=True, by_others=True),
    Move.CANCEL: Way(UNDONE, ActionState.CANCELLED, needs_words=True),
}
CLOSING = (ActionState.VERIFIED, ActionState.FAILED, ActionState.CANCELLED)


def possible(session: Session, viewer: Viewer, row: ActionRow) -> tuple[Move, ...]:
    """What this person could do with it next."""
    ways = [(move, way) for move, way in WAYS.items() if row.state in way.before]
    own = any(way.by_others for _, way in ways) and _is_own(session, viewer, row)
    return tuple(move for move, way in ways if not (way.by_others and own))


def move(
    session: Session, viewer: Viewer, action_id: int, wanted: Move, text: str, *, revision: int, now: datetime
) -> ActionRow:
    """Move it on.

    Raises:
        NotFound, Stale: as `held`.
        Conflict: it is in another state, or is handed in with steps that are not done.
        Forbidden: who has it in hand, or handed it in, wants to verify it, or a machine does.
        BadInput: no reason where one is needed.
    """
    row = held(session, viewer, action_id, revision)
    way = WAYS[wanted]
    if row.state not in way.before:
        raise Conflict(f"pipeline.action_is_{row.state}", id=row.id)
    if way.by_others and _is_own(session, viewer, row):
        raise Forbidden("pipeline.action_own", id=row.id)
    said = words(text, needed=way.needs_words)
    if wanted is Move.HAND_IN:
        left = sum(step.done_at is None for step in actions.steps_of(session, row.id))
        if left:
            raise Conflict("pipeline.action_steps_left", count=left)
    log(session, viewer, row, way.after.value, said, now=now)
    facts: dict[str, Fact] = {"before": row.state, "state": way.after.value, "title": row.title}
    row.state = way.after.value
    if way.after in CLOSING:
        row.closed_at, row.outcome = now, said
    return changed(session, viewer, row, "action.moved", facts, now=now)


def say(session: Session, viewer: Viewer, action_id: int, text: str, now: datetime) -> ActionRow:
    """Add a word to its log.

    Raises:
        NotFound: as `seen`.
        BadInput: nothing said, or too much.
    """
    row = seen(session, viewer, action_id)
    log(session, viewer, row, row.state, words(text, needed=True), now=now)
    session.flush()
    return row


def acknowledge(session: Session, viewer: Viewer, action_id: int, text: str, now: datetime) -> ActionRow:
    """The agent says that they have read it; once more changes nothing.

    Raises:
        NotFound: it is not about them.
    """
    row = actions.locked(session, action_id)
    if row is None or not viewer.may(Right.LEARN) or not row.agent_id or row.agent_id != viewer.scope.agent_id:
        raise NotFound("pipeline.no_action", id=action_id)
    if actions.move_to(session, (row.id,), ACKNOWLEDGED):
        return row
    log(session, viewer, row, ACKNOWLEDGED, words(text, needed=False), now=now)
    return changed(session, viewer, row, "action.acknowledged", {"agent": row.agent_id}, now=now)


def edit(
    session: Session,
    viewer: Viewer,
    action_id: int,
    *,
    owner_id: int,
    due_on: date,
    why: str,
    revision: int,
    now: datetime,
) -> ActionRow:
    """Another owner or day, with the reason. The window of its effect stays as it was fixed.

    Raises:
        NotFound, Stale: as `held`; or there is no such owner.
        Conflict: it is closed.
        BadInput: no reason, or a day that cannot be.
    """
    row = held(session, viewer, action_id, revision)
    if row.state not in UNDONE:
        raise Conflict(f"pipeline.action_is_{row.state}", id=row.id)
    day = today(now)
    if due_on != row.due_on and not day <= due_on <= day + FURTHEST:
        raise BadInput("pipeline.action_due", day=due_on.isoformat(), most=FURTHEST.days)
    owner = owner_of(session, viewer, owner_id, row.team or "")
    facts: dict[str, Fact] = {"owner_before": row.owner, "due_before": row.due_on.isoformat()}
    row.owner_id, row.owner, row.due_on = owner.id, owner.name, due_on
    log(session, viewer, row, row.state, words(why, needed=True), now=now)
    return changed(
        session, viewer, row, "action.edited", facts | {"owner": row.owner, "due": due_on.isoformat()}, now=now
    )


def open_again(session: Session, viewer: Viewer, action_id: int, due_on: date, now: datetime) -> ActionRow:
    """A failed action's successor: the same once more, as the agent's next offence.

    Raises:
        NotFound: as `seen`.
        Conflict: it did not fail, or was opened again before.
        BadInput: a day that cannot be.
    """
    row = held(session, viewer, action_id, None)
    if row.state != ActionState.FAILED:
        raise Conflict("pipeline.action_not_failed", id=row.id)
    if "next" in row.why:
        raise Conflict("pipeline.action_open_already", id=row.why["next"], title=row.title)
    wanted = OpenAction(
        title=row.title,
        card=row.card,
        items=tuple(row.items),
        due_on=due_on,
        origin=Origin(row.origin),
        agent_id=row.agent_id,
        team=row.team,
        call_id=row.call_id,
        meeting_id=row.meeting_id,
        steps=tuple(step.text for step in actions.steps_of(session, row.id)),
        why=row.why,
        again=row.id,
    )
    made = open_action(session, viewer, wanted, now)
    row.why = {**row.why, "next": made.id}
    changed(session, viewer, row, "action.opened_again", {"next": made.id}, now=now)
    return made


def _is_own(session: Session, viewer: Viewer, row: ActionRow) -> bool:
    """Whether it is in their hand or was handed in by them, whoever has it by now; machines verify nothing."""
    if viewer.user_id is None:
        return True
    return viewer.user_id in {row.owner_id, actions.last_to(session, row.id, ActionState.TO_VERIFY.value)}
