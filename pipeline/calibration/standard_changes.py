"""Changes to the standard (标准修改建议): asked for where people read it differently, and decided by a lead."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from models.calibration import CalibrationState
from models.errors import BadInput, Conflict, Forbidden, NotFound, Stale
from models.person import Right, Viewer
from models.reason import Fact
from models.tables import DefinitionRow, StandardChangeRow
from pipeline.calibration.sessions import open_table
from pipeline.review.assignment import user_id
from scoring.scorecard import parse_scorecard
from storage.calibration import standard_changes as store
from storage.people.audit import record
from storage.rulebook.definitions import stored_versions

ChangeState = Literal["open", "accepted", "declined"]

LONGEST = 2000
"""Characters."""


@dataclass(frozen=True, slots=True)
class ChangePage:
    """`next` is the change the following page begins after, None on the last."""

    changes: tuple[StandardChangeRow, ...]
    next: int | None


def ask_for(
    session: Session,
    viewer: Viewer,
    text: str,
    now: datetime,
    *,
    calibration_id: int | None = None,
    card: str | None = None,
    item: str | None = None,
    rule: str | None = None,
) -> StandardChangeRow:
    """Ask for a change of an item, a rule or the card as a whole.

    In a session whoever takes part may, about its card; elsewhere who runs sessions, about any card.

    Raises:
        NotFound: no such session, card or item.
        BadInput: nothing is said, or too much.
        Conflict: the session was called off.
        Forbidden: verdicts are still out, or it is of no session.
    """
    own_id = user_id(viewer)
    if not text.strip() or len(text) > LONGEST:
        raise BadInput("pipeline.standard_change_text", most=LONGEST)
    name = _card_asked(session, viewer, calibration_id, card)
    if item is not None and item not in _items(session, name):
        raise NotFound("pipeline.no_item", item=item)
    row = StandardChangeRow(
        calibration_id=calibration_id,
        card=name,
        item=item,
        rule=rule,
        text=text.strip(),
        state="open",
        outcome=None,
        by=viewer.name,
        user_id=own_id,
        at=now,
        decided_by=None,
        decided_at=None,
        revision=1,
    )
    session.add(row)
    session.flush()
    facts: dict[str, Fact] = {"card": name, "item": item or "", "rule": rule or "", "calibration": calibration_id or 0}
    record(session, viewer, "standard_change.asked", now, target="standard_change", target_id=row.id, facts=facts)
    return row


def decide(
    session: Session,
    viewer: Viewer,
    change_id: int,
    state: ChangeState,
    outcome: str,
    *,
    revision: int,
    now: datetime,
) -> StandardChangeRow:
    """Accept or decline it, saying what was done or why not; or open it again.

    Raises:
        NotFound: there is none.
        Stale: somebody changed it since that revision.
        BadInput: it is decided without a word on the outcome.
    """
    row = store.locked(session, change_id)
    if row.revision != revision:
        raise Stale("pipeline.standard_change_stale", id=row.id, revision=row.revision)
    outcome = outcome.strip()
    if len(outcome) > LONGEST or (state != "open" and not outcome):
        raise BadInput("pipeline.standard_change_outcome", most=LONGEST)
    row.state, row.outcome = state, outcome or None
    row.decided_by, row.decided_at = (None, None) if state == "open" else (viewer.name, now)
    row.revision += 1
    session.flush()
    facts: dict[str, Fact] = {"state": state, "card": row.card, "item": row.item or ""}
    record(session, viewer, "standard_change.decided", now, target="standard_change", target_id=row.id, facts=facts)
    return row


def listed(
    session: Session,
    *,
    state: ChangeState | None = None,
    calibration_id: int | None = None,
    after: int | None,
    limit: int,
) -> ChangePage:
    """The newest first; whoever reviews may know what is going to change."""
    found = store.changes(session, state=state, calibration_id=calibration_id, after=after, limit=limit + 1)
    return ChangePage(found[:limit], found[limit - 1].id if len(found) > limit else None)


def counts(session: Session) -> dict[str, int]:
    """How many there are in each state."""
    return store.counts(session)


def _card_asked(session: Session, viewer: Viewer, calibration_id: int | None, card: str | None) -> str:
    if calibration_id is None:
        if not viewer.may(Right.CALIBRATE):
            raise Forbidden("pipeline.standard_change_outside")
        if card is None or not stored_versions(session, "scorecard", card):
            raise NotFound("pipeline.calibration_no_card", name=card or "", version=0)
        return card
    row = open_table(session, viewer, calibration_id)
    if row.state == CalibrationState.CANCELLED:
        raise Conflict(f"pipeline.calibration_is_{row.state}")
    return session.get_one(DefinitionRow, row.scorecard_id).name


def _items(session: Session, card: str) -> set[str]:
    """Of any stored version: what is asked for may be about an item that the newest no longer has."""
    return {item.id for row in stored_versions(session, "scorecard", card) for item in parse_scorecard(row.body).items}
