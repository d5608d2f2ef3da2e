from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError

from models.errors import Conflict
from models.tables import Base, CallRow, DefinitionRow, FindingRow, RoutingRow, ScoreRow
from storage.database import open_database, sessions
from storage.migrate import is_current, upgrade

pytestmark = pytest.mark.filterwarnings(  # Alembic cannot compare it on SQLite, which does not have it
    "ignore:autogenerate skipping metadata-specified expression-based index 'ix_sources_grams'"
)


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


FIRST_ROWS = """
INSERT INTO definitions (id, kind, name, version, sha256, body, created_at)
  VALUES (1, 'pack', 'service', 3, 'a', 'pack: service', '2026-01-01 00:00:00'),
         (2, 'scorecard', 'service', 2, 'b', 'scorecard: service', '2026-01-01 00:00:00');
INSERT INTO recordings (id, sha256, file, audio, bytes, state, settings_key, attempts, created_at, updated_at)
  VALUES (7, 'c', 'a.wav', 'a.wav', 9, 'scored', 'k', 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00');
INSERT INTO transcripts (id, recording_id, transcriber_key, body, created_at)
  VALUES (8, 7, 't', '{"turns": []}', '2026-01-01 00:00:00');
INSERT INTO scores
  (id, recording_id, transcript_id, pack_id, scorecard_id, total, grade, fatal, coverage, body, created_at)
  VALUES (9, 7, 8, 1, 2, 72.5, '合格', false, 0.9, '{"results": [1.5, "推诿"]}', '2026-01-01 00:00:00');
INSERT INTO findings (id, score_id, pack, pack_version, rule, name, effect, quote, start, "end", confidence)
  VALUES (10, 9, 'service', 3, 'shirking', '推诿', 'violation', '不归我们管', 1.5, 2.25, 0.9);
INSERT INTO routings (id, recording_id, score_id, queued, reasons, inclusion_probability, created_at)
  VALUES (11, 7, 9, true, '[]', 1.0, '2026-01-01 00:00:00');
INSERT INTO calls (id, recording_id, extra, score_id) VALUES (12, 7, '{}', 9);
"""
"""A scored call, as the first tables held it."""


@pytest.fixture
def of_yesterday(unmigrated: Engine) -> Engine:
    """A database of the first revision with a scored call in it."""
    upgrade(unmigrated, "0001")
    with unmigrated.begin() as connection:
        for statement in FIRST_ROWS.strip().removesuffix(";").split(";"):
            connection.exec_driver_sql(statement)
    return unmigrated


class TestOfYesterday:
    def test_nothing_that_was_scored_is_lost(self, of_yesterday: Engine) -> None:
        upgrade(of_yesterday)
        with sessions(of_yesterday)() as session:
            score = session.scalars(select(ScoreRow)).one()
            assert (score.id, score.total, score.grade, score.fatal, score.scorer) == (9, 72.5, "合格", False, 1)
            assert score.body == {"results": [1.5, "推诿"]}
            assert score.created_at == datetime(2026, 1, 1, tzinfo=UTC)
            assert session.scalars(select(FindingRow.score_id)).one() == 9
            assert session.scalars(select(RoutingRow.score_id)).one() == 9
            assert session.scalars(select(CallRow.score_id)).one() == 9
            pack, card = session.scalars(select(DefinitionRow).order_by(DefinitionRow.id))
            assert (pack.version, pack.published_by, pack.gate, pack.retired_at) == (3, None, None, None)
            assert (card.body, card.published_why) == ("scorecard: service", None)

    def test_references_are_watched_again(self, of_yesterday: Engine) -> None:
        upgrade(of_yesterday)
        for statement in ("DELETE FROM scores", "UPDATE findings SET score_id = 99", "DELETE FROM definitions"):
            with pytest.raises(IntegrityError), of_yesterday.begin() as connection:
                connection.exec_driver_sql(statement)

    def test_a_newer_scorer_may_score_the_same_call(self, of_yesterday: Engine) -> None:
        upgrade(of_yesterday)
        again = (
            "INSERT INTO scores SELECT 20, recording_id, transcript_id, pack_id, scorecard_id, total, grade, fatal,"
            " coverage, body, created_at, {scorer}, classifier FROM scores WHERE id = 9"
        )
        with of_yesterday.begin() as connection:
            connection.exec_driver_sql(again.format(scorer=2))
        with pytest.raises(IntegrityError), of_yesterday.begin() as connection:
            connection.exec_driver_sql(again.format(scorer=1).replace("20", "21"))

    def test_the_tables_are_those_of_a_new_database(self, of_yesterday: Engine) -> None:
        upgrade(of_yesterday)
        test_migrated_tables_are_those_the_code_describes(of_yesterday)

    def test_a_broken_reference_stops_the_upgrade_and_leaves_all_as_it_was(
        self, of_yesterday: Engine, backend: str
    ) -> None:
        if backend != "sqlite":
            pytest.skip("PostgreSQL watches references all the time")
        with of_yesterday.connect() as connection:
            assert connection.connection.driver_connection is not None
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("UPDATE findings SET score_id = 99")
            connection.commit()
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
        with pytest.raises(IntegrityError):
            upgrade(of_yesterday)
        with of_yesterday.connect() as connection:
            assert MigrationContext.configure(connection).get_current_heads() == ("0001",)
            assert connection.exec_driver_sql("SELECT count(*) FROM scores").scalar() == 1

    def test_processes_that_start_at_once_migrate_it_once(
        self, of_yesterday: Engine, unmigrated_url: str, together: Callable[..., list[str]]
    ) -> None:
        assert together(2, "migrate", unmigrated_url) == ["current"] * 2
        with of_yesterday.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM scores").scalar() == 1


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
