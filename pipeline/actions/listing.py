"""Lists of actions: a team's, one's own to do, overdue; and an agent's own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.action import ACKNOWLEDGED
from models.errors import Forbidden
from models.person import Right, Viewer
from models.tables import ActionMoveRow, ActionRow, ActionStepRow, LedgerRow
from pipeline.actions.held import seen
from pipeline.actions.later_calls import Later, later_calls
from pipeline.actions.moving import Move, possible
from pipeline.actions.scope import team_asked
from pipeline.effects.windows import Effect, seen_in
from pipeline.people.visibility import told
from pipeline.reports.span import today
from storage.actions import actions, effects
from storage.actions import ledger as ledgers
from storage.actions.actions import ActionFilter, Line
from storage.results.final_scores import review_of_call

MOST_OWN = 100


@dataclass(frozen=True, slots=True)
class ActionPage:
    """`next` is the place the following page begins after, None on the last."""

    lines: tuple[Line, ...]
    next: tuple[date, int] | None


@dataclass(frozen=True, slots=True)
class OneAction:
    """All there is about an action. `overturned`: the call's final score is another than the one it was opened on."""

    line: Line
    steps: tuple[ActionStepRow, ...]
    moves: tuple[ActionMoveRow, ...]
    possible: tuple[Move, ...]
    later: Later
    effect: Effect | None
    ledger: tuple[LedgerRow, ...]
    acknowledged_at: datetime | None
    overturned: bool

    @property
    def row(self) -> ActionRow:
        return self.line.row


@dataclass(frozen=True, slots=True)
class OwnAction:
    """An action as its agent sees it."""

    row: ActionRow
    steps: tuple[ActionStepRow, ...]
    acknowledged_at: datetime | None


def listed(
    session: Session, viewer: Viewer, wanted: ActionFilter, *, after: tuple[date, int] | None, limit: int
) -> ActionPage:
    """By the day they are due; without those about calls that the viewer is to judge first, unless they are theirs.

    Raises:
        NotFound: the team is not the viewer's.
        Forbidden: corrections are not for them.
    """
    if not viewer.may(Right.CORRECT):
        raise Forbidden("api.forbidden")
    wanted = replace(wanted, team=team_asked(viewer, wanted.team))
    found = actions.lines(session, wanted, *told(viewer), own=viewer.user_id, after=after, limit=limit + 1)
    place = (found[limit - 1].row.due_on, found[limit - 1].row.id) if len(found) > limit else None
    return ActionPage(found[:limit], place)


def counts(session: Session, viewer: Viewer, team: str | None, now: datetime) -> Mapping[str, int]:
    """By state, and `late`."""
    return actions.counts(session, team_asked(viewer, team), today(now))


def action_of(session: Session, viewer: Viewer, action_id: int, now: datetime) -> OneAction:
    """Raises NotFound where there is none, or it is another team's."""
    row = seen(session, viewer, action_id)
    line = actions.line(session, action_id)
    assert line is not None
    window = None if row.effect_id is None else effects.find(session, row.effect_id)
    review = None if row.call_id is None else review_of_call(session, row.call_id)
    return OneAction(
        line=line,
        steps=tuple(actions.steps_of(session, row.id)),
        moves=tuple(actions.moves_of(session, row.id)),
        possible=possible(session, viewer, row),
        later=later_calls(session, viewer, row, now),
        effect=None if window is None else seen_in(session, window, now),
        ledger=tuple(ledgers.of_source(session, "action", str(row.id))),
        acknowledged_at=actions.move_to(session, (row.id,), ACKNOWLEDGED).get(row.id),
        overturned=row.final_id is not None and (review is None or review.final_id != row.final_id),
    )


def own_actions(session: Session, viewer: Viewer) -> tuple[OwnAction, ...]:
    """An agent's own, the newest first.

    Raises:
        Forbidden: not an agent's account.
    """
    agent_id = viewer.scope.agent_id
    if agent_id is None or not viewer.may(Right.LEARN):
        raise Forbidden("api.forbidden")
    rows = actions.of_agent(session, agent_id)[:MOST_OWN] if agent_id else []
    read = actions.move_to(session, [row.id for row in rows], ACKNOWLEDGED)
    return tuple(OwnAction(row, tuple(actions.steps_of(session, row.id)), read.get(row.id)) for row in rows)
