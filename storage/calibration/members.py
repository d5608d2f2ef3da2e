"""Who could take part in a calibration."""

from collections.abc import Sequence

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from models.person import RIGHTS, Right, UserRole
from models.tables import UserRow

HEARERS = tuple(role.value for role, rights in RIGHTS.items() if Right.REVIEW in rights)


def could_take_part(session: Session) -> Sequence[UserRow]:
    """Everybody at work who may judge calls, inspectors first, then leads, then administrators, by name."""
    rank = case({UserRole.INSPECTOR.value: 0, UserRole.LEAD.value: 1}, value=UserRow.role, else_=2)
    query = select(UserRow).where(UserRow.active, UserRow.role.in_(HEARERS))
    return session.scalars(query.order_by(rank, UserRow.name, UserRow.id)).all()
