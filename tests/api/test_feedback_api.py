"""Complaints and praise over HTTP."""

import pytest
from fastapi.testclient import TestClient

from models.call import Metadata
from tests.api.conftest import NOW, Centre, SignInAs

COMPLAINT = {"kind": "complaint", "text": "让我自己去找厂家。", "source": "crm", "key": "C-7"}


@pytest.fixture
def lead(client_as: SignInAs) -> TestClient:
    return client_as("lead", name="钱主管")


def test_from_the_complaint_to_the_decision(centre: Centre, lead: TestClient) -> None:
    call_id = centre.note(total=80, grade="良好", metadata=Metadata(agent_id="6603", team="服务二组", started_at=NOW))
    told = {**COMPLAINT, "agent_id": "6603", "happened_at": NOW.isoformat()}
    made = lead.post("/v1/feedback", json=told)
    address = made.headers["location"]
    assert (made.status_code, made.headers["etag"], made.json()["state"]) == (201, '"1"', "open")
    again = lead.post("/v1/feedback", json=told)
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    assert lead.post("/v1/feedback", json={**told, "text": "别的事"}).status_code == 409
    (found,) = lead.get(f"{address}/candidates").json()
    assert (found["call_id"], found["same_agent"], found["seconds_apart"]) == (call_id, True, 0)

    assert lead.put(f"{address}/call", json={"call": call_id}).status_code == 422, "no If-Match"
    tied = lead.put(f"{address}/call", json={"call": call_id}, headers={"If-Match": '"1"'})
    assert (tied.json()["call_id"], tied.headers["etag"]) == (call_id, '"2"')
    assert lead.put(f"{address}/call", json={"call": None}, headers={"If-Match": '"1"'}).status_code == 412
    heard = lead.post(f"{address}/hearing", headers={"If-Match": '"2"'}).json()
    assert heard["review_state"] == "queued"
    decision = {"stands": True, "why": "听过录音"}
    decided = lead.post(f"{address}/decision", json=decision, headers={"If-Match": '"3"'}).json()
    assert (decided["state"], decided["decided_by"]) == ("stands", "钱主管")
    assert lead.post(f"{address}/decision", json=decision, headers={"If-Match": '"4"'}).status_code == 409
    listed = lead.get("/v1/feedback", params={"state": "stands"}).json()
    assert [one["key"] for one in listed["entries"]] == ["C-7"]


def test_what_stands_reaches_the_agent(centre: Centre, lead: TestClient, client_as: SignInAs) -> None:
    made = lead.post("/v1/feedback", json={"kind": "praise", "text": "13812341234 说很耐心", "agent_id": "6603"})
    lead.post(f"{made.headers['location']}/decision", json={"stands": True, "why": "属实"}, headers={"If-Match": '"1"'})
    for agent_id, count in (("6603", 1), ("7001", 0)):
        agent = client_as("agent", agent_id=agent_id)
        overview = agent.get("/v1/mine/overview").json()
        assert [one["text"] for one in overview["feedback"]] == ["138****1234 说很耐心"] * count
        assert agent.get("/v1/feedback").status_code == 403


def test_a_lead_reopens_what_was_decided(lead: TestClient, client_as: SignInAs) -> None:
    inspector = client_as("inspector", name="李质检")
    address = lead.post("/v1/feedback", json={**COMPLAINT, "agent_id": "6603"}).headers["location"]
    page = address.removeprefix("/v1")
    decision = {"stands": True, "why": "听过录音"}
    inspector.post(f"{address}/decision", json=decision, headers={"If-Match": '"1"'})
    assert ("data-reopen" in lead.get(page).text, "data-reopen" in inspector.get(page).text) == (True, False)
    why, now = {"why": "客户更正了时间"}, {"If-Match": '"2"'}
    assert inspector.post(f"{address}/reopening", json=why, headers=now).status_code == 403
    assert lead.post(f"{address}/reopening", json={"why": ""}, headers=now).status_code == 422
    assert lead.post(f"{address}/reopening", json=why, headers={"If-Match": '"1"'}).status_code == 412
    answer = lead.post(f"{address}/reopening", json=why, headers=now)
    assert (answer.status_code, answer.headers["etag"], answer.json()["state"]) == (200, '"3"', "open")
    again = lead.post(f"{address}/reopening", json=why, headers={"If-Match": '"3"'})
    assert (again.status_code, again.json()["code"]) == (409, "pipeline.feedback_undecided")
    (earlier,) = inspector.get(address).json()["earlier"]
    assert (earlier["state"], earlier["why"], earlier["decided_by"]) == ("stands", "听过录音", "李质检")
    assert (earlier["reopened_by"], earlier["reopened_why"]) == ("钱主管", "客户更正了时间")
    for language, word in (("zh", "以前的结论"), ("en", "Decided before")):
        shown = inspector.get(page, params={"lang": language}).text
        assert word in shown
        assert "听过录音" in shown
        assert "客户更正了时间" in shown
        assert "data-verify" in shown
    assert "重新打开投诉或表扬" in lead.get("/audit").text


def test_who_may_enter_and_what(client_as: SignInAs, lead: TestClient) -> None:
    for role, status in {"inspector": 201, "team_lead": 403, "trainer": 403}.items():
        assert client_as(role, team="服务二组").post("/v1/feedback", json=COMPLAINT).status_code == status, role
    refused: list[tuple[dict[str, object], int]] = [
        ({"kind": "wish"}, 422),
        ({"text": ""}, 422),
        ({"text": "  "}, 422),
        ({"call": 0}, 422),
        ({"file": "nowhere.wav"}, 404),
        ({"extra": 1}, 422),
        ({"happened_at": "0001-01-01T00:00:00+08:00"}, 422),
    ]
    for wrong, status in refused:
        assert lead.post("/v1/feedback", json={**COMPLAINT, **wrong}).status_code == status, wrong
