"""An inspector's and a lead's work over JSON."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.review_answers import as_json
from models.person import UserRole
from models.tables import UserRow
from tests.api.conftest import Centre, SignInAs
from tests.pipeline.inspected import FATAL, LOW, Inspected, judged


@pytest.fixture
def inspected(centre: Centre) -> Inspected:
    return Inspected(centre.make)


@pytest.fixture
def inspector(client_as: SignInAs) -> TestClient:
    return client_as(UserRole.INSPECTOR, login="limin", name="李敏")


def queued(inspected: Inspected, *reasons: Any, **facts: Any) -> int:
    return inspected.call(*(reasons or (LOW,)), now=datetime.now(UTC), **facts)


def user(inspected: Inspected, name: str) -> int:
    with inspected.make() as session:
        return session.scalars(select(UserRow.id).where(UserRow.name == name)).one()


def test_a_call_is_fetched_filled_in_and_handed_in(inspector: TestClient, inspected: Inspected) -> None:
    call = queued(inspected)
    ahead = inspector.get("/v1/desk/next").json()
    taken = inspector.post("/v1/desk/next").json()
    assert ahead == taken == {"assignment_id": inspected.assignment(call).id, "call_id": call}
    at = f"/v1/assignments/{taken['assignment_id']}"
    read = inspector.get(at)
    assert read.headers["etag"] == '"1"'
    body = read.json()
    assert (body["blind"], body["machine"], body["others"], body["differences"]) == (True, None, [], [])
    assert body["assignment"]["reasons"] == []
    assert body["draft"]["missing"] == ["greeting", "patience", "insult"]
    saved = inspector.put(f"{at}/draft", json=as_json(judged(patience=20.0)), headers={"If-Match": '"1"'})
    assert (saved.status_code, saved.headers["etag"]) == (200, '"2"')
    standing = saved.json()
    assert (standing["revision"], standing["missing"], standing["score"]["total"]) == (2, [], 80.0)
    assert standing["score"]["sections"][0]["items"][1] == {
        "id": "patience",
        "state": "judged",
        "got": 40.0,
        "lost": 20.0,
        "won": 0.0,
        "fatal": False,
    }
    assert inspector.post(f"{at}/hold").json()["state"] == "started"
    stale = inspector.put(f"{at}/draft", json=as_json(judged()), headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["facts"]["revision"]) == (412, 2)
    for _ in range(2):
        handed = inspector.post(f"{at}/submit", json=as_json(judged(patience=20.0)))
        assert (handed.status_code, handed.json()["total"]) == (200, 80.0)
    after = inspector.get(at).json()
    assert (after["blind"], after["machine"]["total"], after["mine"]["score"]["total"]) == (False, 70.0, 80.0)
    assert [(one["item"], one["kind"], one["points"]) for one in after["differences"]] == [("patience", "points", 10.0)]
    assert after["draft"] is None
    desk = inspector.get("/v1/desk").json()
    assert (desk["mine"], [one["total"] for one in desk["done"]], desk["waiting"]) == ([], [80.0], 0)


def test_what_is_wrong_with_a_form_is_said_item_by_item(inspector: TestClient, inspected: Inspected) -> None:
    queued(inspected)
    at = f"/v1/assignments/{inspector.post('/v1/desk/next').json()['assignment_id']}"
    refused = inspector.post(f"{at}/submit", json={"items": [{"item": "greeting", "state": "judged", "lost": 5}]})
    assert refused.status_code == 422
    problem = refused.json()
    assert problem["code"] == "scoring.judgement_wrong"
    assert [one["where"] for one in problem["mistakes"]] == ["items.greeting", "items.patience", "items.insult"]
    assert "开头语" in problem["mistakes"][0]["detail"]


def test_nothing_to_hear(inspector: TestClient) -> None:
    assert inspector.post("/v1/desk/next").status_code == 204
    assert inspector.get("/v1/desk/next").status_code == 204


def test_who_lost_a_call_keeps_what_they_wrote(
    inspector: TestClient, client_as: SignInAs, inspected: Inspected, client: TestClient
) -> None:
    call = queued(inspected)
    at = f"/v1/assignments/{inspector.post('/v1/desk/next').json()['assignment_id']}"
    other = client_as(UserRole.INSPECTOR, login="other", name="王芳")
    given = client.patch(at, json={"user_id": user(inspected, "王芳")}, headers={"If-Match": '"1"'})
    assert (given.status_code, given.json()["user_name"]) == (200, "王芳")
    lost = inspector.put(f"{at}/draft", json=as_json(judged(patience=7.0)), headers={"If-Match": '"1"'})
    assert (lost.status_code, lost.json()["code"], lost.json()["facts"]["who"]) == (409, "pipeline.given_to", "王芳")
    assert inspector.post(f"{at}/hold").status_code == 409
    assert inspector.get(at).status_code == 409
    other.post(f"{at}/hold")
    assert inspector.post(f"{at}/submit", json=as_json(judged(patience=8.0))).status_code == 409
    assert other.post(f"{at}/give-back", json={"why": "方言"}).json()["state"] == "open"
    again = inspector.post("/v1/desk/next").json()
    assert again["call_id"] == call
    draft = inspector.get(f"{at}/draft").json()
    assert draft["judgement"] == as_json(judged(patience=8.0))


def test_a_lead_shares_out_after_a_look_at_the_plan(
    client_as: SignInAs, inspected: Inspected, inspector: TestClient
) -> None:
    del inspector
    lead = client_as(UserRole.LEAD)
    calls = [queued(inspected, FATAL) for _ in range(3)]
    plan = lead.post("/v1/assignments/share-out", json={"preview": True}).json()
    assert ([one["call_id"] for one in plan["given"]], plan["left"]) == (calls, [])
    assert inspected.assignment(calls[0]).user_id is None
    assert lead.post("/v1/assignments/share-out", json={}).json()["given"] == plan["given"]
    (load,) = lead.get("/v1/loads").json()
    assert (load["name"], load["open"], load["seconds"], load["absent"]) == ("李敏", 3, 180.0, False)


def test_absences_return_what_was_given(client_as: SignInAs, inspected: Inspected, inspector: TestClient) -> None:
    del inspector
    lead, call = client_as(UserRole.LEAD), queued(inspected)
    lead.post("/v1/assignments/share-out", json={})
    person = inspected.assignment(call).user_id
    away = {"user_id": person, "first_day": "2026-01-01", "last_day": "2099-12-31", "why": "产假"}
    made = lead.post("/v1/absences", json=away)
    assert (made.status_code, made.json()["name"]) == (201, "李敏")
    assert inspected.assignment(call).user_id is None
    left = lead.post("/v1/assignments/share-out", json={}).json()["left"]
    assert left[0]["reason"]["code"] == "pipeline.share_nobody"
    assert [one["id"] for one in lead.get("/v1/absences").json()] == [made.json()["id"]]
    assert lead.delete(f"/v1/absences/{made.json()['id']}").status_code == 204
    assert lead.get("/v1/absences").json() == []
    assert lead.post("/v1/absences", json=away | {"last_day": "2025-01-01"}).status_code == 422


def test_many_are_given_to_one(client_as: SignInAs, inspected: Inspected, inspector: TestClient) -> None:
    lead, calls = client_as(UserRole.LEAD), [queued(inspected) for _ in range(3)]
    ids = [inspected.assignment(call).id for call in calls]
    person = user(inspected, "李敏")
    answer = lead.post("/v1/assignments/reassign", json={"assignments": [*ids, 9999], "user_id": person}).json()
    assert (answer["done"], [one["assignment_id"] for one in answer["refused"]]) == (ids, [9999])
    mine = inspector.get("/v1/assignments", params={"mine": True}).json()["assignments"]
    assert [one["id"] for one in mine] == ids
    assert lead.post(f"/v1/assignments/{ids[0]}/cancel", json={"why": "重复"}).json()["state"] == "cancelled"
    assert inspector.get("/v1/assignments").status_code == 403


def test_lists_are_paged_without_repeating(client_as: SignInAs, inspected: Inspected) -> None:
    lead = client_as(UserRole.LEAD)
    calls = [queued(inspected, reason) for reason in (LOW, FATAL, LOW, FATAL, LOW)]
    seen: list[int] = []
    cursor = None
    while True:
        page = lead.get("/v1/assignments", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [one["call_id"] for one in page["assignments"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [calls[1], calls[3], calls[0], calls[2], calls[4]]
    assert lead.get("/v1/assignments", params={"cursor": "?"}).status_code == 422
    every = lead.get("/v1/assignments", params={"state": "open", "limit": 3}).json()
    assert [one["call_id"] for one in every["assignments"]] == calls[:1:-1]
    assert lead.get("/v1/assignments", params={"state": "open", "cursor": every["next"]}).json()["next"] is None
    reviews = lead.get("/v1/reviews", params={"state": "queued", "limit": 3}).json()
    assert [one["call_id"] for one in reviews["reviews"]] == calls[:1:-1]
    rest = lead.get("/v1/reviews", params={"before": reviews["next"]}).json()
    assert [one["call_id"] for one in rest["reviews"]] == calls[1::-1]


def test_a_reviews_history(client_as: SignInAs, inspected: Inspected, inspector: TestClient) -> None:
    lead, call = client_as(UserRole.LEAD, name="主管"), inspected.call()
    assert lead.get(f"/v1/calls/{call}/review").status_code == 404
    made = lead.post(f"/v1/calls/{call}/review", json={"why": "客户来电投诉"})
    assert made.status_code == 201
    blind = inspector.get(f"/v1/calls/{call}/review").json()
    assert (blind["blind"], blind["reasons"], blind["fatal"]) == (True, [], None)
    inspector.post("/v1/desk/next")
    at = f"/v1/assignments/{inspected.assignment(call).id}"
    inspector.post(f"{at}/submit", json=as_json(replace(judged(), note="新人")))
    told = lead.get(f"/v1/reviews/{made.json()['id']}").json()
    assert [(move["after"], move["by"]) for move in told["moves"]] == [
        ("queued", "主管"),
        ("in_review", "李敏"),
        ("submitted", "李敏"),
    ]
    assert told["reasons"][0]["sentence"] == "主管 要求复核：客户来电投诉"
    assert (told["verdicts"][0]["name"], told["verdicts"][0]["judgement"]["note"]) == ("李敏", "新人")
    assert told["hearings"][0]["user_name"] == "李敏"


def test_words_are_put_right_beside_the_machines(inspector: TestClient, inspected: Inspected) -> None:
    call = queued(inspected)
    at = f"/v1/calls/{call}/corrections"
    made = inspector.post(at, json={"turn": 1, "first": 2, "last": 3, "text": "换货"})
    assert (made.status_code, made.json()["before"], made.json()["by"]) == (201, "退款", "李敏")
    assert [one["text"] for one in inspector.get(at).json()] == ["换货"]
    assert inspector.post(at, json={"turn": 9, "first": 0, "last": 0, "text": "好"}).status_code == 422
    plain = inspector.get(f"/v1/calls/{call}/transcript").json()
    assert plain["turns"][1]["text"] == "我要退款"
    heard = inspector.get(f"/v1/calls/{call}/transcript", params={"corrected": True}).json()
    assert (heard["turns"][1]["text"], heard["turns"][1]["flags"]) == ("我要换货", ["corrected"])


def test_rules_are_marked_and_the_mark_taken_back(inspector: TestClient, inspected: Inspected) -> None:
    call = inspected.call()
    at = f"/v1/calls/{call}/rule-marks"
    for hit in (True, False, False):
        assert inspector.post(at, json={"rule": "shirking", "hit": hit}).json()["hit"] is hit
    assert [(one["rule"], one["hit"]) for one in inspector.get(at).json()] == [("shirking", False)]
    (precision,) = inspector.get("/v1/rule-precision").json()
    assert (precision["rule"], precision["precision"]["hits"], precision["precision"]["of"]) == ("shirking", 0, 1)
    assert inspector.delete(f"{at}/shirking").status_code == 204
    assert inspector.delete(f"{at}/shirking").status_code == 204
    assert inspector.get("/v1/rule-precision").json() == []
    assert inspector.post(at, json={"rule": "nonsense", "hit": True}).status_code == 422


@pytest.mark.parametrize(
    "path", ["/v1/assignments/9", "/v1/reviews/9", "/v1/calls/9/review", "/v1/calls/9/corrections"]
)
def test_what_is_not_there(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
