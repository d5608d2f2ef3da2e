import re

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Centre


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_every_answer_forbids_what_we_do_not_use(client: TestClient) -> None:
    for path in ("/", "/queue", "/docs", "/v1/calls", "/v1/nothing", "/static/call.js", "/openapi.json"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"].startswith("private")


def test_pages_ask_only_this_server(centre: Centre, client: TestClient) -> None:
    call_id = centre.shirked_call()
    for path in ("/", "/queue", "/quarantine", f"/calls/{call_id}", "/docs"):
        page = client.get(path).text
        assets = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page)
        assert assets
        for asset in assets:
            assert asset.startswith(("/", "?")), asset
            if asset.startswith(("/static/", "/docs/static/")):
                assert client.get(asset).status_code == 200
        assert not re.search(r"<script(?![^>]*(?:src=|application/json))|<style|\sstyle=|\son\w+=", page)


OF_A_DEFINITION = (
    "/{name}/versions",
    "/{name}/versions/{version}",
    "/{name}/versions/{version}/retire",
    "/{name}/compare",
)


def test_the_api_describes_itself(client: TestClient) -> None:
    openapi = client.get("/openapi.json").json()
    assert openapi["openapi"].startswith("3.1")
    assert set(openapi["paths"]) == {
        "/v1/calls",
        "/v1/calls/{call_id}",
        "/v1/calls/{call_id}/audio",
        "/v1/calls/{call_id}/findings",
        "/v1/calls/{call_id}/peaks",
        "/v1/calls/{call_id}/scores",
        "/v1/calls/{call_id}/transcript",
        "/v1/health",
        "/v1/quarantine",
        "/v1/queue",
        "/v1/drafts",
        "/v1/drafts/check",
        "/v1/drafts/rule",
        "/v1/drafts/{draft_id}",
        "/v1/drafts/{draft_id}/publish",
        "/v1/drafts/{draft_id}/rebase",
        "/v1/drafts/{draft_id}/replay",
        "/v1/drafts/{draft_id}/try",
        "/v1/rescore",
        *(f"/v1/{kinds}{path}" for kinds in ("packs", "scorecards") for path in ("", *OF_A_DEFINITION)),
    }
    asked = {parameter["name"] for parameter in openapi["paths"]["/v1/calls"]["get"]["parameters"]}
    assert {"agent_id", "team", "rule", "min_total", "sort", "cursor", "limit"} <= asked
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            assert operation["description"], (method, path)


def test_every_reference_in_the_description_leads_somewhere(client: TestClient) -> None:
    text = client.get("/openapi.json").text
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert {"Problem", "CallList", "Transcript"} <= named
    assert named <= set(schemas)
    assert "HTTPValidationError" not in schemas


def test_known_problems_are_part_of_the_description(client: TestClient) -> None:
    operations = client.get("/openapi.json").json()["paths"]
    assert {"404", "422", "503"} <= set(operations["/v1/calls/{call_id}"]["get"]["responses"])
    assert {"200", "202", "413", "422"} <= set(operations["/v1/calls"]["post"]["responses"])
    answers = operations["/v1/calls"]["get"]["responses"]["422"]["content"]
    assert list(answers) == ["application/problem+json"]
