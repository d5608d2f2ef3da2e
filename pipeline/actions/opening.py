"""Opening a corrective action (整改): about an agent or a team, by whom, until when, in which steps.

With it the window in which its effect will be looked for is fixed, and where an agent offended before, how often.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.action import UNDONE, ActionState, Origin
from models.errors import BadInput, Conflict, Forbidden, NotFound
from models.person import RIGHTS, Right, UserRole, Viewer
from models.reason import Fact
from models.tables import ActionMoveRow, ActionRow, ActionStepRow, AgentRow, CallRow, ReviewRow, UserRow
from pipeline.actions import ladder
from pipeline.actions.scope import in_team
from pipeline.effects.windows import fix_window
from pipeline.people.visibility import check_call
from pipeline.reports.span import today
from storage.actions import actions, effects
from storage.people import roster
from storage.people.audit import record
from storage.results.final_scores import review_of_call

LONGEST_TITLE = 100
LONGEST_STEP = 500
MOST_STEPS = 20
MOST_ITEMS = 20
FURTHEST = timedelta(days=180)
LINKS = ("again", "next")
"""What `why` says of the action before and after it; nobody else says that."""


@dataclass(frozen=True, slots=True)
class OpenAction:
    """What is to be corrected. `team` is needed where no agent is named; an agent's own is the roster's.

    `call_id` is the call it was seen in. `why` holds the figures it was opened on. Without `owner_id` it is the
    viewer's. `again` is the failed action this one follows.
    """

    title: str
    card: str
    items: tuple[str, ...]
    due_on: date
    origin: Origin = Origin.MANUAL
    agent_id: str | None = None
    team: str | None = None
    call_id: int | None = None
    meeting_id: int | None = None
    owner_id: int | None = None
    steps: tuple[str, ...] = ()
    why: Mapping[str, Any] = field(default_factory=dict)
    again: int | None = None


def open_action(session: Session, viewer: Viewer, wanted: OpenAction, now: datetime) -> ActionRow:
    """Open it, with the window of its effect: the weeks before the day it is due against those after.

    Raises:
        BadInput: no title, item or day that can be, or neither agent nor team.
        NotFound: no such agent, team, call or owner, or not within the viewer's scope.
        Conflict: the same call and item is being corrected already.
        Forbidden: corrections are not for them.
    """
    if not viewer.may(Right.CORRECT):
        raise Forbidden("api.forbidden")
    title, items, steps = _checked(wanted, today(now))
    call = _call(session, viewer, wanted)
    agent = _agent(session, viewer, wanted.agent_id or (call.agent_id if call is not None else None))
    team = (agent.team if agent is not None else wanted.team) or ""
    if agent is None and not team:
        raise BadInput("pipeline.action_about_nobody")
    if not in_team(viewer, team):
        raise NotFound("pipeline.no_team", team=team)
    owner = owner_of(session, viewer, wanted.owner_id, team)
    offence = 0 if agent is None else _offence(session, agent.agent_id, wanted, items, now)
    review = None if call is None else review_of_call(session, call.id)
    row = ActionRow(
        title=title,
        state=ActionState.OPEN.value,
        origin=Origin(wanted.origin).value,
        why={name: value for name, value in wanted.why.items() if name not in LINKS}
        | ({"again": wanted.again} if wanted.again else {}),
        card=wanted.card.strip(),
        items=list(items),
        agent_id=None if agent is None else agent.agent_id,
        team=team or None,
        call_id=wanted.call_id,
        final_id=_final(review),
        meeting_id=wanted.meeting_id,
        owner_id=owner.id,
        owner=owner.name,
        due_on=wanted.due_on,
        offence=offence,
        effect_id=None,
        outcome=None,
        made_by=viewer.name,
        user_id=viewer.user_id,
        made_at=now,
        closed_at=None,
        revision=1,
    )
    session.add(row)
    session.flush()
    session.add_all(_steps(row.id, steps))
    _moved_in(session, viewer, row, now)
    _fix(session, viewer, row, now)
    facts: dict[str, Fact] = {"agent": row.agent_id or "", "team": team, "title": title, "offence": offence}
    record(session, viewer, "action.opened", now, target="action", target_id=row.id, facts=facts)
    session.flush()
    return row


def earlier_offences(session: Session, agent_id: str, card: str, items: tuple[str, ...], now: datetime) -> int:
    """How often an agent was told to correct one of these items within the ladder's window."""
    since = now - timedelta(days=ladder.current(session).ladder.window_days)
    rows = actions.of_agent(session, agent_id, since=since)
    return sum(row.card == card and bool(set(row.items) & set(items)) for row in rows)


