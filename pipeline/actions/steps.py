"""The steps of an action, each done with what shows that it was."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from models.action import ActionState
from models.errors import BadInput, Conflict, NotFound
from models.person import Viewer
from models.tables import ActionRow, ActionStepRow
from pipeline.actions import opening
from pipeline.actions.held import changed, held, log, words
from pipeline.people.visibility import check_call
from storage.actions import actions

MOST_CALLS = 20


def do_step(
    session: Session,
    viewer: Viewer,
    action_id: int,
    step_id: int,
    *,
    evidence: str,
    calls: Collection[int],
    revision: int,
    now: datetime,
) -> ActionRow:
    """Say that a step is done, with what shows it. An action that was open is being done from then on.

    Raises:
        NotFound, Stale: as `held`; or it has no such step, or a call is not theirs to see.
        Conflict: it is closed or waits to be verified, or the step was done.
        BadInput: no evidence.
    """
    row = held(session, viewer, action_id, revision)
    _in_hand(row)
    step = _step(session, row, step_id)
    if step.done_at is not None:
        raise Conflict("pipeline.action_step_done", by=step.done_by or "")
    if len(set(calls)) > MOST_CALLS:
        raise BadInput("pipeline.action_many_calls", most=MOST_CALLS)
    for call_id in set(calls):
        check_call(session, viewer, call_id)
    step.evidence, step.calls = words(evidence, needed=True), sorted(set(calls))
    step.done_by, step.done_at = viewer.name, now
    if row.state == ActionState.OPEN:
        log(session, viewer, row, ActionState.DOING.value, "", now=now)
        row.state = ActionState.DOING.value
    return changed(session, viewer, row, "action.step_done", {"step": step.text}, now=now)


def add_step(session: Session, viewer: Viewer, action_id: int, text: str, *, revision: int, now: datetime) -> ActionRow:
    """Another step, at the end.

    Raises:
        NotFound, Stale: as `held`.
        Conflict: it is closed or waits to be verified.
        BadInput: no words or too many, or too many steps.
    """
    row = held(session, viewer, action_id, revision)
    _in_hand(row)
    steps = actions.steps_of(session, row.id)
    said = " ".join(text.split())
    if not said or len(said) > opening.LONGEST_STEP or len(steps) >= opening.MOST_STEPS:
        raise BadInput("pipeline.action_steps", most=opening.MOST_STEPS, longest=opening.LONGEST_STEP)
    place = max((step.position for step in steps), default=0) + 1
    session.add(ActionStepRow(action_id=row.id, position=place, text=said, calls=[]))
    return changed(session, viewer, row, "action.step_added", {"step": said}, now=now)


def _in_hand(row: ActionRow) -> None:
    if row.state not in {ActionState.OPEN, ActionState.DOING}:
        raise Conflict(f"pipeline.action_is_{row.state}", id=row.id)


def _step(session: Session, row: ActionRow, step_id: int) -> ActionStepRow:
    step = session.get(ActionStepRow, step_id)
    if step is None or step.action_id != row.id:
        raise NotFound("pipeline.no_action_step", id=step_id)
    return step
