"""Who may ask what: every route, as every role, nobody, and a machine without rights."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient
from starlette.routing import Route

from api import routers
from api.access import ANYONE, FILES, PERSON, ROUTES, SIGNED_IN, Open, check_table, served
from api.app import create_app
from api.docs import router as docs_router
from models.person import RIGHTS, SYSTEM, Right, UserRole
from models.settings import Settings
from pipeline.people.tokens import make_token
from tests.api.conftest import Centre, SignInAs

ENDS_THE_SESSION = {"POST /logout", "DELETE /v1/session", "POST /v1/account/sign-out-everywhere"}
FILLED_IN = {"kinds": "packs", "name": "hotline"}
ASKED_FOR = {"GET /v1/assignments": "?mine=true"}
"""Not everybody may ask without it, which is decided behind the gate."""

REFUSALS = {"api.not_signed_in", "api.bad_token", "api.forbidden", "api.for_people", "api.must_change"}


@pytest.fixture
def backend() -> str:
    return "sqlite"


def asked(route: str) -> tuple[str, str]:
    """The route's method, and an address it answers: packs and calls that are not there will do."""
    method, path = route.split(" ", 1)
    return method, re.sub(r"\{(\w+)[^}]*\}", lambda slot: FILLED_IN.get(slot[1], "99"), path) + ASKED_FOR.get(route, "")


def outcome(client: TestClient, route: str) -> str:
    """`in`, `sign in` or the code of the refusal."""
    method, path = asked(route)
    answer = client.request(
        method, path, json={} if method not in {"GET", "HEAD", "DELETE"} else None, follow_redirects=False
    )
    if answer.status_code == 303 and answer.headers["location"].startswith("/login?"):
        return "sign in"
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"].startswith("Bearer")
    is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
    code = answer.json()["code"] if is_problem and answer.content else ""
    if code in REFUSALS:
        assert answer.status_code == (401 if code in {"api.not_signed_in", "api.bad_token"} else 403)
        return str(code)
    if method == "HEAD" and answer.status_code in {401, 403}:
        return "api.not_signed_in" if answer.status_code == 401 else "api.forbidden"
    return "in"


def expected(route: str, rights: frozenset[Right]) -> str:
    needed = ROUTES[route]
    if isinstance(needed, Open):
        return "in"
    wanted = needed if isinstance(needed, frozenset) else {needed}
    return "in" if rights & wanted else "api.forbidden"


def wrong(client: TestClient, rights: frozenset[Right]) -> Iterator[str]:
    for route in ROUTES:
        if route in ENDS_THE_SESSION:
            continue
        found = outcome(client, route)
        if found != expected(route, rights):
            yield f"{route}: {found}, not {expected(route, rights)}"


@pytest.mark.parametrize("role", UserRole)
def test_each_role_is_let_in_where_the_table_says(client_as: SignInAs, role: UserRole) -> None:
    assert list(wrong(client_as(role, team="服务一组", agent_id="6603"), RIGHTS[role])) == []


def test_nobody_is_let_in_unless_anyone_is(anonymous: TestClient) -> None:
    for route, needed in ROUTES.items():
        method, path = route.split(" ", 1)
        is_page = method == "GET" and not path.startswith("/v1/")
        refused = "sign in" if is_page else "api.not_signed_in"
        assert outcome(anonymous, route) == ("in" if needed is ANYONE else refused), route


def test_a_machine_may_what_its_token_says_and_never_what_people_do(centre: Centre, anonymous: TestClient) -> None:
    for scope in (Right.UPLOAD, Right.READ_CALLS):
        with centre.make.begin() as session:
            _, text = make_token(session, SYSTEM, name=scope, scopes=[scope], now=datetime.now(UTC))
        anonymous.headers["Authorization"] = f"Bearer {text}"
        for route, needed in ROUTES.items():
            if route not in ENDS_THE_SESSION:
                may = "api.for_people" if needed is PERSON else expected(route, frozenset({scope}))
                assert outcome(anonymous, route) == may, (scope, route)


