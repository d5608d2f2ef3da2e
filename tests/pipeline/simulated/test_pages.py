"""Every role opens its pages on the simulated centre, finds something of its own, and is told that it is simulated."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.signed_in import COOKIE
from models.settings import Settings
from models.tables import UserRow
from pipeline.people.signing_in import Lasting, let_in
from storage.database import sessions
from tests.pipeline.simulated.small_centre import Made

PAGES = {
    "admin": ("/users", "/agents", "/audit"),
    "lead": (
        *("/home", "/", "/queue", "/assignments", "/sampling", "/sampling/draws/1", "/estimates", "/publishing"),
        *("/appeals", "/feedback", "/team", "/rules", "/calibrations", "/calibrations/1", "/standard-changes"),
        *("/agreement", "/agreement/inspectors", "/levels", "/reports", "/cases", "/training", "/actions"),
        *("/meetings", "/ledger", "/simulation"),
    ),
    "inspector": ("/desk", "/", "/agreement/mine"),
    "trainer": ("/team", "/reports", "/training", "/simulation"),
    "teamlead": ("/team", "/reports", "/actions"),
    "agent": ("/mine", "/my-training"),
    "agent2": ("/mine",),
}

OWN = {"agent": ("/mine", "/mine/"), "inspector": ("/desk", "/review/"), "teamlead": ("/team", "邹凯")}
"""What must be on a page for it to have something of one's own."""


@pytest.fixture(scope="module")
def served(centre: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Made]]:
    """On a copy: signing in writes."""
    copy = centre.copy(Path(tmp_path_factory.mktemp("served")) / "home")
    with TestClient(create_app(Settings(home=copy.home, requests_a_minute=0))) as client:
        yield client, copy
    copy.engine.dispose()


@pytest.mark.parametrize("login", PAGES)
def test_every_role_opens_its_pages_and_each_says_that_it_is_simulated(
    served: tuple[TestClient, Made], login: str
) -> None:
    client, copy = served
    _sign_in(client, copy, login)
    wrong = {}
    for path in PAGES[login]:
        answer = client.get(path, headers={"Accept": "text/html"})
        if answer.status_code != 200 or "模拟数据" not in answer.text:
            wrong[path] = answer.status_code
    assert wrong == {}
    if login in OWN:
        path, own = OWN[login]
        assert own in client.get(path, headers={"Accept": "text/html"}).text


def _sign_in(client: TestClient, copy: Made, login: str) -> None:
    with sessions(copy.engine).begin() as session:
        user = session.scalars(select(UserRow).where(UserRow.login == login)).one()
        lasting = Lasting(timedelta(hours=1), timedelta(hours=1))
        key = let_in(session, user, lasting, datetime.now(UTC)).key
    client.cookies.clear()
    client.cookies.set(COOKIE, key)
