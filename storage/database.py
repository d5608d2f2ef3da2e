"""Opening the database: SQLite in WAL mode, or PostgreSQL by URL."""

import sqlite3
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from models.errors import BadSetting, MissingPart
from storage import json_text

BUSY_SECONDS = 30
"""How long a SQLite writer waits for the one before it. Transactions are short; this covers a slow disk."""

CONNECT_SECONDS = 10

POOL = {"pool_size": 10, "max_overflow": 20}
"""Connections of a process: more than api/turn.py lets work at once; of three processes fewer than the 100 that
PostgreSQL allows by default."""

READING = "callqa_reading"
"""The execution option of engines that only read."""


def open_database(url: str) -> Engine:
    """An engine on a database that was reached at least once; the caller disposes of it.

    SQLite's folder is made where missing. The tables are `storage.migrate.upgrade`'s business.

    Raises:
        BadSetting: the URL cannot be read, or names a database or a file that callqa cannot use.
        MissingPart: psycopg is not installed, or the server does not answer. No message shows a password.
    """
    parsed = _parse(url)
    return _open_sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _open_postgresql(parsed)


def sessions(engine: Engine, *, reading: bool = False) -> sessionmaker[Session]:
    """Sessions whose rows stay readable after the commit; with `reading=True` as of `read_only`.

    On SQLite a transaction takes the write lock as it begins, so that two writers wait for each other instead of
    failing half-way: keep slow work out of it.
    """
    return sessionmaker(read_only(engine) if reading else engine, expire_on_commit=False)


def read_only(engine: Engine) -> Engine:
    """The same database for pages and reports: transactions that lock nothing, wait for nobody and refuse to write."""
    return engine.execution_options(**{READING: True, "postgresql_readonly": True})


def is_reading(session: Session) -> bool:
    """Whether the session can see nothing but what was committed."""
    return bool(session.connection().get_execution_options().get(READING))


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise BadSetting("storage.bad_url") from None  # the cause could show the password
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite":
            return parsed
        case "postgres" | "postgresql" | "postgresql+psycopg":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise BadSetting("storage.unknown_database", name=other)


def _open_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise BadSetting("storage.no_database_file")
    path = Path(url.database).absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _switch_to_wal(path)
    except (OSError, sqlite3.Error) as error:
        raise BadSetting("storage.cannot_open_file", path=str(path), problem=str(error)) from error
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS},
        **POOL,
        json_serializer=json_text.dumps,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _switch_to_wal(path: Path) -> None:
    """WAL is a property of the file. Two processes switching it at once would fail, hence the lock beside it."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        if _journal_mode(connection) == "wal":
            return
        with FileLock(f"{path}.lock"):
            mode = _journal_mode(connection, "=WAL")
    finally:
        connection.close()
    if mode != "wal":
        raise BadSetting("storage.no_wal", path=str(path))


def _journal_mode(connection: sqlite3.Connection, change: str = "") -> str:
    (mode,) = connection.execute(f"PRAGMA journal_mode{change}").fetchone()
    return str(mode)


def _prepare_sqlite(connection: sqlite3.Connection, record: Any) -> None:
    del record
    connection.isolation_level = None  # the driver's own BEGIN comes too late and not before every statement
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=FULL")  # a commit survives a power cut


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _open_postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(
            url.update_query_dict({"connect_timeout": url.query.get("connect_timeout", str(CONNECT_SECONDS))}),
            pool_pre_ping=True,
            **POOL,
            json_serializer=json_text.dumps,
        )
    except ImportError as error:
        raise MissingPart("storage.no_psycopg", problem=str(error)) from error
    try:
        with engine.connect():
            pass
    except OperationalError as error:
        engine.dispose()
        raise MissingPart("storage.unreachable", where=_where(url), problem=_problem(error, url)) from None
    return engine


def _where(url: URL) -> str:
    host = url.host or url.query.get("host") or "localhost"
    port = f":{url.port}" if url.port else ""
    return f"{host}{port}/{url.database or ''}"


def _problem(error: OperationalError, url: URL) -> str:
    text = " ".join(str(error.orig).split())
    for secret in (url.password, url.query.get("password")):
        if secret:
            text = text.replace(str(secret), "***")
    return text