def possible_owners(session: Session, team: str | None) -> tuple[UserRow, ...]:
    """People who may correct: of the whole centre, and this team's leads."""
    rows = session.scalars(select(UserRow).where(UserRow.active).order_by(UserRow.name, UserRow.id))
    return tuple(row for row in rows if _can_own(row, team))


def owner_of(session: Session, viewer: Viewer, owner_id: int | None, team: str) -> UserRow:
    """Who is to have it in hand: the named person, else the viewer.

    Raises:
        BadInput: a machine names nobody.
        NotFound: no such person, or they may not correct this team.
    """
    if owner_id is None and viewer.user_id is None:
        raise BadInput("pipeline.action_no_owner")
    row = session.get(UserRow, owner_id or viewer.user_id)
    if row is None or not row.active or not _can_own(row, team):
        raise NotFound("pipeline.action_bad_owner", id=owner_id or 0)
    return row


def _checked(wanted: OpenAction, day: date) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    title = " ".join(wanted.title.split())
    items = tuple(dict.fromkeys(item.strip() for item in wanted.items if item.strip()))
    steps = tuple(" ".join(step.split()) for step in wanted.steps if step.strip())
    if not title or len(title) > LONGEST_TITLE:
        raise BadInput("pipeline.action_title", most=LONGEST_TITLE)
    if not items or len(items) > MOST_ITEMS or not wanted.card.strip():
        raise BadInput("pipeline.action_items", most=MOST_ITEMS)
    if len(steps) > MOST_STEPS or any(len(step) > LONGEST_STEP for step in steps):
        raise BadInput("pipeline.action_steps", most=MOST_STEPS, longest=LONGEST_STEP)
    if not day <= wanted.due_on <= day + FURTHEST:
        raise BadInput("pipeline.action_due", day=wanted.due_on.isoformat(), most=FURTHEST.days)
    return title, items, steps


def _call(session: Session, viewer: Viewer, wanted: OpenAction) -> CallRow | None:
    if wanted.call_id is None:
        return None
    check_call(session, viewer, wanted.call_id)
    call = session.get(CallRow, wanted.call_id)
    if call is None:
        raise NotFound("api.no_call", id=wanted.call_id)
    if wanted.agent_id and call.agent_id and wanted.agent_id != call.agent_id:
        raise BadInput("pipeline.action_other_agent", call=call.id, agent=call.agent_id)
    return call


def _agent(session: Session, viewer: Viewer, agent_id: str | None) -> AgentRow | None:
    """The agent, kept from other writers: two offences at a time are counted one after the other."""
    if not agent_id:
        return None
    row = roster.hold_agent(session, agent_id)
    if row is None or not in_team(viewer, row.team):
        raise NotFound("pipeline.no_agent", id=agent_id)
    return row


def _can_own(row: UserRow, team: str | None) -> bool:
    role = UserRole(row.role)
    return Right.CORRECT in RIGHTS[role] and (role is not UserRole.TEAM_LEAD or row.team == team)


def _offence(session: Session, agent_id: str, wanted: OpenAction, items: tuple[str, ...], now: datetime) -> int:
    if wanted.call_id is not None:
        for row in actions.of_call(session, wanted.call_id):
            if row.state in UNDONE and row.agent_id == agent_id and set(row.items) & set(items):
                raise Conflict("pipeline.action_open_already", id=row.id, title=row.title)
    return earlier_offences(session, agent_id, wanted.card.strip(), items, now) + 1


def _final(review: ReviewRow | None) -> int | None:
    return None if review is None else review.final_id


def _steps(action_id: int, steps: tuple[str, ...]) -> list[ActionStepRow]:
    return [
        ActionStepRow(
            action_id=action_id, position=place, text=text, evidence=None, calls=[], done_by=None, done_at=None
        )
        for place, text in enumerate(steps, 1)
    ]


def _moved_in(session: Session, viewer: Viewer, row: ActionRow, now: datetime) -> None:
    session.add(
        ActionMoveRow(
            action_id=row.id,
            before="",
            after=row.state,
            text="",
            by=viewer.name,
            user_id=viewer.user_id,
            at=now,
        )
    )


def _fix(session: Session, viewer: Viewer, row: ActionRow, now: datetime) -> None:
    trained = (row.agent_id,) if row.agent_id else effects.agents_of(session, row.team or "")
    if not trained:
        raise NotFound("pipeline.no_team", team=row.team or "")
    window = fix_window(
        session,
        source="action",
        source_id=row.id,
        title=row.title,
        card=row.card,
        items=row.items,
        trained=trained,
        team=row.team or "",
        starts_on=row.due_on,
        now=now,
        by=viewer.name,
    )
    row.effect_id = window.id
