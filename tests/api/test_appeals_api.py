"""An appeal over HTTP, from the agent's objection to the new score."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.review import JUDGEMENT_JSON
from tests.api.conftest import Centre, SignInAs
from tests.api.judging import Judged, judged_call
from tests.pipeline.judged import judgement

APPEAL = {"items": [{"item": "no-shirking", "reason": "我是请客户提供订单号。"}]}


@pytest.fixture
def judged(centre: Centre) -> Judged:
    return judged_call(centre)


@pytest.fixture
def agent(client_as: SignInAs) -> TestClient:
    return client_as("agent", agent_id="6603", team="服务二组", name="王小北本人")


@pytest.fixture
def lead(client_as: SignInAs) -> TestClient:
    return client_as("lead", name="钱主管")


@pytest.fixture
def appeal(agent: TestClient, judged: Judged) -> dict[str, Any]:
    answer = agent.post(f"/v1/mine/{judged.call_id}/appeal", json=APPEAL)
    assert answer.status_code == 201, answer.text
    opened: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/appeals/{opened['id']}"
    return opened


def test_from_the_objection_to_the_new_score(
    agent: TestClient, lead: TestClient, client_as: SignInAs, judged: Judged, appeal: dict[str, Any]
) -> None:
    hearer = client_as("inspector", name="孙质检")
    listed = lead.get("/v1/appeals", params={"state": "open"}).json()
    assert ([one["id"] for one in listed["appeals"]], listed["counts"]["open"]) == ([appeal["id"]], 1)
    address = f"/v1/appeals/{appeal['id']}"
    decision = {"items": [{"item": "no-shirking", "upheld": False, "reason": "确实在问订单号。"}]}
    early = lead.post(f"{address}/decision", json=decision)
    assert (early.status_code, early.json()["code"]) == (409, "pipeline.appeal_not_heard")
    hearers = {person["name"]: person["id"] for person in lead.get(address).json()["hearers"]}
    assert "李质检" not in hearers
    case = lead.post(f"{address}/hearing", json={"user": hearers["孙质检"]}).json()
    assert (case["hearing"], case["heard_by"]) == ("open", "孙质检")
    assignment = hearer.post("/v1/desk/next").json()["assignment_id"]
    assert "no-shirking 扣分" not in hearer.get(f"/v1/assignments/{assignment}").text
    said = JUDGEMENT_JSON.dump_python(judgement(), mode="json")
    submitted = hearer.post(f"/v1/assignments/{assignment}/submit", json=said)
    assert submitted.status_code == 200, submitted.text
    case = lead.get(address).json()
    assert (case["cases"][0]["before"]["got"], case["cases"][0]["anew"]["got"], case["obstacle"]) == (0, 50, None)
    assert case["cases"][0]["machine"] == ["推给售后"]
    decided = lead.post(f"{address}/decision", json=decision).json()
    assert (decided["state"], decided["total"], decided["new_total"]) == ("overturned", 0, 96.67)
    page = agent.get(f"/v1/mine/{judged.call_id}").json()
    shirking = next(i for s in page["sections"] for i in s["items"] if i["id"] == "no-shirking")
    assert (page["state"], page["total"], page["earlier"][0]["total"]) == ("overturned", 96.67, 0)
    assert (shirking["before"]["got"], shirking["got"], shirking["outcome"]["reason"]) == (0, 50, "确实在问订单号。")
    rates = lead.get("/v1/appeals/rates").json()
    assert [(one["name"], one["overturned"], one["decided"]) for one in rates["rules"]] == [("推给售后", 1, 1)]
    assert [one["name"] for one in rates["inspectors"]] == ["李质检"]
    assert lead.post(f"{address}/decision", json=decision).status_code == 409


def test_an_appeal_is_opened_once_and_can_be_withdrawn(
    agent: TestClient, client_as: SignInAs, judged: Judged, appeal: dict[str, Any]
) -> None:
    again = agent.post(f"/v1/mine/{judged.call_id}/appeal", json=APPEAL)
    assert (again.status_code, again.json()["code"]) == (409, "pipeline.appealed_before")
    withdraw = f"/v1/appeals/{appeal['id']}/withdraw"
    assert client_as("agent", agent_id="7001", team="服务一组").post(withdraw).status_code == 404
    assert client_as("team_lead", team="服务二组").post(withdraw).status_code == 403
    assert agent.post(withdraw).status_code == 204
    assert agent.get(f"/v1/mine/{judged.call_id}").json()["state"] == "final"


def test_team_leads_appeal_for_their_own_agents_only(client_as: SignInAs, judged: Judged) -> None:
    address = f"/v1/results/{judged.call_id}/appeal"
    assert client_as("team_lead", team="服务一组").post(address, json=APPEAL).status_code == 404
    assert client_as("trainer").post(address, json=APPEAL).status_code == 403
    assert client_as("team_lead", team="服务二组", name="陈组长").post(address, json=APPEAL).json()["by"] == "陈组长"


def test_what_cannot_be_appealed_is_refused(agent: TestClient, judged: Judged) -> None:
    wrong: list[tuple[list[dict[str, str]], int]] = [
        ([], 422),
        ([{"item": "no-shirking", "reason": ""}], 422),
        ([{"item": "no-shirking", "reason": "   "}], 422),
        ([{"item": "nonsense", "reason": "…"}], 404),
        ([{"item": "greeting", "reason": "…"}] * 2, 422),
    ]
    for items, status in wrong:
        assert agent.post(f"/v1/mine/{judged.call_id}/appeal", json={"items": items}).status_code == status, items


def test_only_leads_look_at_and_decide_appeals(client_as: SignInAs, appeal: dict[str, Any]) -> None:
    for role in ("agent", "team_lead", "inspector", "trainer"):
        someone = client_as(role, team="服务二组")
        for address in ("/v1/appeals", "/v1/appeals/rates", f"/v1/appeals/{appeal['id']}", "/appeals"):
            assert someone.get(address).status_code == 403, role
        assert someone.post(f"/v1/appeals/{appeal['id']}/decision", json={"items": []}).status_code == 403, role
