"""Bringing a database's tables up to date, with Alembic."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from models.errors import Conflict
from storage.database import read_only

ADVISORY_LOCK = 0x63616C6C7161
"""The number by which processes that migrate one PostgreSQL database know each other: "callqa"."""


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the tables to what this version of callqa expects (or to an earlier revision), in one transaction; commits.

    Processes and threads that start at once wait for the first of them: on SQLite for the write lock the transaction
    begins with.

    Raises:
        Conflict: a newer version of callqa has been here.
    """
    if is_current(engine):
        return
    with _changing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        if _is_current(connection):
            return
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    """A transaction in which tables may be changed.

    SQLite changes much of a table only by making it anew, and would not let go of the old one while others refer to
    it: there, references are not watched meanwhile but checked at the end. That can only be switched outside of a
    transaction.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            yield connection
        return
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    refusal = ValueError(f"{len(broken)} rows refer to what is not there, such as {broken[0]}")
                    raise IntegrityError("PRAGMA foreign_key_check", None, refusal)
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def is_current(engine: Engine) -> bool:
    """Whether the tables are what this version of callqa expects.

    Raises:
        Conflict: a newer version of callqa has been here.
    """
    with read_only(engine).connect() as connection:
        return _is_current(connection)


def _is_current(connection: Connection) -> bool:
    script = _scripts()
    heads = MigrationContext.configure(connection).get_current_heads()
    known = {revision.revision for revision in script.walk_revisions()}
    for head in heads:
        if head not in known:
            raise Conflict("storage.newer_database", revision=head)
    return set(heads) == set(script.get_heads())


@cache
def _scripts() -> ScriptDirectory:
    """The migrations; reading them all takes a tenth of a second."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    folder = str(resources.files("storage").joinpath("migrations"))
    config.set_main_option("script_location", folder.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
