"""Many workers on one ledger: no recording to two of them, none forgotten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from models.call import Metadata
from models.tables import CallRow, FindingRow, RecordingRow, RoutingRow, ScoreRow, SourceRow, TranscriptRow
from storage.calls import ledger
from storage.calls.metadata import put_metadata
from storage.database import sessions
from storage.owner import is_alive

Register = Callable[..., RecordingRow]
Together = Callable[..., list[str]]


def test_threads_share_the_work_without_a_recording_to_two(
    engine: Engine, session: Session, register: Register, now: datetime
) -> None:
    expected = sorted(register(f"{number}.wav").id for number in range(40))
    session.commit()
    make_session = sessions(engine)

    def work(owner: str) -> list[int]:
        claimed: list[int] = []
        while True:
            with make_session.begin() as own:
                rows = ledger.claim(own, settings_key="key", owner=owner, now=now, lease_seconds=60, limit=3)
            if not rows:
                return claimed
            claimed += [row.id for row in rows]

    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(work, ["ana", "ben", "cem", "dou"]))
    assert sorted(chain.from_iterable(claims)) == expected


def test_processes_share_the_work_without_a_recording_to_two(
    database_url: str, session: Session, register: Register, together: Together, tmp_path: Path
) -> None:
    expected = sorted(register(f"{number}.wav").id for number in range(40))
    session.commit()
    said = together(2, "claim", database_url, tmp_path / "locks")
    assert sorted(int(word) for line in said for word in line.split()) == expected
    assert set(session.execute(select(RecordingRow.state, RecordingRow.attempts, RecordingRow.owner))) == {
        ("scored", 1, None)
    }


def test_processes_that_register_the_same_contents_make_one_row_each(
    database_url: str, session: Session, together: Together
) -> None:
    said = together(2, "register", database_url, 20)
    assert sum(map(int, said)) == 20
    for table in (RecordingRow, CallRow, SourceRow):
        assert session.scalar(select(func.count()).select_from(table)) == 20


def test_a_killed_process_loses_its_lease_at_once_and_a_living_one_does_not(
    engine: Engine, session: Session, register: Register, start: Callable[..., Any], tmp_path: Path
) -> None:
    locks = tmp_path / "locks"
    database_url = engine.url.render_as_string(hide_password=False)
    rows = [register("a.wav"), register("b.wav")]
    session.commit()
    processes = [start("hold", database_url, locks) for _ in rows]
    names = []
    for process in processes:
        process.go()
        names.append(process.line())
    assert release_dead(engine, locks) == 0
    processes[0].kill()
    assert [is_alive(locks, name) for name in names] == [False, True]
    assert release_dead(engine, locks) == 1
    held = dict(session.execute(select(RecordingRow.id, RecordingRow.owner)).all())
    assert held == {rows[0].id: None, rows[1].id: names[1]}


def test_workers_killed_again_and_again_lose_no_recording_and_score_none_twice(
    database_url: str, session: Session, register: Register, start: Callable[..., Any], tmp_path: Path
) -> None:
    expected = {register(f"{number}.wav").id for number in range(30)}
    session.commit()
    for done_before_the_kill in (1, 6):
        worker = start("claim", database_url, tmp_path / "locks")
        worker.go()
        for _ in range(done_before_the_kill):
            worker.line()
        worker.kill()
    last = start("claim", database_url, tmp_path / "locks")
    last.go()
    last.answer()
    assert set(session.execute(select(RecordingRow.state, RecordingRow.owner))) == {("scored", None)}
    for table in (ScoreRow, RoutingRow, TranscriptRow):
        assert sorted(session.scalars(select(table.recording_id))) == sorted(expected), table
    assert session.scalar(select(func.count()).select_from(FindingRow)) == 30
    assert set(session.scalars(select(CallRow.score_id))) == set(session.scalars(select(ScoreRow.id)))


def release_dead(engine: Engine, locks: Path) -> int:
    with sessions(engine).begin() as session:
        return ledger.release_dead(session, lambda name: is_alive(locks, name))


def test_intake_and_a_finishing_worker_do_not_block_each_other_for_good(
    engine: Engine, session: Session, register: Register, now: datetime, save: Callable[..., Any]
) -> None:
    """Intake asks for another key and corrects the metadata while the worker stores the score of the old key."""
    row = register("a.wav")
    ledger.claim(session, settings_key="key", owner="ana", now=now, lease_seconds=60)
    save(session, row.id, pack_version=2)
    session.commit()
    make_session = sessions(engine)

    def finish() -> bool:
        with make_session() as own:
            save(own, row.id)
            return ledger.mark_scored(own, row.id, "ana", now + timedelta(seconds=1), settings_key="key")

    with ThreadPoolExecutor(1) as pool:
        with make_session.begin() as intake:
            ledger.enqueue(intake, row.id, "newer", now)
            finished = pool.submit(finish)
            _wait_until_blocked(engine)
            put_metadata(intake, row.id, Metadata(team="A"))
        assert finished.result() is False


def test_a_recording_seen_again_is_not_hidden_from_workers_meanwhile(
    engine: Engine, session: Session, register: Register, now: datetime
) -> None:
    """PostgreSQL: adding a row that refers to the recording locks it a little, but not against its being claimed."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no locks on rows")
    row = register("a.wav")
    session.commit()
    session.add(SourceRow(recording_id=row.id, file="copy of a.wav", seen_at=now))
    session.flush()
    with sessions(engine).begin() as worker:
        claimed = ledger.claim(worker, settings_key="key", owner="ana", now=now, lease_seconds=60)
    assert [one.id for one in claimed] == [row.id]


def _wait_until_blocked(engine: Engine) -> None:
    """On SQLite a second writer does not even begin."""
    if engine.dialect.name == "postgresql":
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        blocked = 0
        while not blocked:
            with engine.connect() as connection:
                blocked = connection.scalar(waiting)
