"""Reading the audit log: who did what, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.clock import day_begins, day_ends
from models.reason import Fact
from models.tables import AuditRow

LATELY = 5000
"""Lines looked at for what can be asked for."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What the log is narrowed to; None asks nothing. `action` may be a noun, for all that was done to such.

    `first_day` and `last_day` are China's, both included.
    """

    who: str | None = None
    action: str | None = None
    target: str | None = None
    target_id: str | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log. `is_machine`: it was a token."""

    id: int
    at: datetime
    who: str
    user_id: int | None
    is_machine: bool
    action: str
    target: str
    target_id: str
    facts: Mapping[str, Fact]
    address: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`next` is the id before which the following page begins, None on the last."""

    entries: tuple[AuditEntry, ...]
    next: int | None


def read_audit(session: Session, wanted: AuditFilter, *, before: int | None, limit: int) -> AuditPage:
    query = select(AuditRow).where(*_conditions(wanted)).order_by(AuditRow.id.desc())
    if before is not None:
        query = query.where(AuditRow.id < before)
    rows = session.scalars(query.limit(limit + 1)).all()
    entries = tuple(_entry(row) for row in rows[:limit])
    return AuditPage(entries, entries[-1].id if len(rows) > limit else None)


def seen_actions(session: Session) -> tuple[str, ...]:
    """What was done lately, by name, each noun before its own."""
    lately = select(AuditRow.action).order_by(AuditRow.id.desc()).limit(LATELY).subquery()
    actions = set(session.scalars(select(lately.c.action).distinct()))
    return tuple(sorted(actions | {action.split(".")[0] for action in actions}))


def seen_targets(session: Session) -> tuple[str, ...]:
    """The kinds of things something was done to lately."""
    lately = select(AuditRow.target).order_by(AuditRow.id.desc()).limit(LATELY).subquery()
    return tuple(sorted(session.scalars(select(lately.c.target).where(lately.c.target != "").distinct())))


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    exact = ((AuditRow.who, wanted.who), (AuditRow.target, wanted.target), (AuditRow.target_id, wanted.target_id))
    conditions: list[ColumnElement[bool]] = [column == value for column, value in exact if value]
    if wanted.action:
        whole = "." in wanted.action
        conditions.append(
            AuditRow.action == wanted.action
            if whole
            else AuditRow.action.startswith(f"{wanted.action}.", autoescape=True)
        )
    if wanted.first_day is not None:
        conditions.append(AuditRow.at >= day_begins(wanted.first_day))
    if wanted.last_day is not None:
        conditions.append(AuditRow.at < day_ends(wanted.last_day))
    return conditions


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        at=row.at,
        who=row.who,
        user_id=row.user_id,
        is_machine=row.token_id is not None,
        action=row.action,
        target=row.target,
        target_id=row.target_id,
        facts=row.facts,
        address=row.address,
    )
