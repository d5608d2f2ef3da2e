"""Whatever is asked of the JSON API, it is never our mistake: no answer is a 500."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks
from starlette.testclient import TestClient

from api.access import ROUTES
from api.signed_in import COOKIE
from models.person import Right, UserRole
from models.settings import Settings
from pipeline.people import tokens
from tests.api.conftest import Centre, SignInAs, ViewerAs
from tests.api.judging import judged_call
from tests.api.waiting import Waiting

EXAMPLES = 8
"""Requests to each route. More of them find more, and take longer."""

KNOWN = ("call_id", "review_id", "assignment_id", "draft_id", "user_id", "plan_id", "webhook_id", "appeal_id")
"""Numbers in addresses under which there is mostly nothing, unless 1 is asked for."""

QUICK = trying(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """The limit of requests is set up with the application: else most would be answered by it, with 429."""
    return Settings(home=tmp_path / "home", database_url=database_url, max_upload_mb=2, requests_a_minute=0)


@pytest.fixture
def token(centre: Centre, viewer_as: ViewerAs) -> str:
    admin = viewer_as(UserRole.ADMIN)
    with centre.make.begin() as session:
        _, text = tokens.make_token(session, admin, name="fuzz", scopes=tokens.FOR_TOKENS, now=datetime.now(UTC))
        return text


@pytest.fixture
def cookies(client_as: SignInAs) -> dict[Right, dict[str, str]]:
    """For what no machine may: an administrator's cookie, and an agent's for what is an agent's own."""
    admin, agent = client_as(UserRole.ADMIN), client_as(UserRole.AGENT, agent_id="6603")
    keys = {Right.REVIEW: admin, Right.ADMINISTER: admin, Right.OWN_RESULTS: agent, Right.LEARN: agent}
    return {right: {COOKIE: str(client.cookies[COOKIE])} for right, client in keys.items()}


def who_asks(route: str, token: str, cookies: dict[Right, dict[str, str]]) -> dict[str, Any]:
    needed = ROUTES[route]
    rights = needed if isinstance(needed, frozenset) else {needed}
    for right, cookie in cookies.items():
        if right in rights and not route.endswith("/password"):  # which would sign out who asks next
            return {"cookies": cookie}
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_no_request_is_answered_with_a_500(
    app: FastAPI, anonymous: TestClient, centre: Centre, token: str, cookies: dict[Right, dict[str, str]]
) -> None:
    judged_call(centre)
    Waiting(centre).call(double=True)
    load_all_checks()
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    wrong: dict[str, str] = {}
    for result in schema.get_all_operations():
        operation = result.ok()

        @QUICK
        @given(case=operation.as_strategy(), real=st.booleans())
        def ask(case: Any, real: bool) -> None:  # noqa: FBT001
            if real and case.path_parameters:
                case.path_parameters |= {name: 1 for name in KNOWN if name in case.path_parameters}
            route = f"{case.operation.method.upper()} {case.operation.path}"
            answer = case.call(**who_asks(route, token, cookies))
            if answer.status_code >= 500:
                wrong.setdefault(route, f"{case.as_curl_command()} → {answer.text[:300]}")

        ask()
    assert wrong == {}
