"""An agent's ledger (奖惩台账): rewards, penalties, praise, exam points, absences. Append-only; a mistake is undone.

Nothing enters by itself from the ladder: it proposes (`pipeline.actions.proposals`), a person enters.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.action import LedgerKind
from models.errors import BadInput, Conflict, Forbidden, NotFound
from models.person import Right, Viewer
from models.reason import Fact
from models.tables import AgentRow, LedgerRow
from pipeline.actions.scope import in_team, team_asked
from storage.actions import ledger as stored
from storage.actions.ledger import Entry, Standing
from storage.people import roster
from storage.people.audit import record

LONGEST_TEXT = 500
MOST_POINTS = 100.0
BY_HAND = (
    LedgerKind.REWARD,
    LedgerKind.PENALTY,
    LedgerKind.PRAISE,
    LedgerKind.DISCIPLINE,
    LedgerKind.ABSENCE,
    LedgerKind.NOTE,
)


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """`next` is the entry the following page begins after, None on the last."""

    entries: tuple[Entry, ...]
    next: int | None


def enter(
    session: Session,
    *,
    agent_id: str,
    kind: LedgerKind,
    points: float,
    text: str,
    source: str,
    source_id: str | int,
    by: str,
    user_id: int | None,
    now: datetime,
    facts: Mapping[str, Fact] | None = None,
) -> LedgerRow:
    """Enter it once: the same agent, kind and source again gives the entry there is, as it was made.

    Raises:
        BadInput: no text or too long a one, or more points than an entry can have.
    """
    said = " ".join(text.split())
    if not said or len(said) > LONGEST_TEXT:
        raise BadInput("pipeline.ledger_text", most=LONGEST_TEXT)
    if not abs(points) <= MOST_POINTS:  # NaN is not
        raise BadInput("pipeline.ledger_points", most=MOST_POINTS)
    values = {
        "agent_id": agent_id,
        "kind": LedgerKind(kind).value,
        "points": float(points),
        "text": said,
        "facts": dict(facts or {}),
        "source": source,
        "source_id": str(source_id),
        "undoes": None,
        "by": by,
        "user_id": user_id,
        "at": now,
    }
    row, _ = stored.add(session, values)
    return row


def enter_by_hand(
    session: Session,
    viewer: Viewer,
    agent_id: str,
    *,
    kind: LedgerKind,
    points: float,
    text: str,
    key: str,
    now: datetime,
) -> LedgerRow:
    """What no proposal says. `key` makes sending it twice the same entry.

    Raises:
        BadInput: as `enter`; or the sign of the points is not the kind's.
        NotFound: the roster does not have the agent.
    """
    if kind not in BY_HAND:
        raise BadInput("pipeline.ledger_kind", kind=kind.value)
    _agent(session, viewer, agent_id)
    takes = kind in {LedgerKind.PENALTY, LedgerKind.DISCIPLINE, LedgerKind.ABSENCE}
    if (takes and points > 0) or (not takes and points < 0) or (kind is LedgerKind.NOTE and points):
        raise BadInput("pipeline.ledger_sign", kind=kind.value, points=points)
    row = enter(
        session,
        agent_id=agent_id,
        kind=kind,
        points=points,
        text=text,
        source="manual",
        source_id=key,
        by=viewer.name,
        user_id=viewer.user_id,
        now=now,
    )
    audited(session, viewer, row, "ledger.entered", now)
    return row


def undo(session: Session, viewer: Viewer, entry_id: int, why: str, now: datetime) -> LedgerRow:
    """Take an entry back with one that says why; once. The entry stays to be read.

    Raises:
        NotFound: no such entry.
        Conflict: it was undone, or it is an undoing.
        BadInput: no reason.
    """
    row = stored.find(session, entry_id)
    if row is None:
        raise NotFound("pipeline.no_ledger_entry", id=entry_id)
    if row.kind == LedgerKind.UNDO:
        raise Conflict("pipeline.ledger_is_undo", id=entry_id)
    said = " ".join(why.split())
    if not said or len(said) > LONGEST_TEXT:
        raise BadInput("pipeline.ledger_text", most=LONGEST_TEXT)
    values = {
        "agent_id": row.agent_id,
        "kind": LedgerKind.UNDO.value,
        "points": -row.points,
        "text": said,
        "facts": {},
        "source": "ledger",
        "source_id": str(row.id),
        "undoes": row.id,
        "by": viewer.name,
        "user_id": viewer.user_id,
        "at": now,
    }
    undoing, is_new = stored.add(session, values)
    if not is_new:
        raise Conflict("pipeline.ledger_undone", id=entry_id)
    audited(session, viewer, undoing, "ledger.undone", now)
    return undoing


def listed(
    session: Session,
    viewer: Viewer,
    *,
    team: str | None = None,
    agent_id: str | None = None,
    kind: LedgerKind | None = None,
    after: int | None = None,
    limit: int,
) -> LedgerPage:
    """The newest first; of one's own team, or, for agents, of oneself.

    Raises:
        NotFound: another's.
    """
    team, agent_id = _whose(session, viewer, team, agent_id)
    kind_value = None if kind is None else kind.value
    found = stored.entries(session, team=team, agent_id=agent_id, kind=kind_value, after=after, limit=limit + 1)
    return LedgerPage(found[:limit], found[limit - 1].row.id if len(found) > limit else None)


def standings(
    session: Session, viewer: Viewer, *, team: str | None, agent_id: str | None, first: date, last: date
) -> tuple[Standing, ...]:
    """What the entries of these days come to, agent by agent, most points lost first.

    Raises:
        NotFound: another's.
    """
    team, agent_id = _whose(session, viewer, team, agent_id)
    return stored.standings(session, team=team, agent_id=agent_id, first=first, last=last)


def audited(session: Session, viewer: Viewer, row: LedgerRow, action: str, now: datetime) -> None:
    facts: dict[str, Fact] = {"agent": row.agent_id, "kind": row.kind, "points": row.points, "source": row.source}
    record(session, viewer, action, now, target="ledger", target_id=row.id, facts=facts)


def may_read(viewer: Viewer) -> bool:
    return viewer.may(Right.TEAM_RESULTS) or viewer.may(Right.REWARD) or viewer.may(Right.LEARN)


def _whose(session: Session, viewer: Viewer, team: str | None, agent_id: str | None) -> tuple[str | None, str | None]:
    if not may_read(viewer):
        raise Forbidden("api.forbidden")
    if viewer.scope.agent_id is not None:
        if agent_id not in {None, viewer.scope.agent_id}:
            raise NotFound("pipeline.no_agent", id=str(agent_id))
        return None, viewer.scope.agent_id
    team = team_asked(viewer, team)
    if agent_id is not None:
        _agent(session, viewer, agent_id)
    return team, agent_id


def _agent(session: Session, viewer: Viewer, agent_id: str) -> AgentRow:
    row = roster.find_agent(session, agent_id)
    if row is None or not in_team(viewer, row.team):
        raise NotFound("pipeline.no_agent", id=agent_id)
    return row
