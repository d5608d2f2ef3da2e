"""Stored calls for commands that only look: nobody has to wait for them, and they change nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from batch.workplace import open_workplace
from models.settings import Settings
from storage.database import sessions


@contextmanager
def open_reading(settings: Settings) -> Iterator[Session]:
    """One session on the database as it is now, brought up to date before."""
    with open_workplace(settings) as workplace:
        with workplace.sessions() as session:
            engine = session.get_bind()
        assert isinstance(engine, Engine)
        with sessions(engine, reading=True)() as session:
            yield session
