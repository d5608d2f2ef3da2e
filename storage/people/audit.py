"""Writing the audit log, and what was done to one thing. Reading all of it is `pipeline.people.audit`'s."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.person import Viewer
from models.reason import Fact
from models.tables import AuditRow


def record(
    session: Session,
    viewer: Viewer,
    action: str,
    now: datetime,
    *,
    target: str = "",
    target_id: str | int = "",
    facts: Mapping[str, Fact] | None = None,
    address: str = "",
) -> None:
    """Write down who did what, in the transaction that does it.

    `action` is `<noun>.<verb>`, such as `user.created` or `verdict.submitted`; `target` the kind of thing it was done
    to, such as `call`. `facts` hold no passwords and no customers' words.
    """
    session.add(
        AuditRow(
            at=now,
            user_id=viewer.user_id,
            token_id=viewer.token_id,
            who=viewer.name,
            action=action,
            target=target,
            target_id=str(target_id),
            facts=dict(facts or {}),
            address=address,
        )
    )


def done_to(session: Session, target: str, target_id: str | int, action: str) -> tuple[AuditRow, ...]:
    """Every time this was done to that thing, the first first."""
    query = select(AuditRow).filter_by(target=target, target_id=str(target_id), action=action)
    return tuple(session.scalars(query.order_by(AuditRow.id)))


def all_done_to(session: Session, target: str, target_id: str | int) -> tuple[AuditRow, ...]:
    """All that was done to that thing, the first first."""
    query = select(AuditRow).filter_by(target=target, target_id=str(target_id))
    return tuple(session.scalars(query.order_by(AuditRow.id)))
