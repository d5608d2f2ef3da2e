from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient

from tests.api.conftest import Centre


@pytest.fixture
def backend() -> str:
    """What is wrong with a request is so with any database."""
    return "sqlite"


WORDING = Path(__file__).parents[2] / "models" / "wording"


def problem(
    client: TestClient, path: str, *, status: int, language: str = "zh", method: str = "GET"
) -> dict[str, object]:
    answer = client.request(method, path, headers={"Accept-Language": language})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    body: dict[str, object] = answer.json()
    assert body["status"] == status
    return body


def test_a_call_that_is_not_there_is_said_in_both_languages(client: TestClient) -> None:
    for path in ("", "/transcript", "/findings", "/scores", "/audio", "/peaks"):
        found = problem(client, f"/v1/calls/404{path}", status=404)
        assert (found["code"], found["detail"]) == ("api.no_call", "没有编号为 404 的通话。")
    assert problem(client, "/v1/calls/404", status=404, language="en")["detail"] == "There is no call number 404."


def test_an_address_that_is_not_there(client: TestClient) -> None:
    assert problem(client, "/v1/nothing", status=404)["detail"] == "没有 /v1/nothing 这个地址。"


def test_a_method_that_is_not_taken(client: TestClient) -> None:
    found = problem(client, "/v1/queue", status=405, method="DELETE")
    assert found["detail"] == "/v1/queue 不接受 DELETE 请求。"


@pytest.mark.parametrize(
    ("query", "where", "says"),
    [
        ("limit=0", "query.limit", "query.limit 不能小于 1，收到的是“0”。"),
        ("limit=201", "query.limit", "query.limit 不能大于 200，收到的是“201”。"),
        ("limit=x", "query.limit", "query.limit 应为整数，收到的是“x”。"),
        ("min_total=x", "query.min_total", "query.min_total 应为数字，收到的是“x”。"),
        ("max_total=nan", "query.max_total", "query.max_total 应为数字，收到的是“nan”。"),
        ("queued=x", "query.queued", "query.queued 应为 true 或 false，收到的是“x”。"),
        (
            "state=x",
            "query.state",
            "query.state 只能是 'received', 'transcribed', 'scored' or 'quarantined'，收到的是“x”。",
        ),
        ("started_from=x", "query.started_from", "query.started_from 应为时间"),
        ("agnet_id=1", "query.agnet_id", "没有 query.agnet_id 这个参数，请检查拼写。"),
        ("team=" + "x" * 201, "query.team", "query.team 太长，最多 200 个字。"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(client: TestClient, query: str, where: str, says: str) -> None:
    found = problem(client, f"/v1/calls?{query}", status=422)
    assert found["code"] == "api.unreadable"
    (mistake,) = found["mistakes"]
    assert mistake["where"] == where
    assert mistake["detail"].startswith(says)


@pytest.mark.parametrize("number", ["0", "x", "99999999999999999999"])
def test_a_call_number_must_be_one(client: TestClient, number: str) -> None:
    assert problem(client, f"/v1/calls/{number}", status=422)["code"] == "api.unreadable"


@pytest.mark.parametrize(
    "cursor", ["x", "WzFd", "W251bGxd", "WyJuZXdlc3QiLCAieCIsIDFd", "WyJuZXdlc3QiLCBudWxsLCAtMV0", "é"]
)
def test_a_cursor_made_up_is_refused(client: TestClient, cursor: str) -> None:
    assert problem(client, f"/v1/calls?cursor={cursor}", status=422)["code"] == "api.bad_cursor"


def test_a_cursor_of_another_sort_is_refused(centre: Centre, client: TestClient) -> None:
    centre.note()
    centre.note()
    cursor = client.get("/v1/calls?limit=1").json()["next"]
    assert problem(client, f"/v1/calls?sort=lowest&cursor={cursor}", status=422)["code"] == "api.bad_cursor"


def test_a_person_gets_a_page(client: TestClient) -> None:
    answer = client.get("/calls/404", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "没有编号为 404 的通话。" in answer.text


def test_the_sentences_are_the_same_in_both_languages() -> None:
    chinese, english = (yaml.safe_load((WORDING / f"api.{one}.yaml").read_text("utf8")) for one in ("zh", "en"))
    assert set(chinese) == set(english)


@pytest.fixture
def _english(centre: Centre) -> None:
    centre.settings = centre.settings.model_copy(update={"language": "en"})


@pytest.mark.usefixtures("_english")
def test_a_centre_may_speak_english(request: pytest.FixtureRequest) -> None:
    client: TestClient = request.getfixturevalue("client")
    assert client.get("/v1/calls/404").json()["detail"] == "There is no call number 404."
    assert "No calls yet" in client.get("/").text
