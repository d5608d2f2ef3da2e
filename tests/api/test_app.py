import re

import pytest
from fastapi.testclient import TestClient

from api.access import ROUTES
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
            assert asset.startswith(("/", "?", "#")), asset
            if asset.startswith(("/static/", "/docs/static/")):
                assert client.get(asset).status_code == 200
        assert not re.search(r"<script(?![^>]*(?:src=|application/json))|<style|\sstyle=|\son\w+=", page)


def test_the_api_describes_itself(client: TestClient) -> None:
    openapi = client.get("/openapi.json").json()
    assert openapi["openapi"].startswith("3.1")
    described = {f"{method.upper()} {path}" for path, methods in openapi["paths"].items() for method in methods}
    assert described == {route for route in ROUTES if " /v1/" in route and not route.startswith("HEAD ")}
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
