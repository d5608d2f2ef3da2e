"""Calls scored again over HTTP: seen first, stored beside the old scores, compared."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Centre
from tests.api.drafting import CARD, PACK


@pytest.fixture
def hotline(client: TestClient) -> dict[str, str]:
    """A published pack and scorecard; what a request says to use them."""
    for kind, text in (("pack", PACK), ("scorecard", CARD)):
        asked = {"kind": kind, "name": "hotline", "text": text}
        draft = client.post("/v1/drafts", json=asked).json()
        publishing = {"revision": 1, "why": "第一版", "anyway": True}
        answer = client.post(f"/v1/drafts/{draft['id']}/publish", json=publishing)
        assert answer.status_code == 201, answer.text
    return {"pack": "hotline", "scorecard": "hotline"}


def scores(client: TestClient, call_id: int) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/v1/calls/{call_id}/scores").json()
    return answer


def test_a_preview_stores_nothing(centre: Centre, client: TestClient, hotline: dict[str, str]) -> None:
    call_id = centre.shirked_call()
    answer = client.post("/v1/rescore", json={"calls": [call_id], "preview": True, **hotline}).json()
    (one,) = answer["calls"]
    assert (one["old"]["total"], one["new"]["total"], answer["stored"]) == (62.5, 40, False)
    assert len(scores(client, call_id)["versions"]) == 1


def test_the_new_score_stands_beside_the_old_and_is_written_once(
    centre: Centre, client: TestClient, hotline: dict[str, str]
) -> None:
    call_id = centre.shirked_call()
    for is_new in (True, False):
        (one,) = client.post("/v1/rescore", json={"calls": [call_id], **hotline}).json()["calls"]
        assert (one["new"]["total"], one["is_new"]) == (40, is_new)
        assert [version["total"] for version in scores(client, call_id)["versions"]] == [40, 62.5]
    assert scores(client, call_id)["shown"] == one["new"]["id"]


def test_a_filter_chooses_the_calls(centre: Centre, client: TestClient, hotline: dict[str, str]) -> None:
    call_id = centre.shirked_call()
    centre.note(total=90, grade="优秀")
    asked = {"filter": {"team": "服务二组"}, "preview": True, **hotline}
    answer = client.post("/v1/rescore", json=asked).json()
    assert [one["call_id"] for one in answer["calls"]] == [call_id]


def test_a_call_without_transcript_says_so(centre: Centre, client: TestClient, hotline: dict[str, str]) -> None:
    call_id = centre.receive("telecom-bill-query.wav")
    for preview in (True, False):
        asked = {"calls": [call_id], "preview": preview, **hotline}
        (one,) = client.post("/v1/rescore", json=asked).json()["calls"]
        assert one["new"] is None
        assert str(call_id) in one["reason"]["sentence"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({}, 422, "api.calls_or_filter"),
        ({"calls": [1], "filter": {}}, 422, "api.calls_or_filter"),
        ({"calls": []}, 422, "api.unreadable"),
        ({"calls": [1], "pack": "none"}, 404, "api.no_pack"),
        ({"calls": [1], "pack_version": 99}, 404, "pipeline.no_version_pack"),
    ],
)
def test_what_cannot_be_done_is_refused(client: TestClient, asked: dict[str, Any], status: int, code: str) -> None:
    answer = client.post("/v1/rescore", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_retired_versions_make_no_new_scores(client: TestClient, hotline: dict[str, str]) -> None:
    assert client.post("/v1/scorecards/hotline/versions/1/retire", json={"why": "换表"}).status_code == 200
    for asked in ({}, {"scorecard_version": 1}):
        assert client.post("/v1/rescore", json={"calls": [1], **hotline, **asked}).status_code == 409


def test_a_pack_and_a_card_that_do_not_fit_are_refused(client: TestClient, hotline: dict[str, str]) -> None:
    answer = client.post("/v1/rescore", json={"calls": [1], "pack": "inbound-service", "scorecard": "hotline"})
    assert (answer.status_code, answer.json()["code"].startswith("scoring.rule_")) == (422, True)


def test_two_scores_stand_beside_each_other_on_a_page(
    centre: Centre, client: TestClient, hotline: dict[str, str]
) -> None:
    call_id = centre.shirked_call()
    client.post("/v1/rescore", json={"calls": [call_id], **hotline})
    page = client.get(f"/calls/{call_id}/scores").text
    assert "不推诿" in page
    assert "62.5" in page
    old, new = (version["id"] for version in reversed(scores(client, call_id)["versions"]))
    assert client.get(f"/calls/{call_id}/scores?old={new}&new={old}").status_code == 200
    assert client.get(f"/calls/{call_id}/scores?old=999").status_code == 404
    assert client.get(f"/calls/{centre.note()}/scores").status_code == 404
    assert f"/calls/{call_id}/scores" in client.get(f"/calls/{call_id}").text
