"""Who asks too often is told to wait; others are not."""

from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api.apart import Apart
from api.app import create_app
from api.rate import RateLimit
from models.settings import Settings
from tests.api.conftest import Centre


def ok(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


def limited(a_minute: int) -> TestClient:
    app = Starlette(routes=[Route("/v1/calls", ok), Route("/static/base.css", ok), Route("/v1/calls/1/audio", ok)])
    app.state.settings = Settings()
    app.add_middleware(RateLimit, a_minute=a_minute)
    return TestClient(app)


def statuses(client: TestClient, path: str, times: int, token: str = "a") -> list[int]:
    return [client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code for _ in range(times)]


def test_who_asks_too_often_waits() -> None:
    client = limited(3)
    assert statuses(client, "/v1/calls", 5) == [200, 200, 200, 429, 429]
    refused = client.get("/v1/calls", headers={"Authorization": "Bearer a"})
    assert refused.json()["code"] == "api.too_often"
    assert int(refused.headers["Retry-After"]) > 0


def test_others_at_the_same_address_are_not_held_back() -> None:
    client = limited(3)
    statuses(client, "/v1/calls", 5)
    assert statuses(client, "/v1/calls", 3, "b") == [200, 200, 200]


def test_who_changes_names_all_the_time_is_held_back_by_address() -> None:
    client = limited(1)
    answers = [statuses(client, "/v1/calls", 1, str(n))[0] for n in range(60)]
    assert answers.count(200) == 50


def test_sound_and_files_are_not_counted() -> None:
    client = limited(1)
    assert set(statuses(client, "/static/base.css", 4) + statuses(client, "/v1/calls/1/audio", 4)) == {200}


def test_nobody_is_counted_where_it_is_switched_off() -> None:
    assert set(statuses(limited(0), "/v1/calls", 20)) == {200}


def test_the_application_has_the_limit_of_its_settings(centre: Centre, apart: Apart) -> None:
    settings = centre.settings.model_copy(update={"requests_a_minute": 2})
    with TestClient(create_app(settings, apart)) as client:
        assert [client.get("/v1/health").status_code for _ in range(3)] == [200, 200, 429]
