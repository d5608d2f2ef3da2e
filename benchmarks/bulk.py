"""Rows into a database as fast as it takes them: COPY on PostgreSQL, one statement for many rows on SQLite."""

import json
import sqlite3
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from models.tables import Base

PARENTS_FIRST = tuple(table.name for table in Base.metadata.sorted_tables)


INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""
"""Those that are no constraint's: made anew at the end, which is many times quicker."""


class Bulk:
    """Collects rows by table and writes them in the order of references; ids are given by who makes the rows."""

    def __init__(self, engine: Engine) -> None:
        self.is_postgresql = engine.dialect.name == "postgresql"
        self._pooled = engine.raw_connection()
        self.connection: Any = self._pooled.driver_connection
        self._rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self._columns: dict[str, tuple[str, ...]] = {}
        self._indexes: list[tuple[str, str]] = []
        if not self.is_postgresql:
            self.connection.execute("PRAGMA query_only=OFF")  # the pool may have lent it to a reader before
            self.connection.execute("PRAGMA synchronous=OFF")
            self.connection.execute("BEGIN")
            return
        self.connection.autocommit = True
        with self.connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # references hold: we give the ids ourselves
            cursor.execute(INDEXES)
            self._indexes = cursor.fetchall()
            for name, _ in self._indexes:
                cursor.execute(f"DROP INDEX {name}")
        self.connection.autocommit = False

    def add(self, table: str, **values: Any) -> None:
        columns = self._columns.setdefault(table, tuple(values))
        self._rows[table].append(tuple(map(self._plain, (values[column] for column in columns))))

    def write(self) -> None:
        """What was collected, and forget it."""
        for table in PARENTS_FIRST:
            if rows := self._rows.pop(table, None):
                self._write(table, rows)

    def close(self) -> None:
        """Write the rest and commit; ids go on after those given, and the planner learns what there is."""
        self.write()
        self.connection.commit() if self.is_postgresql else self.connection.execute("COMMIT")
        if self.is_postgresql:
            self._settle_postgresql()
        self._pooled.close()

    def _write(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        names = ", ".join(f'"{name}"' for name in self._columns[table])
        if isinstance(self.connection, sqlite3.Connection):
            marks = ", ".join("?" * len(self._columns[table]))
            self.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
            return
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _plain(self, value: Any) -> Any:
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, datetime) and not self.is_postgresql:
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        return value

    def _settle_postgresql(self) -> None:
        self.connection.autocommit = True
        with self.connection.cursor() as cursor:
            for _, definition in self._indexes:
                cursor.execute(definition)
            cursor.execute("SET session_replication_role = DEFAULT")
            for table in Base.metadata.sorted_tables:
                if "id" in table.c:
                    cursor.execute(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"
                        f" (SELECT coalesce(max(id), 0) + 1 FROM {table.name}), false)"
                    )
            cursor.execute("VACUUM ANALYZE")
        self.connection.autocommit = False
