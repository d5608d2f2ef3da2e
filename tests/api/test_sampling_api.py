"""Sampling over HTTP: plans by revision, previews, one draw a period, estimates; pages in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from models.person import UserRole
from scoring.sampling.period import Span
from tests.api.conftest import Centre, SignInAs
from tests.pipeline.sampled_centre import LOW, RANDOM, WEEK, Said, SampledCentre

PERIOD = {"first": WEEK.first.isoformat(), "last": WEEK.last.isoformat()}
SMALL = {"exempt": {}, "watched": {}, "capacity": 5}


@pytest.fixture
def calls(centre: Centre) -> list[int]:
    """A week of four agents in two teams, some calls queued."""
    with centre.make.begin() as session:
        made = SampledCentre(session)
        made.inspector()
        made.inspector("赵强")
        return made.add(
            Said(
                agent=str(8000 + n % 4),
                team=("一组", "二组")[n % 2],
                call_type=("查询", "投诉")[n % 8 == 0],
                total=50 if n % 10 == 0 else 80 + n % 20,
                reasons=[LOW] if n % 10 == 0 else [RANDOM] if n % 9 == 0 else [],
            )
            for n in range(80)
        )


NewPlan = Callable[..., dict[str, Any]]


@pytest.fixture
def new_plan(client: TestClient) -> NewPlan:
    def new_plan(name: str = "每周抽检", **plan: Any) -> dict[str, Any]:
        answer = client.post("/v1/sampling/plans", json={"name": name, "plan": {**SMALL, **plan}})
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    return new_plan


def test_plans_are_changed_by_who_read_the_newest(client: TestClient, new_plan: NewPlan) -> None:
    plan = new_plan()
    address = f"/v1/sampling/plans/{plan['id']}"
    assert client.get(address).headers["etag"] == '"1"'
    body = {"name": "每周", "plan": {"due_hours": 24}, "active": True}
    assert client.put(address, json=body).status_code == 422
    saved = client.put(address, json=body, headers={"If-Match": '"1"'})
    assert (saved.status_code, saved.headers["etag"], saved.json()["active"]) == (200, '"2"', True)
    stale = client.put(address, json=body, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "storage.plan_saved_meanwhile")
    assert "管理员" in stale.json()["detail"]
    assert client.post("/v1/sampling/plans", json={"name": "每周"}).status_code == 409
    assert client.post("/v1/sampling/plans", json={"name": "x", "plan": {"qotas": {}}}).status_code == 422
    assert client.get("/v1/sampling/plans/99").status_code == 404
    assert [one["name"] for one in client.get("/v1/sampling/plans").json()] == ["每周"]


def test_a_period_is_previewed_drawn_once_and_listed(client: TestClient, new_plan: NewPlan, calls: list[int]) -> None:
    address = f"/v1/sampling/plans/{new_plan()['id']}"
    shown = client.post(f"{address}/preview", json=PERIOD).json()
    assert (shown["summary"]["calls"], shown["summary"]["queued"], shown["drawn"]) == (80, 8, None)
    assert shown["summary"]["inspectors"] == 2
    larger = client.post(f"{address}/preview", json={**PERIOD, "plan": {**SMALL, "quotas": {"regular": 9}}}).json()
    assert larger["summary"]["picked"] > shown["summary"]["picked"]
    first = client.post(f"{address}/draw", json=PERIOD)
    again = client.post(f"{address}/draw", json=PERIOD)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    draw = first.json()
    assert draw["summary"]["picked"] == shown["summary"]["picked"]
    listed: list[dict[str, Any]] = []
    after: int | None = None
    while True:
        query = {"limit": 7, **({"after": after} if after else {})}
        page = client.get(f"/v1/sampling/draws/{draw['id']}/calls", params=query).json()
        listed += page["calls"]
        after = page["next"]
        if after is None:
            break
    assert len({one["call_id"] for one in listed}) == len(listed) == draw["summary"]["picked"]
    assert all(reason["sentence"] for one in listed for reason in one["reasons"])
    assert [one["id"] for one in client.get("/v1/sampling/draws").json()["draws"]] == [draw["id"]]
    assert client.get("/v1/sampling/draws/99").status_code == 404


@pytest.mark.parametrize(
    "period", [{"first": "2026-11-16"}, {"first": "2026-11-22", "last": "2026-11-16"}, {"first": "1900-01-01"}]
)
def test_a_wrong_period_is_refused(client: TestClient, new_plan: NewPlan, period: dict[str, str]) -> None:
    answer = client.post(f"/v1/sampling/plans/{new_plan()['id']}/preview", json=period)
    assert answer.status_code == 422


def test_estimates_stand_beside_the_plain_mean(
    client: TestClient, centre: Centre, new_plan: NewPlan, calls: list[int]
) -> None:
    plan = new_plan(quotas={"regular": 8})
    assert client.get("/v1/estimates", params={"plan": plan["id"]}).json()["centre"] is None
    draw = client.post(f"/v1/sampling/plans/{plan['id']}/draw", json=PERIOD).json()
    picked = client.get(f"/v1/sampling/draws/{draw['id']}/calls", params={"limit": 200}).json()["calls"]
    with centre.make.begin() as session:
        desk = SampledCentre(session)
        who = desk.inspector("王听")
        for one in picked:
            low = any(reason["code"] == LOW.code for reason in one["reasons"])
            desk.hear(one["call_id"], 40.0 if low else 90.0, who, fatal=low)
    told = client.get("/v1/estimates", params={"plan": plan["id"]}).json()
    mean, centre_ = told["centre"]["mean"], told["centre"]
    # 8 of 80 calls were picked for what is wrong with them, and are 50 points worse: the mean of all is 85.
    assert mean["value"] == pytest.approx(85)
    assert centre_["naive"] < 82
    assert centre_["fatal"]["value"] == centre_["critical"]["value"] == pytest.approx(0.1)
    assert mean["population"] == 80
    assert mean["heard"] == mean["picked"] == len(picked)
    assert {team["name"] for team in told["teams"]} == {"一组", "二组"}
    assert len(told["agents"]) == 4
    assert told["trend"][0]["draw"] == draw["id"]
    page = client.get("/estimates", params={"plan": plan["id"]}).text
    assert "直接平均低估了" in page
    assert "85" in page


def test_pages_show_plans_previews_and_draws_in_both_languages(
    client: TestClient, new_plan: NewPlan, calls: list[int]
) -> None:
    assert "还没有抽检计划" in client.get("/sampling").text
    assert "还没有抽检计划" in client.get("/estimates").text
    plan = new_plan()
    assert "每周抽检" in client.get("/sampling").text
    assert 'name="plan.quotas.probation" value="5"' in client.get(f"/sampling/{plan['id']}").text
    piece = client.post(f"/sampling/{plan['id']}/preview", json=PERIOD).text
    assert "这个计划会抽" in piece
    assert "2 名质检员" in piece
    assert "不在花名册里" in piece
    draw = client.post(f"/v1/sampling/plans/{plan['id']}/draw", json=PERIOD).json()
    assert "已经抽过了" in client.post(f"/sampling/{plan['id']}/preview", json=PERIOD).text
    page = client.get(f"/sampling/draws/{draw['id']}").text
    assert "为什么抽中" in page
    assert "座席配额：从" in page
    for address in ("/sampling", f"/sampling/{plan['id']}", f"/sampling/draws/{draw['id']}", "/estimates"):
        english = client.get(address, params={"lang": "en"})
        assert english.status_code == 200
        assert "抽检计划" not in english.text


def test_only_who_plans_the_centres_sampling_may(client_as: SignInAs) -> None:
    for role in UserRole:
        allowed = role in {UserRole.ADMIN, UserRole.LEAD}
        facts = {"agent_id": "8001"} if role is UserRole.AGENT else {"team": "一组"}
        client = client_as(role, **facts)
        for address in ("/v1/sampling/plans", "/v1/sampling/draws"):
            assert (client.get(address).status_code == 200) is allowed, role


def test_the_default_period_is_the_last_that_is_over(client: TestClient, new_plan: NewPlan) -> None:
    period = client.post(f"/v1/sampling/plans/{new_plan()['id']}/preview", json={}).json()["period"]
    assert isinstance(WEEK, Span)
    assert period["first"] < period["last"]
