"""Stored calls for commands that only look: nobody has to wait for them, and they change nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from batch.workplace import open_workplace
from models.settings import Settings


@contextmanager
def open_reading(settings: Settings) -> Iterator[Session]:
    """One session on the database as it is now, brought up to date before."""
    with open_workplace(settings) as workplace, workplace.reading() as session:
        yield session
