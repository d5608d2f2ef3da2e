import sqlite3
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models.errors import BadSetting, MissingPart
from models.tables import RecordingRow
from storage.database import open_database, sessions

Register = Callable[..., RecordingRow]


class TestSqlite:
    def test_folder_and_file_are_made_and_safe_against_power_cuts(self, tmp_path: Path) -> None:
        engine = open_database(f"sqlite:///{tmp_path}/new/folder/callqa.db")
        with closing(engine.raw_connection()) as connection:  # as it is opened: tests take less care (`conftest.py`)
            cursor = connection.cursor()
            pragmas = {
                name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
        engine.dispose()
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}
        assert (tmp_path / "new/folder/callqa.db").exists()

    def test_many_openers_of_a_new_file(self, tmp_path: Path) -> None:
        """Without taking turns about one opening in a hundred finds the database locked."""
        at_once = threading.Barrier(4)

        def open_all(_: int) -> None:
            for number in range(60):
                at_once.wait(timeout=60)
                open_database(f"sqlite:///{tmp_path}/{number}.db").dispose()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(open_all, range(4)))

    @pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///file:x?uri=true"])
    def test_a_database_that_would_not_last_is_refused(self, url: str) -> None:
        with pytest.raises(BadSetting) as refusal:
            open_database(url)
        assert refusal.value.reason.code == "storage.no_database_file"

    def test_a_file_that_is_no_database_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "calls.csv"
        path.write_text("file,agent\n" * 100)
        with pytest.raises(BadSetting, match=r"calls\.csv.*not a database"):
            open_database(f"sqlite:///{path}")

    def test_a_folder_that_cannot_be_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(BadSetting, match=r"file/callqa\.db"):
            open_database(f"sqlite:///{tmp_path}/file/callqa.db")

    def test_a_reader_does_not_wait_for_a_writer(self, tmp_path: Path) -> None:
        engine = open_database(f"sqlite:///{tmp_path}/callqa.db")
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE t (x)"))
        with engine.begin() as writer, sessions(engine, reading=True)() as reader:
            writer.execute(text("INSERT INTO t VALUES (1)"))
            assert reader.scalar(text("SELECT count(*) FROM t")) == 0
        engine.dispose()

    def test_the_driver_is_left_with_one_transaction_at_a_time(self, tmp_path: Path) -> None:
        """A writer takes the lock as it begins: a second one waits, and then finds what the first one wrote."""
        engine = open_database(f"sqlite:///{tmp_path}/callqa.db")
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE t (x)"))
            connection.execute(text("INSERT INTO t VALUES (0)"))
        at_once = threading.Barrier(4)

        def add(_: int) -> None:
            at_once.wait(timeout=60)
            for _ in range(10):
                with engine.begin() as connection:
                    x = connection.scalar(text("SELECT x FROM t"))
                    connection.execute(text("UPDATE t SET x = :x"), {"x": x + 1})

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(add, range(4)))
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT x FROM t")) == 40
        engine.dispose()


class TestPostgresql:
    def test_a_server_that_does_not_answer_is_named_without_the_password(self) -> None:
        with pytest.raises(MissingPart) as missing:
            open_database("postgresql://callqa:geheim@127.0.0.1:1/calls")
        for said in (missing.value.say("zh"), missing.value.say("en")):
            assert "127.0.0.1:1/calls" in said
            assert "geheim" not in said
        assert missing.value.__cause__ is None

    def test_without_psycopg_it_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "psycopg", None)
        with pytest.raises(MissingPart, match=r"pip install \"callqa\[postgres\]\""):
            open_database("postgresql+psycopg://callqa:geheim@127.0.0.1:1/calls")

    @pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
    def test_usual_ways_to_write_the_url(self, postgres_server: object, scheme: str) -> None:
        url = postgres_server.url_of(postgres_server.database).replace("postgresql+psycopg", scheme)  # type: ignore[attr-defined]
        open_database(url).dispose()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("callqa.db", "storage.bad_url"),
        ("postgresql://callqa:ge:heim@host:port/calls", "storage.bad_url"),
        ("mysql://root:geheim@localhost/calls", "storage.unknown_database"),
        ("postgresql+psycopg2://root:geheim@localhost/calls", "storage.unknown_database"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_repeating_it(url: str, code: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        open_database(url)
    assert refusal.value.reason.code == code
    assert "heim" not in refusal.value.say("zh") + refusal.value.say("en")


def test_readers_cannot_write(engine: Engine) -> None:
    statement = text(
        "INSERT INTO definitions (kind, name, version, sha256, body, created_at)"
        " VALUES ('pack', 'p', 1, 'a', 'b', '2026-01-01 00:00:00')"
    )
    with sessions(engine, reading=True)() as reader, pytest.raises(DBAPIError, match=r"read-?only"):
        reader.execute(statement)
    with sessions(engine).begin() as writer:
        writer.execute(statement)
    with sessions(engine, reading=True)() as reader:
        assert reader.scalar(text("SELECT count(*) FROM definitions")) == 1


def test_rows_stay_readable_after_the_commit(engine: Engine, session: Session, register: Register) -> None:
    register("a.wav")
    session.commit()
    with sessions(engine).begin() as other:
        row = other.scalars(select(RecordingRow)).one()
    assert row.file == "a.wav"


def test_foreign_keys_are_kept(engine: Engine) -> None:
    with sessions(engine)() as session, pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        session.execute(text("INSERT INTO calls (recording_id, extra) VALUES (99, '{}')"))


def test_sqlite_can_do_what_is_asked_of_it() -> None:
    """RETURNING came with 3.35."""
    assert sqlite3.sqlite_version_info >= (3, 35)
