"""A centre with real sample calls, and people who make cases of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.person import UserRole, Viewer
from models.settings import Settings
from pipeline.people.signing_in import viewer_of
from storage.database import sessions
from tests.api.conftest import Centre, make_user

People = Callable[..., Viewer]


@pytest.fixture
def centre(engine: Engine, tmp_path: Path, database_url: str) -> Centre:
    return Centre(sessions(engine), Settings(home=tmp_path / "home", database_url=database_url))


@pytest.fixture
def person(centre: Centre) -> People:
    """Somebody of that role."""

    def person(role: UserRole, **facts: str) -> Viewer:
        with centre.make.begin() as session:
            return viewer_of(make_user(session, role, **facts))

    return person
