"""Writers of one process on SQLite: first come, first served, whatever else they do."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from time import sleep

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from api import in_turn
from api.in_turn import InTurn, Line, writing


def note(session: Session, number: int) -> None:
    session.execute(text("INSERT INTO notes VALUES (:n)"), {"n": number})


@pytest.fixture
def make(engine: Engine) -> InTurn:
    made = InTurn(engine)
    with made.begin() as session:
        session.execute(text("CREATE TABLE notes (n INTEGER)"))
    return made


@pytest.fixture
def backend() -> str:
    return "sqlite"


def noted(make: InTurn) -> list[int]:
    with make() as session:
        return list(session.scalars(text("SELECT n FROM notes ORDER BY rowid")))


def test_writers_come_in_the_order_they_asked(make: InTurn) -> None:
    """SQLite's own trying again lets whoever comes last in first."""
    threads = []

    def write(number: int) -> None:
        with make.begin() as session:
            note(session, number)

    with make.begin() as session:
        note(session, 0)
        for number in range(1, 13):
            threads.append(Thread(target=write, args=(number,)))
            threads[-1].start()
            sleep(0.02)
    for thread in threads:
        thread.join(30)
    assert noted(make) == list(range(13))


def test_who_fails_gives_the_turn_on_and_writes_nothing(make: InTurn) -> None:
    def fail(number: int) -> None:
        with make.begin() as session:
            note(session, number)
            raise ValueError

    with ThreadPoolExecutor(4) as pool:
        failed = [pool.submit(fail, number) for number in range(8)]
        assert all(isinstance(one.exception(), ValueError) for one in failed)
    with make.begin() as session:
        note(session, 99)
    assert noted(make) == [99]


def test_nobody_stands_in_line_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn that is never given on, by a mistake of ours, costs patience and no more."""
    monkeypatch.setattr(in_turn, "PATIENCE", 0.2)
    line, held, over = Line(), Event(), Event()

    def hold() -> None:
        with line.turn():
            held.set()
            over.wait(30)

    holder = Thread(target=hold)
    holder.start()
    held.wait(30)
    for _ in range(3):
        with line.turn():
            assert not over.is_set()
    over.set()
    holder.join(30)
    with line.turn(), ThreadPoolExecutor(1) as pool:
        waits = pool.submit(lambda: line.turn().__enter__())
        sleep(0.05)
        assert not waits.done(), "who left the line has not given anybody's turn on"


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_only_sqlite_needs_a_line(engine: Engine, backend: str) -> None:
    assert isinstance(writing(engine), InTurn) is (backend == "sqlite")
