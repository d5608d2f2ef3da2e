"""One session per request; what was written is committed before the answer is sent."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session


def _reading(request: Request) -> Iterator[Session]:
    with request.app.state.reading() as session:
        yield session


def _writing(request: Request) -> Iterator[Session]:
    with request.app.state.writing.begin() as session:
        yield session


# scope="function" ends the session before the response: a failed commit must not answer 202.
ReadSession = Annotated[Session, Depends(_reading, scope="function")]
WriteSession = Annotated[Session, Depends(_writing, scope="function")]
