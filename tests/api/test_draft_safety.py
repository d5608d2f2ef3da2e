"""What drafts and those who send them cannot do: hang the server, fill it, reach files, or act from another site."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.drafting import CARD, PACK
from tests.api.test_definitions_api import begun, check

RUNAWAY = "(一+)+(二+)+[三四]$"


def test_a_pattern_that_never_ends_does_not_hold_up_the_others(client: TestClient) -> None:
    text = PACK.replace("phrase: [不归我们管, 跟我们没关系]", f"regex: {RUNAWAY}")
    draft = begun(client, text)
    said = "座席：" + "一" * 4000
    answer = client.post(f"/v1/drafts/{draft['id']}/try", json={"dialogue": said})
    assert answer.status_code == 200
    assert answer.json()["results"][0]["answer"] in {"cannot_judge", "clean"}
    assert client.get("/v1/health").status_code == 200


def test_a_body_over_the_limit_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/drafts/check", json={"kind": "pack", "text": "#" * 3_100_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "api.body_too_large")

    def endless() -> Any:
        yield b'{"kind": "pack", "text": "'
        for _ in range(40):
            yield b"#" * 100_000

    answer = client.post("/v1/drafts/check", content=endless(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "api.body_too_large")


def test_a_bomb_of_aliases_is_a_mistake(client: TestClient) -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    assert check(client, "\n".join(rows))["mistakes"][0]["code"] == "scoring.not_yaml"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_another_sites_page_changes_nothing(client: TestClient, headers: dict[str, str]) -> None:
    draft = begun(client)
    for method, path in (("PUT", ""), ("DELETE", "?revision=1"), ("POST", "/publish"), ("POST", "/try")):
        answer = client.request(method, f"/v1/drafts/{draft['id']}{path}", json={}, headers=headers)
        assert answer.status_code == 403
    assert client.get(f"/v1/drafts/{draft['id']}", headers=headers).json() == draft


def test_our_own_pages_and_programs_may_write(client: TestClient) -> None:
    for headers in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}):
        asked = {"kind": "pack", "name": "hotline", "text": PACK}
        assert client.post("/v1/drafts", json=asked, headers=headers).status_code == 201


def test_a_form_of_another_site_cannot_pass_for_json(client: TestClient) -> None:
    asked = '{"kind": "pack", "name": "hotline", "text": "x"}'
    answer = client.post("/v1/drafts", content=asked, headers={"content-type": "text/plain"})
    assert answer.status_code == 422


def test_no_name_reaches_a_file(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.yaml").write_text("a: [")
    monkeypatch.chdir(tmp_path)
    answer = client.post("/v1/rescore", json={"calls": [1], "pack": "secret.yaml"})
    assert (answer.status_code, answer.json()["code"]) == (404, "api.no_pack")
    asked = {"kind": "scorecard", "text": CARD, "name": "secret.yaml"}
    assert client.post("/v1/drafts/check", json=asked).json()["publishable"]  # not held against the file
