from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from models.errors import Conflict
from models.tables import Base
from storage.database import open_database
from storage.migrate import is_current, upgrade


@pytest.fixture
def unmigrated(unmigrated_url: str) -> Iterator[Engine]:
    engine = open_database(unmigrated_url)
    yield engine
    engine.dispose()


def test_a_new_database_is_brought_up_to_date(unmigrated: Engine) -> None:
    assert not is_current(unmigrated)
    upgrade(unmigrated)
    assert is_current(unmigrated)
    assert set(inspect(unmigrated).get_table_names()) == {*Base.metadata.tables, "alembic_version"}


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO definitions (kind, name, version, sha256, body, created_at)"
                " VALUES ('pack', 'p', 1, 'a', 'b', '2026-01-01 00:00:00')"
            )
        )
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM definitions")) == 1


def test_migrated_tables_are_those_the_code_describes(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_missing_column_would_be_noticed(unmigrated: Engine) -> None:
    upgrade(unmigrated)
    with unmigrated.begin() as connection:
        connection.execute(text("ALTER TABLE recordings DROP COLUMN codec"))
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert [change[0] for change in found] == ["add_column"]


def test_indexes_and_keys_are_the_same_however_the_tables_were_made(engine: Engine, unmigrated: Engine) -> None:
    """Alembic does not compare the WHERE of an index, nor what a foreign key is called."""
    Base.metadata.create_all(unmigrated)
    described, migrated = inspect(unmigrated), inspect(engine)
    for table in Base.metadata.tables:
        for facts in ("get_indexes", "get_unique_constraints", "get_foreign_keys", "get_pk_constraint"):
            expected, found = (getattr(inspector, facts)(table) for inspector in (described, migrated))
            assert _comparable(found) == _comparable(expected), (table, facts)


def _comparable(facts: Any) -> list[str]:
    """SQL conditions say who they are by `str`, not by `repr`."""
    listed = facts if isinstance(facts, list) else [facts]
    plain = ({**fact, "dialect_options": _words(fact.get("dialect_options", {}))} for fact in listed)
    return sorted(map(repr, plain))


def _words(options: dict[str, Any]) -> dict[str, str]:
    return {name: str(option) for name, option in options.items()}


def test_processes_that_start_at_once_migrate_once(unmigrated_url: str, together: Callable[..., list[str]]) -> None:
    assert together(2, "migrate", unmigrated_url) == ["current"] * 2


def test_threads_that_start_at_once_migrate_once(unmigrated: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: upgrade(unmigrated), range(4)))
    assert is_current(unmigrated)


def test_a_database_of_a_newer_callqa_is_refused(unmigrated: Engine) -> None:
    upgrade(unmigrated)
    with unmigrated.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (upgrade, is_current):
        with pytest.raises(Conflict) as refusal:
            act(unmigrated)
        assert refusal.value.reason.code == "storage.newer_database"
        assert "9999" in refusal.value.say("zh")
