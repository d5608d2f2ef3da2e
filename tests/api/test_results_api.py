"""Results over HTTP: published by leads, read by whom they concern."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import Centre, SignInAs
from tests.api.judging import judged_call, waiting_call
from tests.pipeline.judged import judgement


@pytest.fixture
def lead(client_as: SignInAs) -> TestClient:
    return client_as("lead")


@pytest.fixture
def agent(client_as: SignInAs) -> TestClient:
    return client_as("agent", agent_id="6603", team="服务二组", name="王小北本人")


def test_verdicts_are_listed_published_and_then_seen_by_the_agent(
    centre: Centre, lead: TestClient, agent: TestClient
) -> None:
    waiting = [waiting_call(centre, judgement({"greeting": 4})) for _ in range(3)]
    first = lead.get("/v1/publishing", params={"limit": 2}).json()
    rest = lead.get("/v1/publishing", params={"limit": 2, "cursor": first["next"]}).json()
    listed = [*first["results"], *rest["results"]]
    assert [one["review_id"] for one in listed] == [one.review_id for one in waiting]
    assert (first["count"], rest["next"], listed[0]["verdicts"][0]["by"]) == (3, None, "李质检")
    assert agent.get("/v1/mine").json()["results"] == []

    asked = {"reviews": [waiting[0].review_id, 999]}
    done = lead.post("/v1/publishing", json=asked).json()
    assert [(one["final_id"] is None, one["why"] and one["why"]["code"]) for one in done] == [
        (False, None),
        (True, "pipeline.no_review"),
    ]
    (mine,) = agent.get("/v1/mine").json()["results"]
    assert (mine["call_id"], mine["total"], mine["days_left"], mine["is_new"]) == (waiting[0].call_id, 96.67, 7, True)
    assert lead.get("/v1/publishing").json()["count"] == 2


def test_a_dispute_is_settled_by_choosing_or_by_writing(centre: Centre, lead: TestClient) -> None:
    chosen, agreed = (waiting_call(centre, judgement(), judgement({"empathy": 30})) for _ in range(2))
    dispute = lead.get(f"/v1/publishing/{chosen.review_id}").json()
    assert (dispute["must"], [item["id"] for item in dispute["items"] if item["differs"]]) == (True, ["empathy"])
    address = f"/v1/publishing/{chosen.review_id}/settle"
    for wrong in ({"why": "…"}, {"verdict": 1, "judgement": dispute["opinions"][0]["judgement"], "why": "…"}):
        assert lead.post(address, json=wrong).status_code == 422
    verdict = dispute["opinions"][1]["verdict"]["id"]
    assert lead.post(address, json={"verdict": verdict, "why": "听过了"}).json()["final_id"]
    again = lead.post(address, json={"verdict": verdict, "why": "再来"})
    assert (again.status_code, again.json()["code"]) == (409, "pipeline.published_before")
    assert lead.get(f"/v1/results/{chosen.call_id}").json()["total"] == 75

    written = {"judgement": dispute["opinions"][0]["judgement"], "why": "一起听过"}
    written["judgement"]["items"][0]["lost"] = 99
    refused = lead.post(f"/v1/publishing/{agreed.review_id}/settle", json=written)
    assert (refused.status_code, len(refused.json()["mistakes"])) == (422, 2)
    invented = {"start": 1e300, "end": -5, "turn": 10**9, "quote": "没人说过"}
    written["judgement"]["items"][0] |= {"lost": 5, "comment": "没有报工号", "evidence": [invented]}
    assert lead.post(f"/v1/publishing/{agreed.review_id}/settle", json=written).status_code == 200
    published = lead.get(f"/v1/results/{agreed.call_id}").json()
    greeting = published["sections"][0]["items"][0]
    assert (published["source"], greeting["lost"], greeting["evidence"]) == ("consensus", 5, [])


def test_an_agent_reads_hears_and_acknowledges_the_own_result(centre: Centre, agent: TestClient) -> None:
    judged = judged_call(centre)
    page = agent.get(f"/v1/mine/{judged.call_id}").json()
    shirking = next(i for s in page["sections"] for i in s["items"] if i["id"] == "no-shirking")
    assert (page["total"], shirking["fatal"], shirking["comment"]) == (0, True, "no-shirking 扣分")
    assert shirking["evidence"][0]["start"] == 4.0
    assert (page["judged_by"], page["steps"][0]["by"]) == ([], "")
    assert agent.get(f"/v1/mine/{judged.call_id}/transcript").json()["turns"]
    sound = agent.get(f"/v1/mine/{judged.call_id}/audio", headers={"Range": "bytes=0-99"})
    assert (sound.status_code, sound.headers["content-type"], len(sound.content)) == (206, "audio/wav", 100)
    assert agent.get(f"/v1/mine/{judged.call_id}/peaks").json()["channels"]
    read = agent.post(f"/v1/mine/{judged.call_id}/acknowledge").json()
    assert (read["state"], read["may_acknowledge"], read["refusal"]) == ("acknowledged", False, None)
    overview = agent.get("/v1/mine/overview").json()
    assert (overview["calls"], overview["new"], overview["deductions"][0]["name"]) == (1, 0, "不推诿")


OWN = ("", "/transcript", "/audio", "/peaks")


def test_nobody_elses_results_and_nothing_unpublished(centre: Centre, agent: TestClient, client_as: SignInAs) -> None:
    published, unpublished = judged_call(centre), waiting_call(centre)
    other = client_as("agent", agent_id="7001", team="服务一组")
    for path in OWN:
        assert other.get(f"/v1/mine/{published.call_id}{path}").status_code == 404
        assert agent.get(f"/v1/mine/{unpublished.call_id}{path}").status_code == 404
    assert other.post(f"/v1/mine/{published.call_id}/acknowledge").status_code == 404
    assert other.get("/v1/mine").json()["results"] == []
    assert other.get(f"/mine/{published.call_id}").status_code == 404
    for address in ("/v1/calls", f"/v1/calls/{published.call_id}", f"/v1/calls/{published.call_id}/audio"):
        assert agent.get(address).status_code == 403


def test_only_leads_publish(client_as: SignInAs) -> None:
    roles = {"agent": 403, "team_lead": 403, "inspector": 403, "trainer": 403, "lead": 200, "admin": 200}
    for role, status in roles.items():
        someone = client_as(role, team="服务二组")
        assert someone.get("/v1/publishing").status_code == status, role
        assert someone.post("/v1/publishing", json={"reviews": [1]}).status_code == status, role


def test_team_leads_see_their_teams_results(centre: Centre, client_as: SignInAs) -> None:
    judged = judged_call(centre)
    own, other = client_as("team_lead", team="服务二组"), client_as("team_lead", team="服务一组")
    assert [one["call_id"] for one in own.get("/v1/results").json()["results"]] == [judged.call_id]
    assert own.get(f"/v1/results/{judged.call_id}").json()["judged_by"] == ["李质检"]
    assert other.get("/v1/results").json()["results"] == []
    assert other.get(f"/v1/results/{judged.call_id}").status_code == 404
    assert own.get("/v1/results", params={"team": "服务一组"}).status_code == 404
    assert own.get(f"/results/{judged.call_id}").status_code == 200


def test_what_cannot_be_read_is_refused(agent: TestClient) -> None:
    of_another_list = "cHVibGlzaGluZzox"
    wrong: list[dict[str, Any]] = [{"cursor": "???"}, {"cursor": of_another_list}, {"limit": 0}, {"nonsense": 1}]
    for asked in wrong:
        assert agent.get("/v1/mine", params=asked).status_code == 422, asked
