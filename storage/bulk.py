"""Many rows at once, with ids their maker knows: for data that is made, not entered. Nothing here commits.

The one who calls holds everything else off: ids are counted on from the highest there is.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import JSON, Text, bindparam, cast, func, insert, select, text, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models.tables import Base

AT_ONCE = 2000
"""Rows of one statement."""


class Bulk:
    """Collects rows by table and writes them in the order of references.

    All rows of a table have the same columns. Columns of JSON take objects, or throughout the text of the JSON.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._last: dict[str, int] = {}
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)

    def next(self, table: type[Base]) -> int:
        """An id nobody has."""
        name = table.__tablename__
        if name not in self._last:
            self._last[name] = self.session.scalar(select(func.max(table.__table__.c.id))) or 0
        self._last[name] += 1
        return self._last[name]

    def add(self, table: type[Base], **values: Any) -> None:
        self._rows[table.__tablename__].append(values)

    def write(self) -> None:
        """What was collected; from here on others may add rows of their own."""
        for table in Base.metadata.sorted_tables:
            rows = self._rows.pop(table.name, [])
            for start in range(0, len(rows), AT_ONCE):
                self._write(table.name, rows[start : start + AT_ONCE])
        self._count_on()
        self._last.clear()

    def _write(self, name: str, rows: list[dict[str, Any]]) -> None:
        table = Base.metadata.tables[name]
        texts = [
            column
            for column, value in rows[0].items()
            if isinstance(table.c[column].type, JSON) and isinstance(value, str)
        ]
        given = {column: self._as_text(column) if column in texts else bindparam(column) for column in rows[0]}
        self.session.connection().execute(insert(table).values(given), rows)

    def _as_text(self, column: str) -> Any:
        """JSON that is text already; with PostgreSQL's word for it the text is read as JSON."""
        own = bindparam(column, type_=Text())
        if self.session.get_bind().dialect.name == "postgresql":
            return cast(own, JSONB)
        return type_coerce(own, Text)

    def _count_on(self) -> None:
        """PostgreSQL goes on numbering after the ids that were given."""
        if self.session.get_bind().dialect.name != "postgresql":
            return
        for name in self._last:
            self.session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'),"  # noqa: S608  names of our tables
                    f" (SELECT coalesce(max(id), 0) + 1 FROM {name}), false)"
                )
            )