@pytest.mark.parametrize("given", ["Bearer cq_unknown", "Bearer", "Basic YTpi", "Bearer " + "x" * 500])
def test_a_wrong_token_is_refused_even_beside_a_good_cookie(client: TestClient, given: str) -> None:
    answer = client.get("/v1/calls", headers={"Authorization": given})
    assert (answer.status_code, answer.json()["code"]) == (401, "api.bad_token")


NEVER = {
    UserRole.AGENT: (
        "GET /v1/calls",
        "GET /calls/{call_id}",
        "GET /v1/calls/{call_id}/audio",
        "GET /rules",
        "GET /queue",
    ),
    UserRole.TEAM_LEAD: ("POST /v1/calls", "POST /v1/rescore", "GET /users", "GET /audit", "GET /v1/drafts"),
    UserRole.TRAINER: ("POST /v1/calls", "POST /v1/drafts", "GET /v1/users", "GET /v1/tokens"),
    UserRole.INSPECTOR: ("POST /v1/drafts/{draft_id}/publish", "POST /v1/rescore", "GET /users", "GET /v1/audit"),
    UserRole.LEAD: ("GET /users", "POST /v1/tokens", "PUT /v1/users/{user_id}"),
}


@pytest.mark.parametrize(("role", "routes"), NEVER.items())
def test_what_a_role_must_never_do_is_not_in_the_table_by_mistake(
    client_as: SignInAs, role: UserRole, routes: tuple[str, ...]
) -> None:
    client = client_as(role, team="服务一组", agent_id="6603")
    assert {outcome(client, route) for route in routes} == {"api.forbidden"}


def test_every_route_has_a_line_and_every_line_a_route(settings: Settings) -> None:
    assert sorted(served(create_app(settings))) == sorted(ROUTES)


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_an_application_with_a_route_nobody_thought_of_does_not_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    forgotten = APIRouter()
    forgotten.add_api_route("/v1/forgotten", lambda: None, methods=[method])
    monkeypatch.setattr("api.app.ROUTERS", (*routers.ROUTERS, forgotten))
    with pytest.raises(LookupError, match=f"{method} /v1/forgotten"):
        create_app(settings)


def test_a_plain_route_or_a_mounted_application_does_not_slip_through(settings: Settings) -> None:
    app = create_app(settings)
    app.routes.append(Route("/v1/plain", lambda request: request))  # type: ignore[arg-type, return-value]
    with pytest.raises(LookupError, match="GET /v1/plain"):
        check_table(app)
    app = create_app(settings)
    app.mount("/else", create_app(settings))
    with pytest.raises(LookupError, match="/else"):
        check_table(app)


def test_files_are_for_anyone_and_only_files(anonymous: TestClient) -> None:
    for folder, file in zip(FILES, ("base.css", "swagger-ui.css"), strict=True):
        assert anonymous.get(f"{folder}/{file}").status_code == 200
        assert anonymous.head(f"{folder}/{file}").status_code == 200
        assert anonymous.get(f"{folder}/../app.py").status_code == 404


def test_documentation_is_for_who_is_signed_in(anonymous: TestClient, client_as: SignInAs) -> None:
    assert ROUTES["GET /docs"] is ROUTES["GET /openapi.json"] is SIGNED_IN
    assert docs_router.routes
    agent = client_as("agent", agent_id="6603")
    for path in ("/docs", "/openapi.json"):
        assert anonymous.get(path, follow_redirects=False).status_code == 303
        assert agent.get(path).status_code == 200


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "TRACE", "PATCH"])
def test_other_methods_answer_nothing(anonymous: TestClient, method: str) -> None:
    for path in ("/", "/v1/calls", "/users", "/v1/tokens"):
        assert anonymous.request(method, path).status_code == 405


def test_what_is_personal_is_kept_in_no_cache(centre: Centre, client: TestClient) -> None:
    call_id = centre.note()
    for path in (
        "/",
        f"/calls/{call_id}",
        f"/v1/calls/{call_id}",
        "/users",
        "/account",
        "/v1/session",
        "/openapi.json",
    ):
        assert client.get(path).headers["cache-control"] == "private, no-store", path
    assert client.get("/static/base.css").headers["cache-control"] == "private, no-cache"
