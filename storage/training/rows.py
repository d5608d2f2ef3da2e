"""One row of training by its number, and pages of them."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.tables import Base

Row = TypeVar("Row", bound=Base)


def locked(session: Session, table: type[Row], id_: int) -> Row | None:
    """As it is stored now, which nobody else changes until this transaction ends; None where there is none."""
    identity: ColumnElement[int] = table.__table__.c.id
    query = select(table).where(identity == id_).with_for_update(key_share=True)
    return session.scalar(query.execution_options(populate_existing=True))


def page(
    session: Session, table: type[Row], *conditions: ColumnElement[bool], after: int | None, limit: int
) -> tuple[tuple[Row, ...], int | None]:
    """The newest first, and the number after which the following page begins, None on the last."""
    identity: Any = table.__table__.c.id
    query = select(table).where(*conditions).order_by(identity.desc())
    if after is not None:
        query = query.where(identity < after)
    rows: Sequence[Any] = session.scalars(query.limit(limit + 1)).all()
    return tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None


def by_id(session: Session, table: type[Row], ids: set[int]) -> dict[int, Row]:
    identity: Any = table.__table__.c.id
    rows: Sequence[Any] = session.scalars(select(table).where(identity.in_(ids))).all() if ids else []
    return {row.id: row for row in rows}
