"""Writing a row once, however many processes try at the same time."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Dialect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.tables import Base

Row = TypeVar("Row", bound=Base)


def insert_once(session: Session, table: type[Row], key: dict[str, Any], **values: Any) -> tuple[Row, bool]:
    """The row with this unique key, made from `key` and `values` where there was none; and whether it was made.

    A process that inserts the same key a moment earlier is waited for and wins.
    """
    insert = _insert(session.get_bind().dialect)
    identity: InstrumentedAttribute[int] = table.id  # type: ignore[attr-defined]
    made = session.scalar(
        insert(table).values(**key, **values).on_conflict_do_nothing(index_elements=list(key)).returning(identity)
    )
    row = session.scalars(select(table).filter_by(**key).execution_options(populate_existing=True)).one()
    return row, made is not None


def insert_all_once(
    session: Session, table: type[Row], key: Sequence[str], rows: Sequence[dict[str, Any]]
) -> dict[tuple[Any, ...], int]:
    """Make those of the rows whose unique key is not there yet, straight in the table; their ids by their keys.

    All rows have the same columns. Whoever else inserts many must do so in the same order, or one waits for the other.
    """
    if not rows:
        return {}
    insert = _insert(session.get_bind().dialect)(table)
    identity: InstrumentedAttribute[int] = table.id  # type: ignore[attr-defined]
    columns = [getattr(table, name) for name in key]
    made = insert.on_conflict_do_nothing(index_elements=list(key)).returning(identity, *columns)
    return {tuple(own): id_ for id_, *own in session.connection().execute(made, list(rows))}


def _insert(dialect: Dialect) -> Any:
    return sqlite.insert if dialect.name == "sqlite" else postgresql.insert
