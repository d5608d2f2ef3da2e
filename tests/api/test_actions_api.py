"""Corrective actions, ledgers, effects and meetings over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.person import UserRole
from pipeline.reports.span import today
from tests.api.conftest import Centre, SignInAs

DAY = timedelta(days=1)
TODAY = today(datetime.now(UTC))
LEAD = UserRole.LEAD


@pytest.fixture
def call(centre: Centre) -> int:
    """Of agent 6603 of 服务二组."""
    return centre.shirked_call()


def opening(**others: Any) -> dict[str, Any]:
    due = (TODAY + 7 * DAY).isoformat()
    return {"title": "不推诿", "card": "呼入服务", "items": ["shirking"], "due_on": due, "agent_id": "6603"} | others


def opened(client: TestClient, **others: Any) -> dict[str, Any]:
    answer = client.post("/v1/actions", json=opening(**others))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def moved(client: TestClient, action: dict[str, Any], move: str, text: str = "") -> Any:
    tag = {"If-Match": f'"{action["revision"]}"'}
    return client.post(f"/v1/actions/{action['id']}/moves", json={"move": move, "text": text}, headers=tag)


def test_an_action_is_opened_once_by_its_key(client_as: SignInAs, call: int) -> None:
    lead = client_as(LEAD)
    answers = [lead.post("/v1/actions", json=opening(call=call), headers={"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.json()["id"] for answer in answers] == [1, 1]
    assert lead.post("/v1/actions", json=opening(call=call)).json()["code"] == "pipeline.action_open_already"
    assert answers[0].json()["effect"]["outcome"] == "too_early"
    assert answers[0].headers["ETag"] == '"1"'


def test_an_edit_on_an_older_revision_is_refused(client_as: SignInAs, call: int) -> None:
    del call
    lead = client_as(LEAD)
    action = opened(lead)
    assert moved(lead, action, "begin").json()["state"] == "doing"
    assert moved(lead, action, "hand_in").status_code == 412
    assert lead.post("/v1/actions/1/moves", json={"move": "begin"}).status_code == 422


def test_its_owner_does_not_verify_it_over_http_either(client_as: SignInAs, call: int) -> None:
    del call
    lead = client_as(LEAD)
    action = moved(lead, opened(lead), "hand_in").json()
    assert "verify" not in action["possible"]
    assert moved(lead, action, "verify", "好").json()["code"] == "pipeline.action_own"
    verified = moved(client_as(LEAD), action, "verify", "之后都好").json()
    assert (verified["state"], verified["outcome"]) == ("verified", "之后都好")


def test_who_may_see_it(client_as: SignInAs, call: int) -> None:
    del call
    opened(client_as(LEAD))
    own = client_as(UserRole.TEAM_LEAD, team="服务二组")
    other = client_as(UserRole.TEAM_LEAD, team="服务一组")
    agent = client_as(UserRole.AGENT, agent_id="6603")
    assert [who.get("/v1/actions/1").status_code for who in (own, other, agent)] == [200, 404, 403]
    assert [who.get("/actions/1").status_code for who in (own, other, agent)] == [200, 404, 403]
    assert [who.get("/effects/1").status_code for who in (own, other, agent)] == [200, 404, 403]
    assert len(other.get("/v1/actions?show=all").json()["actions"]) == 0
    assert len(agent.get("/v1/my-actions").json()) == 1
    read = agent.post("/v1/my-actions/1/acknowledge", json={"text": "明白"}).json()
    assert read[0]["acknowledged_at"] is not None
    assert client_as(UserRole.AGENT, agent_id="1").post("/v1/my-actions/1/acknowledge", json={}).status_code == 404


def test_pages_of_a_list_follow_one_another(client_as: SignInAs, call: int) -> None:
    del call
    lead = client_as(LEAD)
    for days in (9, 3, 6):
        opened(lead, due_on=(TODAY + days * DAY).isoformat())
    first = lead.get("/v1/actions?limit=2").json()
    rest = lead.get(f"/v1/actions?limit=2&cursor={first['next']}").json()
    assert [one["id"] for one in first["actions"] + rest["actions"]] == [2, 3, 1]
    assert rest["next"] is None
    assert lead.get(f"/v1/meetings?cursor={first['next']}").status_code == 422


def test_the_ledger_and_the_ladder(client_as: SignInAs, call: int) -> None:
    del call
    lead = client_as(LEAD)
    opened(lead)
    action = opened(lead, due_on=(TODAY + 8 * DAY).isoformat())
    (second, _) = lead.get("/v1/ledger/proposals").json()
    assert (second["source_id"], second["points"]) == (str(action["id"]), -3)
    asked = {"source": "action", "source_id": second["source_id"], "agent_id": "6603"}
    entered = [lead.post("/v1/ledger/proposals", json=asked).json()["id"] for _ in range(2)]
    assert entered[0] == entered[1]
    assert lead.post(f"/v1/ledger/{entered[0]}/undo", json={"why": "误判"}).json()["points"] == 3
    assert lead.post(f"/v1/ledger/{entered[0]}/undo", json={"why": "误判"}).status_code == 409
    by_hand = {"agent_id": "6603", "kind": "praise", "points": 1, "text": "耐心"}
    assert lead.post("/v1/ledger", json=by_hand).status_code == 201
    assert client_as(UserRole.TEAM_LEAD, team="服务二组").post("/v1/ledger", json=by_hand).status_code == 403
    agent = client_as(UserRole.AGENT, agent_id="6603").get("/v1/ledger").json()
    assert [one["kind"] for one in agent["entries"]] == ["praise", "undo", "penalty"]
    assert agent["standings"][0]["points"] == 1


def test_a_wrong_ladder_names_every_mistake(client_as: SignInAs) -> None:
    lead = client_as(LEAD)
    tag = {"If-Match": lead.get("/v1/ladder").headers["ETag"]}
    wrong = lead.put("/v1/ladder", json={"text": "window_days: 1\nstep: []\ncolour: red", "why": "试试"}, headers=tag)
    assert wrong.status_code == 422
    assert len(wrong.json()["mistakes"]) == 3
    text = lead.get("/v1/ladder").json()["text"].replace("90", "60")
    assert lead.put("/v1/ladder", json={"text": text, "why": "缩短"}, headers=tag).json()["version"] == 1
    assert lead.put("/v1/ladder", json={"text": text, "why": "再改"}, headers=tag).status_code == 412


def test_a_meeting_from_its_agenda_to_its_minutes(client_as: SignInAs, call: int) -> None:
    del call
    lead = client_as(LEAD)
    opened(lead)
    made = lead.post("/v1/meetings", json={"title": "评审会", "held_on": TODAY.isoformat(), "people": ["李敏"]})
    meeting = made.json()
    assert [point["kind"] for point in meeting["points"]][:1] == ["action"]

    def send(method: str, path: str, **body: Any) -> Any:
        tag = {"If-Match": f'"{lead.get("/v1/meetings/1").json()["revision"]}"'}
        return lead.request(method, f"/v1/meetings/1/{path}", json=body, headers=tag)

    assert send("POST", "close").json()["code"] == "pipeline.meeting_undecided"
    topic = send("POST", "points", text="话术更新").json()["points"][-1]
    due = (TODAY + 14 * DAY).isoformat()
    acted = send("POST", f"points/{topic['id']}/action", due_on=due, card="呼入服务", items=["script"], team="服务二组")
    assert acted.json()["points"][-1]["action_state"] == "open"
    for point in acted.json()["points"]:
        assert send("PUT", f"points/{point['id']}", decision="照办").status_code == 200
    assert send("PUT", "minutes", minutes="逐项过了", people=["李敏", "王组长"]).json()["minutes"] == "逐项过了"
    assert send("POST", "close").json()["state"] == "held"
    assert send("PUT", "minutes", minutes="改", people=[]).status_code == 409
    assert "逐项过了" in lead.get("/meetings/1").text


@pytest.mark.parametrize(
    "path",
    [
        "/actions?show=all",
        "/actions/new?call=1&item=shirking",
        "/actions/new?team=服务二组&item=shirking&from=2026-11-01&to=2026-11-20",
        "/effects",
        "/ledger?month=2026-10",
        "/ledger/6603",
        "/ladder",
        "/meetings",
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_opens_in_both_languages(client_as: SignInAs, call: int, path: str, language: str) -> None:
    del call
    joint = "&" if "?" in path else "?"
    assert client_as(LEAD).get(f"{path}{joint}lang={language}").status_code == 200
