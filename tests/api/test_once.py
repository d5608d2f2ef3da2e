"""A creation asked for twice with one Idempotency-Key is made once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from models.errors import Conflict
from storage import answered
from storage.database import sessions

HOOK = {"url": "http://127.0.0.1:9/", "events": ["score.published"]}
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def create(client: TestClient, key: str, body: dict[str, object] = HOOK) -> object:
    return client.post("/v1/webhooks", json=body, headers={"Idempotency-Key": key})


def count(client: TestClient) -> int:
    return len(client.get("/v1/webhooks").json())


def test_the_same_request_again_gets_the_same_answer(client: TestClient) -> None:
    first, second = create(client, "a"), create(client, "a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert count(client) == 1
    assert create(client, "b").json()["id"] != first.json()["id"]


def test_a_key_is_not_for_two_different_requests(client: TestClient) -> None:
    create(client, "a")
    refused = create(client, "a", {**HOOK, "events": ["call.flagged"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "storage.key_used_otherwise")
    assert count(client) == 1


def test_what_was_refused_may_be_tried_again_with_the_same_key(client: TestClient) -> None:
    assert create(client, "a", {**HOOK, "url": "nowhere"}).status_code == 409
    assert create(client, "a").status_code == 201


def test_keys_of_two_people_are_not_mixed_up(client: TestClient, client_as: Callable[..., TestClient]) -> None:
    other = client_as("admin", login="other")
    create(client, "a")
    create(other, "a")
    assert count(client) == 2


def test_an_empty_or_endless_key_is_refused(client: TestClient) -> None:
    assert create(client, " ").status_code == 422
    assert create(client, "k" * 201).status_code == 422


def test_asked_at_once_it_is_made_once(client: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: create(client, "a").status_code, range(8)))
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert count(client) == 1


class TestKeeping:
    @pytest.fixture
    def begin(self, engine: Engine) -> Callable[..., object]:
        def asked(request: str = "r", now: datetime = NOW) -> object:
            with sessions(engine).begin() as session:
                return answered.begin(session, who="user 1", key="k", request=request, now=now)

        return asked

    def test_who_comes_while_the_first_is_at_work_is_told_so(self, begin: Callable[..., object]) -> None:
        assert begin() is None
        with pytest.raises(Conflict) as refused:
            begin()
        assert refused.value.reason.code == "storage.key_in_use"

    def test_one_whose_process_died_is_done_by_the_next(self, begin: Callable[..., object]) -> None:
        begin()
        assert begin(now=NOW + timedelta(seconds=61)) is None

    def test_after_a_day_a_key_is_new_again(self, begin: Callable[..., object], engine: Engine) -> None:
        begin()
        with sessions(engine).begin() as session:
            answered.finish(session, "user 1", "k", status=201, headers={}, body="{}")
        assert begin(now=NOW + timedelta(hours=23)) is not None
        assert begin("another", NOW + timedelta(hours=25)) is None
